"""A place of each kind to look at, and a patrol of one, for tests of pages too."""

from datetime import datetime

from onegrid.cases.patrol.actions import Answer, keep_place, load_checklists, patrol_place
from onegrid.cases.patrol.models import Checklist, Patrol, PatrolPlace
from onegrid.cases.patrol.rules import Result
from onegrid.kit.actors import SystemActor
from tests.cases.conftest import AT, photo

BY = SystemActor("test")


def a_place(street, at: datetime = AT, **more) -> PatrolPlace:
    """A small shop in grid 0."""
    load_checklists(by=BY, at=at)
    lon, lat = street.at(0)
    given = {
        "place_class": "small_shop",
        "name": "云桥便利店",
        "lon": lon,
        "lat": lat,
        "address": "云桥路1号",
    }
    return keep_place(**given | more, by=BY, at=at)


def checklist(place: PatrolPlace) -> Checklist:
    return Checklist.objects.filter(place_class=place.place_class).latest("version")


def answers(place: PatrolPlace, **changed: Answer) -> list[Answer]:
    """All in order, but for what is given by item code."""
    codes = checklist(place).items.values_list("code", flat=True)
    return [changed.get(code, Answer(code, Result.OK)) for code in codes]


def patrolled(place: PatrolPlace, by, at: datetime = AT, key: str = "key-1", **changed: Answer) -> Patrol:
    return patrol_place(
        place_id=place.pk,
        checklist_id=checklist(place).pk,
        answers=answers(place, **changed),
        key=key,
        by=by,
        at=at,
    )


def problem(code: str = "exits", **more) -> Answer:
    return Answer(code, Result.PROBLEM, **{"note": "通道堆货", "photos": [photo()]} | more)
