"""Counting wrong passwords: rows are written by axes, read and cleared here."""

from datetime import datetime
from math import ceil

from axes.models import AccessAttempt, AccessLog
from axes.utils import reset
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from onegrid.accounts.identity.access import require_may_manage
from onegrid.accounts.identity.models import User
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record


def address_waits(address: str, now: datetime) -> int:
    """Seconds that an address must wait after too many wrong passwords, whatever accounts they were for; 0: none."""
    return _wait(Q(ip_address=address), settings.SIGNIN_FAILURES_PER_ADDRESS, now)


def account_waits(username: str, address: str, now: datetime) -> int:
    """Seconds that a new address must wait because the account is guessed at from many; 0: none.

    An address from which it was signed in lately is known and goes free: strangers cannot shut somebody out of the
    place where that person works.
    """
    seconds = _wait(Q(username=username), settings.SIGNIN_FAILURES_PER_ACCOUNT, now)
    return 0 if seconds and _is_known(username, address, now) else seconds


def _wait(whose: Q, most: int, now: datetime) -> int:
    """Until so many of the failures are older than the waiting time that fewer than `most` are left."""
    recent = AccessAttempt.objects.filter(whose, attempt_time__gt=now - settings.AXES_COOLOFF_TIME)
    rows = list(recent.order_by("-attempt_time").values_list("failures_since_start", "attempt_time"))
    total, until = 0, None
    for failures, at in rows:  # the newest first: the one that makes it too many must grow old
        total += failures
        if total >= most:
            until = at + settings.AXES_COOLOFF_TIME
            break
    return max(1, ceil((until - now).total_seconds())) if until else 0


def _is_known(username: str, address: str, now: datetime) -> bool:
    since = now - settings.SIGNIN_KNOWN_ADDRESS
    signed_in = AccessLog.objects.filter(ip_address=address, username__iexact=username)
    return signed_in.filter(attempt_time__gt=since).exists()


def locked_until(username: str, address: str, now: datetime) -> datetime:
    """When the lock on this account from this address ends; `now` when there is none."""
    attempt = (
        AccessAttempt.objects.filter(username=username, ip_address=address).order_by("-attempt_time").first()
    )
    return now if attempt is None else attempt.attempt_time + settings.AXES_COOLOFF_TIME


def waits(user: User, now: datetime) -> int:
    """From how many addresses the account must wait now after too many wrong passwords."""
    found = AccessAttempt.objects.filter(
        username=user.username.casefold(),
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
        attempt_time__gt=now - settings.AXES_COOLOFF_TIME,
    )
    return found.count()


@transaction.atomic
def unlock(*, user: User, by: Actor, at: datetime) -> int:
    """Ends the wait for an account at every address. How many counts were cleared."""
    require_may_manage(by, user, timezone.localdate(at))
    record("users.end_wait", by=by, about=user, at=at)
    return reset(username=user.username.casefold())
