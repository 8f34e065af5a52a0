"""Live ranks: the points of the last period beside what is overdue now, by how many and for how long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onegrid.accounts.identity.access import require_somewhere
from onegrid.accounts.identity.me import me
from onegrid.cases.flow.access import PRESS
from onegrid.cases.flow.queries.filters import number
from onegrid.oversight.scores.access import SEE
from onegrid.oversight.scores.models import SubjectChoices
from onegrid.oversight.scores.queries import Ranked, Ranks, ranks
from onegrid.oversight.scores.rules import Subject
from onegrid.oversight.supervision.queries.matters import By, Group, Kind, filters_of, groups
from onegrid.portals.oversee.pages import areas_choice, list_address

MOST = 3_000  # groups beside ranks
SHOWN = 200


class Order(StrEnum):
    POINTS = "points"
    COUNT = "count"
    CLOCK = "clock"


ORDER_WORDS = {
    Order.POINTS: _("By points"),
    Order.COUNT: _("By how many are overdue"),
    Order.CLOCK: _("By how long it is overdue"),
}
# what is overdue with whom; a worker has no list of his own here: what he is told of is in his scores
LIVE = {
    Subject.DEPARTMENT: By.UNIT,
    Subject.STREET: By.STREET,
    Subject.COMMUNITY: By.COMMUNITY,
    Subject.GRID: By.GRID,
}


@dataclass(frozen=True)
class Row:
    """One that is ranked: `score` None: not scored in that period; `group` None: nothing is overdue there now."""

    name: str
    score: Ranked | None
    group: Group | None
    url: str
    since: str


@login_required
@never_cache
@require_GET
def ranking(request: HttpRequest) -> HttpResponse:
    """Units, areas or workers, by their points or by what is overdue with them now."""
    viewer, at, area = me(request), timezone.now(), number(request.GET.get("area", ""))
    require_somewhere(viewer, PRESS)
    scored = bool(viewer.scope(SEE).reaches)
    subject, order = _subject(request, scored), _order(request, scored)
    found = ranks(viewer=viewer, subject=subject, area_id=area) if scored else None
    live, more = _live(viewer, subject, area, at)
    rows = _ordered(_rows(found, live, at), order)
    return render(
        request,
        "oversee/ranks.html",
        {
            "found": found,
            "subjects": [
                (words, _address(code, order, area), code == subject)
                for code, words in SubjectChoices.choices
                if code in LIVE or scored
            ],
            "orders": [
                (words, _address(subject, one, area), one == order)
                for one, words in ORDER_WORDS.items()
                if _has(one, subject, scored)
            ],
            "order": order,
            "rows": rows[:SHOWN],
            "hidden": max(len(rows) - SHOWN, 0),
            "live": subject in LIVE,
            "more": more,
            "area": area,
            "areas": areas_choice(viewer, area),
            "kept": [("subject", subject), ("order", order.value)],
        },
    )


def _subject(request: HttpRequest, scored: bool) -> Subject:
    said = request.GET.get("subject", "")
    known = set(Subject) if scored else set(LIVE)
    return Subject(said) if said in known else Subject.DEPARTMENT


def _order(request: HttpRequest, scored: bool) -> Order:
    said = request.GET.get("order", "")
    order = Order(said) if said in set(Order) else Order.POINTS
    subject = _subject(request, scored)
    return order if _has(order, subject, scored) else Order.POINTS if scored else Order.COUNT


def _has(order: Order, subject: Subject, scored: bool) -> bool:
    return scored if order == Order.POINTS else subject in LIVE


def _address(subject: str, order: Order, area: int | None) -> str:
    pairs = [("subject", subject), ("order", order.value)] + ([("area", str(area))] if area else [])
    return f"?{urlencode(pairs)}"


def _live(viewer: Any, subject: Subject, area: int | None, at: datetime) -> tuple[dict[int, Group], bool]:
    """What is overdue now with each; whether there may be more than were counted."""
    by = LIVE.get(subject)
    if by is None:
        return {}, False
    filters = filters_of(Kind.OVERDUE, at, area)
    found = groups(viewer=viewer, filters=filters, by=[by], at=at, most=MOST)[by]
    return {group.key: group for group in found.groups}, found.more


def _rows(found: Ranks | None, live: Mapping[int, Group], at: datetime) -> list[Row]:
    """Everybody who has points or something overdue, each once."""
    left, rows = dict(live), []
    for one in found.rows if found else []:
        group = left.pop(one.score.org_id or one.score.area_id or 0, None)
        rows.append(_row(one.score.label, one, group, at))
    return rows + [_row(group.name, None, group, at) for group in left.values()]


def _row(name: str, score: Ranked | None, group: Group | None, at: datetime) -> Row:
    if group is None:
        return Row(name, score, None, "", "")
    url = reverse("oversee:matters") + list_address(Kind.OVERDUE, group.filters)
    return Row(name, score, group, url, timesince(group.worst, at, depth=2))


def _ordered(rows: list[Row], order: Order) -> list[Row]:
    if order == Order.COUNT:
        return sorted(rows, key=lambda row: (-row.group.count if row.group else 0, row.name))
    if order == Order.CLOCK:
        return sorted(
            rows, key=lambda row: (row.group is None, row.group.worst if row.group else 0, row.name)
        )
    return sorted(rows, key=_place)


def _place(row: Row) -> tuple:
    """By rank; who has none after them, the fullest first."""
    rank = row.score.rank if row.score else None
    return (rank is None, rank or 0, -row.group.count if row.group else 0, row.name)
