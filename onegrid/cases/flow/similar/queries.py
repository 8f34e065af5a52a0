"""Reading open cases that may be the same matter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import yaml
from django.contrib.gis.geos import Point, Polygon
from django.db.models import Q

from onegrid.cases.flow.access import SEE, require_case
from onegrid.cases.flow.models import Case, CaseLink, CaseQuerySet, LinkKind
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
class Merged:
    """Which other cases belong to a case, as far as the viewer may see them."""

    into: Case | None
    here: list[Case]


def merged_with(*, case: Case, viewer: Actor) -> Merged:
    """One query more than the scope costs."""
    require_case(viewer, SEE, case)
    links = CaseLink.objects.filter(
        Q(case=case) | Q(other=case), kind=LinkKind.DUPLICATE, ended_at=None
    ).values_list("case_id", "other_id")
    pairs = list(links[:100])
    others = {pk for pair in pairs for pk in pair} - {case.pk}
    seen = {one.pk: one for one in visible(viewer).filter(pk__in=others)} if others else {}
    into = next((seen.get(other) for mine, other in pairs if mine == case.pk), None)
    return Merged(into, [seen[mine] for mine, other in pairs if other == case.pk and mine in seen])


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
