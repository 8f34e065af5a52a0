"""Changing the hours of duties, and copying one day's arrangement onto others of the week."""

from datetime import datetime, time

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.duties.actions import EDIT, lock_area, refuse_overlap
from onegrid.accounts.duties.facts import DutyChanged
from onegrid.accounts.duties.models import EVERY_DAY, Duty, DutyRole
from onegrid.accounts.duties.rules import Shift, Term, copied
from onegrid.kit.actors import Actor, require
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.facts import announce
from onegrid.places.areas.kinds import GRIDS
from onegrid.places.areas.models import Area


@transaction.atomic
def change_shift(
    *, duty_id: int, weekdays: tuple[int, ...], from_time: time, to_time: time, by: Actor, at: datetime
) -> Duty:
    """Other hours from now on: the duty ends and the same person begins another, so that the past stays as it was.

    Refused: bad_weekdays, ended_already, same_shift, overlapping_main.
    """
    duty = Duty.objects.select_for_update(of=("self",)).select_related("area").filter(pk=duty_id).first()
    if duty is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require(by, EDIT, path=duty.area.path)
    if not weekdays or not set(weekdays) <= set(EVERY_DAY):
        raise Refused("bad_weekdays", _("Choose at least one weekday."), weekdays=list(weekdays))
    if duty.ends_at is not None and duty.ends_at <= at:
        raise Refused("ended_already", _("This has ended already."))
    lock_area(duty.area)
    shift = Shift(tuple(sorted(set(weekdays))), from_time, to_time)
    if shift == Shift(tuple(sorted(duty.weekdays)), duty.from_time, duty.to_time):
        raise Refused("same_shift", _("These are the hours it has already."))
    return _begun(duty, shift, _ended(duty, at), by, at)


@transaction.atomic
def copy_day(*, area_id: int, day: int, onto: tuple[int, ...], by: Actor, at: datetime) -> list[Duty]:
    """复制排班: whoever covers a grid in this area on weekday `day` (1 = Monday) covers it on `onto` as well, and
    whoever does not, does not. Of all roles, from now on. All grids or none.

    Refused: bad_weekdays, nothing_to_copy, overlapping_main.
    """
    area = Area.objects.filter(pk=area_id).first()
    if area is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require(by, EDIT, path=area.path)
    if day not in EVERY_DAY or not onto or not set(onto) - {day} or not set(onto) <= set(EVERY_DAY):
        raise Refused("bad_weekdays", _("Choose at least one weekday."), weekdays=list(onto))
    grids = list(Area.objects.below(area.path).still_open().filter(kind__in=GRIDS).order_by("pk"))
    for grid in grids:
        lock_area(grid)
    open_now = Duty.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), area__in=grids)
    duties = list(open_now.select_for_update(of=("self",)).select_related("area").order_by("pk"))
    wanted = {duty.pk: copied(duty.weekdays, day, onto) for duty in duties}
    changing = [duty for duty in duties if list(wanted[duty.pk]) != sorted(duty.weekdays)]
    if not changing:
        raise Refused("nothing_to_copy", _("Those days are arranged like this one already."))
    # first all that end, so that no two of them stand in each other's way
    lasts = {duty.pk: _ended(duty, at) for duty in changing}
    return [
        _begun(duty, Shift(wanted[duty.pk], duty.from_time, duty.to_time), lasts[duty.pk], by, at)
        for duty in changing
        if wanted[duty.pk]
    ]


def _ended(duty: Duty, at: datetime) -> datetime | None:
    """Ends it now (one that has not begun never does); until when it would have lasted."""
    last = duty.ends_at
    duty.ends_at = max(at, duty.starts_at)
    duty.save(update_fields=["ends_at"])
    return last


def _begun(duty: Duty, shift: Shift, last: datetime | None, by: Actor, at: datetime) -> Duty:
    """The same person covers the same area in the same role at other hours."""
    begins = max(at, duty.starts_at)
    if duty.role == DutyRole.MAIN:
        refuse_overlap(duty.area, Term(shift, begins, last))
    made = Duty.objects.create(
        area=duty.area,
        user_id=duty.user_id,
        posting_id=duty.posting_id,
        role=duty.role,
        weekdays=list(shift.weekdays),
        from_time=shift.from_time,
        to_time=shift.to_time,
        starts_at=begins,
        ends_at=last,
    )
    record("duties.shift", by=by, about=made, at=at, details={"instead_of": duty.pk, "user": duty.user_id})
    announce(DutyChanged(duty.area_id), path=duty.area.path)
    return made
