"""Reading open cases that may be the same matter."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml
from django.contrib.gis.geos import Point, Polygon
from django.db.models import Q

from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.catalog.naming import suggest_classes
from onegrid.cases.flow.access import SEE, require_case
from onegrid.cases.flow.models import Case, CaseLink, CaseQuerySet, Follower, LinkKind
from onegrid.cases.flow.places import place_of
from onegrid.cases.flow.queries import visible
from onegrid.cases.flow.rules import OPEN
from onegrid.cases.flow.similar.rules import Likeness, Limits, Seen, likeness, plain_address, tokens
from onegrid.kit.actors import Actor
from onegrid.kit.errors import Refused
from onegrid.kit.geo import metres_between
from onegrid.kit.tiles import degrees_around
from onegrid.places.areas.models import CGCS2000

LOOKED_AT = 200  # open cases around a point, the newest; a square of 240 m holds fewer


@cache
def limits_in_force() -> Limits:
    """As shipped beside this file."""
    given = yaml.safe_load(Path(__file__).with_name("limits.yaml").read_text("utf-8"))
    return Limits(
        dict(given["metres"]),
        given["other_door_metres"],
        dict(given["days"]),
        dict(given["weights"]),
        given["suggest_from"],
        given["shown"],
        given["version"],
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
class Told:
    """What somebody is about to report, as far as it says which matter it is. CGCS2000 degrees."""

    text: str
    case_class: CaseClass | None
    lon: float | None
    lat: float | None
    address: str
    at: datetime

    @cached_property
    def seen(self) -> Seen:
        return _seen_as(
            self.text, self.address, self.case_class, _may_be(self.case_class, self.text, self.at)
        )

    @property
    def point(self) -> Point | None:
        return (
            Point(self.lon, self.lat, srid=CGCS2000)
            if self.lon is not None and self.lat is not None
            else None
        )


def like_cases(*, told: Told, viewer: Actor) -> list[Similar]:
    """For a clerk who writes a report down: open cases in the clerk's scope that may be it, the likest first."""
    return _ranked(told.seen, told.point, told.at, _candidates(visible(viewer), told))


@dataclass(frozen=True)
class Offer:
    """An open case as a stranger may know of it: what sort of matter, how far, since when; no words, no address.

    `metres`: rounded to ten, None without a point. `others`: who reported or follow it already.
    """

    case_id: int
    matter: str
    metres: int | None
    days: int
    state: str
    others: int


def offers(*, told: Told) -> list[Offer]:
    """For a resident: open cases that may be the same matter. Public, so it tells next to nothing.

    Never a confidential one, and only of a kind that residents report and that the words, or the class chosen, are
    about: nobody learns here of a matter that he could not name himself.
    """
    if not told.seen.may_be:
        return []
    public = Case.objects.filter(secret=False)
    ranked = [
        one
        for one in _ranked(told.seen, told.point, told.at, _candidates(public, told))
        if _kindred(told, one)
    ]
    heads = _heads([one.case.pk for one in ranked])
    shown: dict[int, Similar] = {}
    for one in ranked:
        head = heads.get(one.case.pk)
        if head is None:
            shown.setdefault(one.case.pk, one)
        elif not head.secret and not head.is_final:
            shown.setdefault(head.pk, replace(one, case=head))
    counts = _others(list(shown))
    return [
        Offer(pk, _matter(one, told), _rounded(one), one.days, one.case.get_state_display(), counts[pk])
        for pk, one in shown.items()
    ]


def _kindred(told: Told, one: Similar) -> bool:
    known = one.case.case_class
    if known is not None and not known.plain_name:
        return False
    return bool(_may_be(known, one.case.text, told.at) & told.seen.may_be)


def _matter(one: Similar, told: Told) -> str:
    """The class in plain words; of one that nobody has classed yet, what its words are likely about."""
    known = one.case.case_class
    if known is not None:
        return known.plain
    guesses = suggest_classes(text=one.case.text, at=told.at, for_residents=True, most=1)
    return guesses[0].case_class.plain if guesses else ""


def _rounded(one: Similar) -> int | None:
    metres = one.likeness.metres
    return None if metres is None else max(10, round(metres / 10) * 10)


def _heads(case_ids: list[int]) -> dict[int, Case]:
    """Of those that were merged: the case that carries them on."""
    links = CaseLink.objects.filter(case__in=case_ids, kind=LinkKind.DUPLICATE, ended_at=None)
    return {link.case_id: link.other for link in links.select_related("other__case_class__major")}


def _others(case_ids: list[int]) -> dict[int, int]:
    """The first reporter, those whose reports were merged into it, and its followers."""
    merged = CaseLink.objects.filter(other__in=case_ids, kind=LinkKind.DUPLICATE, ended_at=None)
    follow = Follower.objects.filter(case__in=case_ids, left_at=None)
    counted = Counter(merged.values_list("other_id", flat=True))
    counted.update(follow.values_list("case_id", flat=True))
    return {pk: 1 + counted[pk] for pk in case_ids}


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


def _candidates(cases: CaseQuerySet, told: Told) -> list[Case]:
    """Around the point; without one, the newest open ones of the grid that the address lies in."""
    if told.point is not None:
        return _around(cases, told.point.x, told.point.y)
    if not told.address:
        return []
    try:
        grid_id = place_of(None, None, told.address).grid_id
    except Refused:
        return []
    if grid_id is None:
        return []
    found = cases.filter(grid=grid_id, state__in=OPEN).select_related("case_class__major", "grid")
    return list(found.order_by("-id")[:LOOKED_AT])


def _around(cases: CaseQuerySet, lon: float, lat: float) -> list[Case]:
    """Open cases in the square around the point, by the index case_open_near."""
    dx, dy = degrees_around(lat, limits_in_force().widest)
    square = Polygon.from_bbox((lon - dx, lat - dy, lon + dx, lat + dy))
    square.srid = CGCS2000
    return list(
        cases.filter(ended_at=None, point__bboverlaps=square)
        .select_related("case_class__major", "grid")
        .order_by("-id")[:LOOKED_AT]
    )


def _ranked(one: Seen, here: Point | None, at: datetime, around: Iterable[Case]) -> list[Similar]:
    limits, found = limits_in_force(), []
    for case in around:
        there = case.point
        metres = metres_between(here.x, here.y, there.x, there.y) if here and there else None
        given: dict[str, Any] = {"metres": metres, "age": at - case.opened_at, "limits": limits}
        like = likeness(one, _seen(case), **given)
        if like is not None and case.case_class is None:  # only now: guessing costs more than all the rest
            like = likeness(one, replace(_seen(case), may_be=_may_be(None, case.text, at)), **given)
        if like is not None and like.score >= limits.suggest_from:
            found.append(Similar(case, like))
    return sorted(found, key=lambda other: (-other.likeness.score, -other.case.pk))[: limits.shown]


def _seen(case: Case) -> Seen:
    known = case.case_class
    return _seen_as(case.text, case.address, known, frozenset([known.code]) if known else frozenset())


def _seen_as(text: str, address: str, known: CaseClass | None, may_be: frozenset[str]) -> Seen:
    """The number of a class alone is no key: 01001 is a cover and also the cover's fault."""
    return Seen(
        tokens(text),
        f"{known.kind}-{known.code}" if known else "",
        f"{known.kind}-{known.major.code}" if known else "",
        plain_address(address),
        known.kind if known else "",
        may_be,
    )


def _may_be(known: CaseClass | None, text: str, at: datetime) -> frozenset[str]:
    """Codes of the class, or of those that the words may be about; empty when they say nothing."""
    if known is not None:
        return frozenset([known.code])
    return frozenset(guess.case_class.code for guess in suggest_classes(text=text, at=at))
