"""Counting wrong passwords: rows are written by axes, read and cleared here."""

from datetime import datetime

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from onegrid.accounts.identity.access import require_may_manage
from onegrid.accounts.identity.models import User
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record


def failures_from(address: str, now: datetime) -> int:
    """Wrong passwords from an address within the waiting time, whatever accounts they were for."""
    since = now - settings.AXES_COOLOFF_TIME
    recent = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=since)
    return recent.aggregate(total=Sum("failures_since_start"))["total"] or 0


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
