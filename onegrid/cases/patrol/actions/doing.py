"""A patrol: the whole checklist of one place, sent once; each problem is a case from here on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.catalog.queries import matters
from onegrid.cases.flow.actions import open_case, report_settled
from onegrid.cases.flow.actions.writing import Photos
from onegrid.cases.flow.models import Case, Channel
from onegrid.cases.patrol.access import DO
from onegrid.cases.patrol.facts import PlacePatrolled
from onegrid.cases.patrol.models import (
    Checklist,
    ChecklistItem,
    Patrol,
    PatrolAnswer,
    PatrolPhoto,
    PatrolPlace,
)
from onegrid.cases.patrol.queries import not_there, open_cases_of, plan_for
from onegrid.cases.patrol.rules import Result, Said, faults, next_due, outcome
from onegrid.kit.actors import require
from onegrid.kit.errors import Refused
from onegrid.kit.facts import announce
from onegrid.kit.files import Kinds, Stored, store_file
from onegrid.kit.geo import metres_between
from onegrid.places.areas.models import CGCS2000


@dataclass(frozen=True)
class Answer:
    """To one item: its code, the result, what belongs to it. `settled`: put right on the spot, `done` says how."""

    item: str
    result: Result
    note: str = ""
    photos: Photos = ()
    settled: bool = False
    done: str = ""
    photos_after: Photos = ()

    def said(self) -> Said:
        return Said(
            self.item,
            self.result,
            self.note,
            len(self.photos),
            self.settled,
            self.done,
            len(self.photos_after),
        )


def patrol_place(
    *,
    place_id: int,
    checklist_id: int,
    answers: Sequence[Answer],
    key: str,
    by: User,
    at: datetime,
    lon: float | None = None,
    lat: float | None = None,
) -> Patrol:
    """巡查: writes the answers; a problem opens a case at the place with the item's words and class, or is settled.

    A problem whose item has an open case of an earlier patrol stands with that one. The same key again gives the same
    patrol. Where nothing could be seen the place stays due. All of it or nothing.

    Refused: bad_idempotency_key, unknown_checklist, patrol_incomplete (details.faults: item and code), and what
    open_case and report_settled refuse.
    """
    if not 0 < len(key) <= 64 or "\x00" in key:
        raise Refused("bad_idempotency_key", _("The key of a form has 1 to 64 characters."))
    try:
        with transaction.atomic():
            place = _locked(place_id, by)
            before = Patrol.objects.filter(by=by, key=key).first()
            return before or _written(place, checklist_id, answers, key, by, at, lon, lat)
    except IntegrityError:
        return Patrol.objects.get(by=by, key=key)  # the same form, at another place, was first


def _locked(place_id: int, by: User) -> PatrolPlace:
    place = PatrolPlace.objects.select_for_update(of=("self",)).filter(pk=place_id, closed_on=None).first()
    require(by, DO, path=place.area_path if place else None)
    if place is None:
        raise not_there()
    return place


def _written(
    place: PatrolPlace,
    checklist_id: int,
    answers: Sequence[Answer],
    key: str,
    by: User,
    at: datetime,
    lon: float | None,
    lat: float | None,
) -> Patrol:
    checklist = Checklist.objects.filter(pk=checklist_id, place_class=place.place_class).first()
    if checklist is None:
        raise Refused(
            "unknown_checklist", _("This is not a checklist of this place. Please open the page anew.")
        )
    items = {item.code: item for item in checklist.items.all()}
    wrong = faults(list(items), [answer.said() for answer in answers])
    if wrong:
        raise Refused(
            "patrol_incomplete",
            _("Some answers are incomplete."),
            faults=[{"item": fault.item, "code": fault.code} for fault in wrong],
        )
    result = outcome(answer.result for answer in answers)
    here = (lon, lat) if lon is not None and lat is not None else None
    patrol = Patrol.objects.create(
        place=place,
        checklist=checklist,
        by=by,
        at=at,
        result=result,
        point=Point(*here, srid=CGCS2000) if here else None,
        metres=metres_between(*here, place.point.x, place.point.y) if here else None,
        area_path=place.area_path,
        key=key,
    )
    problems = _answers(patrol, items, answers, by, at)
    if result != Result.NOT_SEEN:
        _seen(place, result, at)
    announce(PlacePatrolled(patrol.pk, place.pk, problems), path=place.area_path)
    return patrol


def _answers(
    patrol: Patrol, items: dict[str, ChecklistItem], answers: Sequence[Answer], by: User, at: datetime
) -> int:
    open_ones, problems = open_cases_of(patrol.place), 0
    classes = {row.code: row for row in matters(at=at)}
    for answer in answers:
        item = items[answer.item]
        before, after = _stored(answer.photos, at), _stored(answer.photos_after, at)
        case_id = None
        if answer.result == Result.PROBLEM:
            problems += 1
            case_id = open_ones.get(item.code)
            if case_id is None or answer.settled:
                case_id = _case(patrol, item, answer, before, after, classes.get(item.class_code), by, at).pk
        row = PatrolAnswer.objects.create(
            patrol=patrol,
            item=item,
            result=answer.result,
            note=answer.note.strip(),
            settled=answer.settled,
            case_id=case_id,
        )
        PatrolPhoto.objects.bulk_create(
            PatrolPhoto(answer=row, file=photo.file, after=is_after)
            for photos, is_after in ((before, False), (after, True))
            for photo in photos
        )
    return problems


def _stored(photos: Photos, at: datetime) -> list[Stored]:
    return [
        photo if isinstance(photo, Stored) else store_file(photo, allow=Kinds.PHOTO, at=at)
        for photo in photos
    ]


def _case(
    patrol: Patrol,
    item: ChecklistItem,
    answer: Answer,
    before: list[Stored],
    after: list[Stored],
    case_class: CaseClass | None,
    by: User,
    at: datetime,
) -> Case:
    place = patrol.place
    with translation.override(settings.LANGUAGE_CODE):
        words = _("Patrol of %(place)s, not in order: %(item)s") % {"place": place.name, "item": str(item)}
    report: dict[str, Any] = {
        "text": "\n".join(part for part in (words, answer.note.strip()) if part),
        "case_class": case_class,
        "lon": place.point.x,
        "lat": place.point.y,
        "address": place.address,
        "photos": before,
        "idempotency_key": f"patrol:{patrol.pk}:{item.code}",
    }
    if answer.settled:
        return report_settled(words=answer.done, result_photos=after, by=by, at=at, **report)
    return open_case(channel=Channel.GRID_WORKER, by=by, at=at, **report)


def _seen(place: PatrolPlace, result: Result, at: datetime) -> None:
    """Due again by the plan of the smallest area around it."""
    plan = plan_for(place.place_class, place.area_path)
    place.last_seen_at, place.last_result = at, result
    place.next_on = next_due(timezone.localdate(at), plan.every_days, plan.starts_on) if plan else None
    place.save(update_fields=["last_seen_at", "last_result", "next_on"])
