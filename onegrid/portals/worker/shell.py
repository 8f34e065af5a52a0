"""What stands on every page of the worker: on duty or not, the position that is shared, the emergency button."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from onegrid.accounts.identity.me import me
from onegrid.accounts.identity.models import User
from onegrid.accounts.presence.access import SIGN_ON
from onegrid.accounts.presence.models import Presence
from onegrid.accounts.presence.queries import Here, last_position, limits_now, presence_of
from onegrid.cases.flow.access import ALARM, REPORT


@dataclass(frozen=True)
class Strip:
    """`presence`: the one that lasts now; `here`: the last position sent in it; `every`: seconds between two."""

    may_sign_on: bool
    may_alarm: bool
    presence: Presence | None
    here: Here | None
    every: int


def standing(worker: User, at: datetime) -> Strip:
    may_sign_on = bool(worker.scope(SIGN_ON).reaches)
    presence = presence_of(worker, at) if may_sign_on else None
    return Strip(
        may_sign_on,
        bool(worker.scope(ALARM).reaches and worker.scope(REPORT).reaches),
        presence,
        last_position(presence, at),
        limits_now(at).position_every_seconds,
    )


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
    strip: Strip | None = None,
) -> HttpResponse:
    """A page of the worker with the strip above it."""
    strip = strip or standing(me(request), timezone.now())
    return render(request, template, {**(context or {}), "strip": strip}, status=status)
