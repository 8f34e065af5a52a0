"""Putting up facilities and writing down what was done for them."""

import secrets
from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from onegrid.kit.actors import Actor, SystemActor
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.facts import announce
from onegrid.kit.files import Kinds, store_file
from onegrid.registry.dwellings import queries as dwellings
from onegrid.registry.facilities.access import KEEP
from onegrid.registry.facilities.facts import UpkeepRecorded
from onegrid.registry.facilities.models import Facility, Outcome, Upkeep, UpkeepRecord
from onegrid.registry.facilities.periods import periods
from onegrid.registry.facilities.rules import CODE_LENGTH, CODE_LETTERS, next_due
from onegrid.registry.things.actions import place_thing

WORDS_MAX = 500
PLACE_MAX = 60


@transaction.atomic
def put_up_facility(
    *,
    compound_id: int,
    kind: str,
    building_id: int | None = None,
    place: str = "",
    done_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Facility:
    """A facility of a compound, with the component it is and the works its kind needs.

    `done_on`: when everything was last looked after; without it the first works are due today. It stands at its
    building, else in the middle of the compound. Refused: unknown_kind, building_of_another_compound, place_too_long,
    in_the_future, no_place_known, and the refusals of place_thing.
    """
    today = localdate(at)
    compound = dwellings.compound(compound_id, viewer=by, day=today, what=KEEP)
    wanted = periods(today).kinds.get(kind)
    if wanted is None:
        raise Refused("unknown_kind", _("There is no such kind of facility."), kind=kind)
    building = None
    if building_id is not None:
        building = next((one for one in dwellings.buildings_of(compound.pk) if one.pk == building_id), None)
        if building is None:
            raise Refused("building_of_another_compound", _("This building is not part of the compound."))
    if len(place.strip()) > PLACE_MAX:
        raise Refused("place_too_long", _("Please say where it is in fewer words."), most=PLACE_MAX)
    _check_day(done_on, today)
    spot = building.point if building and building.point else None
    if spot is None:
        if compound.boundary is None:
            raise Refused(
                "no_place_known", _("Neither the building nor the compound has a place on the map.")
            )
        spot = compound.boundary.point_on_surface
    # the firm may keep facilities, not the city's components: the component is placed on its behalf
    thing = place_thing(
        class_code=wanted.thing_class, lon=spot.x, lat=spot.y, name=wanted.names[0],
        by=SystemActor("facilities"), at=at,
    )  # fmt: skip
    made = Facility.objects.create(
        thing=thing,
        compound=compound,
        building=building,
        kind=kind,
        place=place.strip(),
        code="".join(secrets.choice(CODE_LETTERS) for _letter in range(CODE_LENGTH)),
    )
    Upkeep.objects.bulk_create(
        Upkeep(
            facility=made,
            work=work.code,
            done_on=done_on,
            due_on=next_due(done_on, work.period) if done_on else today,
        )
        for work in wanted.works.values()
    )
    record("facilities.put_up", by=by, about=made, at=at, details={"kind": kind, "thing": thing.identifier})
    return made


@transaction.atomic
def record_upkeep(
    *,
    upkeep_id: int,
    done_on: date,
    outcome: str,
    words: str = "",
    file: BinaryIO | bytes | None = None,
    by: Actor,
    at: datetime,
) -> UpkeepRecord:
    """维保检查登记: what was done on a day; the next is due a period later. A defect needs words.

    Refused: unknown_outcome, words_needed, words_too_long, in_the_future, before_the_last (an older record is
    written already), taken_down, no_period, and the refusals of store_file (photos and PDF).
    """
    today = localdate(at)
    upkeep = Upkeep.objects.select_for_update(of=("self",)).select_related("facility__compound").filter(
        pk=upkeep_id
    ).first()  # fmt: skip
    dwellings.compound(upkeep.facility.compound_id if upkeep else 0, viewer=by, day=today, what=KEEP)
    if upkeep is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    _check_record(upkeep, done_on, outcome, words.strip(), today)
    work = periods(done_on).work(upkeep.facility.kind, upkeep.work)
    if work is None:
        raise Refused("no_period", _("No period holds for this work on that day."))
    stored = store_file(file, allow=Kinds.PHOTO | Kinds.DOCUMENT, at=at).file if file is not None else None
    written = UpkeepRecord.objects.create(
        upkeep=upkeep,
        done_on=done_on,
        outcome=outcome,
        words=words.strip(),
        file=stored,
        was_due_on=upkeep.due_on,
        next_due_on=next_due(done_on, work.period),
        period_days=work.period.days,
        period_months=work.period.months,
        period_mark=work.mark,
        by_key=by.actor_key,
        by_label=by.actor_label[:80],
        written_at=at,
    )
    upkeep.done_on, upkeep.due_on = done_on, written.next_due_on
    upkeep.save(update_fields=["done_on", "due_on"])
    details = {"record": written.pk, "work": upkeep.work, "outcome": outcome, "done_on": done_on.isoformat()}
    record("facilities.upkeep", by=by, about=upkeep.facility, at=at, details=details)
    announce(UpkeepRecorded(upkeep.facility_id, written.pk, outcome), path=upkeep.facility.area_path)
    return written


@transaction.atomic
def take_down_facility(*, facility_id: int, reason: str, by: Actor, at: datetime) -> Facility:
    """It is no longer there; what was done stays. Refused: reason_needed, taken_down."""
    today = localdate(at)
    found = Facility.objects.select_for_update(of=("self",)).select_related("compound").filter(
        pk=facility_id
    ).first()  # fmt: skip
    dwellings.compound(found.compound_id if found else 0, viewer=by, day=today, what=KEEP)
    if found is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if not reason.strip():
        raise Refused("reason_needed", _("Please give a reason."))
    if found.removed_on is not None:
        raise Refused("taken_down", _("It was taken down before."))
    found.removed_on = today
    found.save(update_fields=["removed_on"])
    Upkeep.objects.filter(facility=found).update(active=False)
    record("facilities.take_down", by=by, about=found, at=at, reason=reason.strip())
    return found


def _check_day(day: date | None, today: date) -> None:
    if day is not None and day > today:
        raise Refused("in_the_future", _("This day is still to come."), day=day.isoformat())


def _check_record(upkeep: Upkeep, done_on: date, outcome: str, words: str, today: date) -> None:
    if not upkeep.active:
        raise Refused("taken_down", _("It was taken down before."))
    if outcome not in Outcome.values:
        raise Refused("unknown_outcome", _("There is no such outcome."), outcome=outcome)
    if outcome != Outcome.FINE and not words:
        raise Refused("words_needed", _("Please say what is wrong with it."))
    if len(words) > WORDS_MAX:
        raise Refused("words_too_long", _("Please use fewer words."), most=WORDS_MAX)
    _check_day(done_on, today)
    if upkeep.done_on is not None and done_on < upkeep.done_on:
        words_ = _("A later one is on the record already: %(day)s.")
        raise Refused("before_the_last", words_ % {"day": upkeep.done_on.isoformat()})
