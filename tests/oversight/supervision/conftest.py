"""A district leader and a supervisor of street A beside the usual staff."""

from datetime import date

import pytest

from onegrid.accounts.identity.models import Grant, Role, User
from onegrid.oversight.supervision.actions import write_instruction
from onegrid.oversight.supervision.models import Errand, Instruction
from tests.cases.conftest import AT, town  # noqa: F401
from tests.streets import streets  # noqa: F401


def somebody(name: str, role: str, area) -> User:
    user = User.objects.create(username=name, display_name=name, date_joined=AT)
    Grant.objects.create(user=user, role=Role.objects.get(code=role), area=area, valid_from=date(2026, 1, 1))
    return user


@pytest.fixture
def above(town) -> User:  # noqa: F811
    return somebody("district.leader", "leader", town.district)


@pytest.fixture
def supervisor(town) -> User:  # noqa: F811
    return somebody("a.supervisor", "supervisor", town.a.area)


def instructed(street, **more) -> Instruction:
    """The street's leader writes to the office and to the first community's station."""
    given = {
        "words": "请立即整改沿街积水",
        "unit_ids": [street.office.pk, street.stations[0].pk],
        "by": street.staff["leader"],
        "at": AT,
    } | more
    return write_instruction(**given)


def part_of(instruction: Instruction, org) -> Errand:
    return Errand.objects.get(instruction=instruction, org=org)
