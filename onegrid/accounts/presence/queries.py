"""Reading presence. One's own freely; where others are only by an action that is put on record."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.presence.access import POSITIONS
from onegrid.accounts.presence.limits import limits_on
from onegrid.accounts.presence.models import Position, Presence
from onegrid.accounts.presence.rules import Limits, is_fresh, lasts
from onegrid.kit.actors import Actor
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed

LOOKED = "presence.look"  # the audit verb of a look at somebody's position
MOST = 200


def presence_of(user: User, at: datetime) -> Presence | None:
    """The user's presence that lasts at `at`."""
    found = Presence.objects.filter(user=user, ended_at=None).select_related("area").first()
    if found is None or not lasts(found.started_at, None, at, limits_now(at)):
        return None
    return found


@dataclass(frozen=True)
class Here:
    """Somebody's last own position while on duty; `fresh`: young enough to reckon distances from."""

    lon: float
    lat: float
    at: datetime
    fresh: bool


def last_position(presence: Presence | None, at: datetime) -> Here | None:
    """The last position of this presence; None off duty or before the first."""
    if presence is None:
        return None
    last = presence.positions.order_by("-at").first()
    if last is None:
        return None
    return Here(last.point.x, last.point.y, last.at, is_fresh(last.at, at, limits_now(at)))


def people_on_duty(*, viewer: Actor, at: datetime) -> list[Presence]:
    """Who is on duty now in the areas where the viewer may see positions; without the positions."""
    scope = viewer.scope(POSITIONS)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=POSITIONS)
    rows = Presence.objects.filter(scope.q("area_path"), ended_at=None).select_related("user", "area")
    limits = limits_now(at)
    found = rows.order_by("area_path", "started_at")[:MOST]
    return [row for row in found if lasts(row.started_at, None, at, limits)]


def last_positions(presences: list[Presence]) -> dict[int, Position]:
    """Presence id → its last position. One query. Only for `actions.look_at_positions`, which records it."""
    ids = [presence.pk for presence in presences]
    rows = Position.objects.filter(presence__in=ids).order_by("presence_id", "-at").distinct("presence_id")
    return {row.presence_id: row for row in rows}


@dataclass(frozen=True)
class Look:
    """Somebody looked at one's position."""

    who: str
    purpose: str
    at: datetime


def looks_at(presence: Presence, *, viewer: User) -> list[Look]:
    """Who looked where I was during this presence, newest first. Only for the person itself."""
    if presence.user_id != viewer.pk:
        raise NotAllowed("not_allowed", _("Your role does not include this."))
    rows = AuditEntry.objects.filter(
        object_kind=Presence._meta.label_lower, object_id=str(presence.pk), verb=LOOKED
    )
    return [Look(row.actor_label, row.reason, row.at) for row in rows.order_by("-id")[:50]]


def presences_since(user: User, since: datetime) -> list[Presence]:
    """The user's own turns of duty that began since then, newest first."""
    return list(user.presences.filter(started_at__gte=since).order_by("-started_at")[:MOST])


def limits_now(at: datetime) -> Limits:
    return limits_on(timezone.localdate(at))
