"""Reading open cases that may be the same matter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import yaml
from django.contrib.gis.geos import Point, Polygon

from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow.access import SEE, require_case
from onegrid.cases.flow.models import Case, CaseQuerySet
from onegrid.cases.flow.queries import visible
from onegrid.cases.flow.similar.rules import Likeness, Limits, Seen, likeness, plain_address, tokens
from onegrid.kit.actors import Actor
from onegrid.kit.geo import metres_between
from onegrid.kit.tiles import degrees_around
from onegrid.places.areas.models import CGCS2000

LOOKED_AT = 200  # open cases around a point, the newest; a square of 240 m holds fewer


@cache
def limits_in_force() -> Limits:
    """As shipped beside this file."""
    given = yaml.safe_load(Path(__file__).with_name("limits.yaml").read_text("utf-8"))
    return Limits(
        given["metres"], given["days"], dict(given["weights"]), given["suggest_from"], given["shown"]
    )


@dataclass(frozen=True)
class Similar:
    """An open case and how alike it is."""

    case: Case
    likeness: Likeness

    @property
    def percent(self) -> int:
        return round(self.likeness.score * 100)

    @property
    def days(self) -> int:
        return abs(self.likeness.age.days)


def similar_cases(*, case: Case, viewer: Actor) -> list[Similar]:
    """Other open cases in the viewer's scope that may be this matter, the likest first. Two queries at most."""
    require_case(viewer, SEE, case)
    if case.point is None:
        return []
    found = _around(visible(viewer).exclude(pk=case.pk), case.point.x, case.point.y)
    return _ranked(_seen(case), case.point, case.opened_at, found)


@dataclass(frozen=True)
class Neighbour:
    """What a resident may know of somebody else's report: no words, no place but its distance, no number."""

    case_id: int
    matter: str
    state: str
    metres: int
    opened_at: datetime


def neighbours(*, lon: float, lat: float, case_class: CaseClass | None, at: datetime) -> list[Neighbour]:
    """Open cases near a point of the same class (of any, while the class is not known), nearest first."""
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return []
    around = Case.objects.all()
    if case_class is not None:
        around = around.filter(case_class=case_class)
    limits = limits_in_force()
    near = []
    for case in _around(around, lon, lat):
        assert case.point is not None
        metres = metres_between(lon, lat, case.point.x, case.point.y)
        if metres <= limits.metres and (at - case.opened_at).days <= limits.days:
            matter = case.case_class.plain if case.case_class else ""
            near.append(
                Neighbour(
                    case.pk, matter, case.get_state_display(), max(10, round(metres, -1)), case.opened_at
                )
            )
    return sorted(near, key=lambda one: (one.metres, -one.case_id))[: limits.shown]


def _around(cases: CaseQuerySet, lon: float, lat: float) -> list[Case]:
    """Open cases in the square around the point, by the index case_open_near."""
    dx, dy = degrees_around(lat, limits_in_force().metres)
    square = Polygon.from_bbox((lon - dx, lat - dy, lon + dx, lat + dy))
    square.srid = CGCS2000
    return list(
        cases.filter(ended_at=None, point__bboverlaps=square)
        .select_related("case_class__major", "grid")
        .order_by("-id")[:LOOKED_AT]
    )


def _ranked(one: Seen, here: Point, at: datetime, around: Iterable[Case]) -> list[Similar]:
    limits, found = limits_in_force(), []
    for case in around:
        assert case.point is not None
        metres = metres_between(here.x, here.y, case.point.x, case.point.y)
        like = likeness(one, _seen(case), metres=metres, age=at - case.opened_at, limits=limits)
        if like is not None and like.score >= limits.suggest_from:
            found.append(Similar(case, like))
    return sorted(found, key=lambda other: (-other.likeness.score, -other.case.pk))[: limits.shown]


def _seen(case: Case) -> Seen:
    known = case.case_class
    return Seen(
        tokens(case.text),
        known.code if known else "",
        known.major.code if known else "",
        plain_address(case.address),
    )
