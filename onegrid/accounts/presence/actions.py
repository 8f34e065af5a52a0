"""Signing on and off, sending a position, looking where people are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext as _

from onegrid.accounts.duties.queries import duties_of
from onegrid.accounts.identity.models import User
from onegrid.accounts.presence.access import PURPOSE_MAX, SIGN_ON
from onegrid.accounts.presence.models import EndedBy, Position, Presence
from onegrid.accounts.presence.queries import LOOKED, last_positions, limits_now, people_on_duty
from onegrid.accounts.presence.rules import (
    WORST_ACCURACY_M,
    ends_by,
    is_fresh,
    lasts,
    on_earth,
    removed_before,
    too_soon,
)
from onegrid.kit.actors import Actor, require
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.places.areas.models import Area

CHUNK = 5_000  # rows in one statement


@transaction.atomic
def sign_on(*, by: User, at: datetime) -> Presence:
    """签到: on duty from now on, in the area of the first duty. Pressed twice it is the same presence.

    Refused: no_area (neither a duty nor rights for an area).
    """
    person = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    area = _area_of(by, at)
    require(by, SIGN_ON, path=area.path if area else None)
    if area is None:
        words = _("You answer for no area yet: ask whoever arranges duties.")
        raise Refused("no_area", words)
    open_now = Presence.objects.filter(user=person, ended_at=None).first()
    if open_now is not None:
        if lasts(open_now.started_at, None, at, limits_now(at)):
            return open_now
        _end(open_now, EndedBy.CLOCK, ends_by(open_now.started_at, limits_now(at)))
    presence = Presence.objects.create(user=person, area=area, area_path=area.path, started_at=at)
    record("presence.sign_on", by=by, about=presence, at=at)
    return presence


def _area_of(user: User, at: datetime) -> Area | None:
    """Of the first duty in force; else the nearest to the ground of the areas that the right was given for."""
    duties = duties_of(user, at)
    if duties:
        return min(duties, key=lambda duty: (-len(duty.area.path), duty.area.code)).area
    paths = [reach.path for reach in user.scope(SIGN_ON).reaches if reach.path]
    return Area.objects.filter(path=max(paths, key=len)).first() if paths else None


@transaction.atomic
def sign_off(*, presence_id: int, by: User, at: datetime) -> Presence:
    """签退: nothing is sent or kept from now on. One that has ended already stays as it is."""
    presence = Presence.objects.select_for_update(of=("self",)).filter(pk=presence_id, user=by).first()
    if presence is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if presence.ended_at is None:
        _end(presence, EndedBy.PERSON, min(at, ends_by(presence.started_at, limits_now(at))))
        record("presence.sign_off", by=by, about=presence, at=at)
    return presence


@transaction.atomic
def keep_position(
    *, lon: float, lat: float, accuracy_m: float | None = None, by: User, at: datetime
) -> Position:
    """Where somebody on duty is. Refused: not_on_duty, bad_position, too_soon; then nothing is kept."""
    presence = Presence.objects.select_for_update(of=("self",)).filter(user=by, ended_at=None).first()
    if presence is None or not lasts(presence.started_at, None, at, limits_now(at)):
        raise Refused("not_on_duty", _("You are not on duty: no position is kept."))
    if not on_earth(lon, lat) or not (accuracy_m is None or 0 <= accuracy_m <= WORST_ACCURACY_M):
        raise Refused("bad_position", _("This is no position on earth."))
    if too_soon(presence.positions.order_by("-at").values_list("at", flat=True).first(), at):
        raise Refused("too_soon", _("A position was sent a moment ago."))
    return Position.objects.create(
        presence=presence, point=Point(lon, lat, srid=4490), accuracy_m=accuracy_m, at=at
    )


@dataclass(frozen=True)
class Seen:
    """Somebody on duty; `position` None: not sent yet. `fresh`: not older than the limit says."""

    presence: Presence
    position: Position | None
    fresh: bool


@transaction.atomic
def look_at_positions(*, purpose: str, by: Actor, at: datetime) -> list[Seen]:
    """Where people on duty are, where the viewer may see it; each person's entry says who looked and why.

    Only the last position of each, never the way behind it. Refused: purpose_needed.
    """
    people = people_on_duty(viewer=by, at=at)
    purpose = purpose.replace("\x00", "").strip()
    if not 0 < len(purpose) <= PURPOSE_MAX:
        words = _("Please say what you need it for, in at most %(most)s characters.")
        raise Refused("purpose_needed", words % {"most": PURPOSE_MAX})
    found, limits = last_positions(people), limits_now(at)
    for presence in people:
        if presence.pk in found:
            record(LOOKED, by=by, about=presence, at=at, reason=purpose)
    return [
        Seen(one, last, last is not None and is_fresh(last.at, at, limits))
        for one in people
        for last in [found.get(one.pk)]
    ]


def release_presence(*, user: User, at: datetime) -> int:
    """Inside the transaction in which an account leaves."""
    return Presence.objects.filter(user=user, ended_at=None).update(ended_at=at, ended_by=EndedBy.LEFT)


@transaction.atomic
def end_forgotten(*, at: datetime) -> int:
    """Ends presences that nobody ended, at the time their limit says."""
    limits = limits_now(at)
    late = at - timedelta(hours=limits.longest_hours)
    rows = Presence.objects.select_for_update(of=("self",), skip_locked=True)
    forgotten = list(rows.filter(ended_at=None, started_at__lte=late)[:CHUNK])
    for presence in forgotten:
        _end(presence, EndedBy.CLOCK, ends_by(presence.started_at, limits))
    return len(forgotten)


def remove_old_positions(*, at: datetime) -> int:
    """Removes positions older than they are kept."""
    before, removed = removed_before(at, limits_now(at)), 0
    while ids := list(Position.objects.filter(at__lt=before).values_list("pk", flat=True)[:CHUNK]):
        removed += Position.objects.filter(pk__in=ids).delete()[0]
    return removed


def _end(presence: Presence, how: EndedBy, at: datetime) -> None:
    presence.ended_at, presence.ended_by = max(at, presence.started_at), how
    presence.save(update_fields=["ended_at", "ended_by"])
