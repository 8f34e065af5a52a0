"""How long does it take to hear no? What is there against what is not, in turn, so that both meet the same machine.

`python -m tests.security.timing` prints for each pair of tests/security/test_exists.py the median of both in
milliseconds, and their ratio. In a database of its own, in one process without a network: what somebody outside
measures is this and the way there.
"""

import os
import sys
from statistics import median, quantiles
from time import perf_counter

import pytest

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.models import Case
from tests.cases.conftest import town  # noqa: F401
from tests.security.test_exists import PAIRS, Ask, asked, case  # noqa: F401
from tests.streets import streets  # noqa: F401

COUNT = int(os.environ.get("TIMED_COUNT", "0"))
SLOW = 200  # ms: a password is hashed, which hides much by itself
HASHER = "django.contrib.auth.hashers.PBKDF2PasswordHasher"


def took(ask: Ask, case: Case) -> float:  # noqa: F811
    begun = perf_counter()
    asked(ask, case)
    return (perf_counter() - begun) * 1000


@pytest.mark.skipif(not COUNT, reason="python -m tests.security.timing")
def test_measured(case, settings):  # noqa: F811
    settings.PASSWORD_HASHERS = [HASHER]  # as it runs
    for user in User.objects.filter(username__startswith="a."):
        user.set_password("OneGrid-2026")
        user.save(update_fields=["password"])
    sys.stdout.write(f"\n{'':58} there ms  not there ms  ratio  spread of one\n")
    for name, pair in PAIRS.items():
        times: tuple[list[float], list[float]] = [], []
        first = [took(ask, case) for ask in pair]
        turns = COUNT if max(first) < SLOW else max(10, COUNT // 10)
        for _turn in range(turns):
            for ask, found in zip(pair, times, strict=True):
                found.append(took(ask, case))
        one, other = median(times[0]), median(times[1])
        low, _middle, high = quantiles(times[1], n=4)
        sys.stdout.write(
            f"{name:58} {one:8.2f}  {other:12.2f}  {one / other:5.2f}  {low / other:.2f} to {high / other:.2f}\n"
        )
