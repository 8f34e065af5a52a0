"""What presses now: today's page, the lists its numbers open, and the same matters in groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onegrid.accounts.identity.access import require_somewhere
from onegrid.accounts.identity.me import me
from onegrid.accounts.identity.models import User
from onegrid.cases.flow import facts
from onegrid.cases.flow.access import EXPORT, PRESS, SEE
from onegrid.cases.flow.models import Case, StateChoices
from onegrid.cases.flow.queries import COUNTED_TO
from onegrid.cases.flow.queries.choices import areas_to_choose
from onegrid.cases.flow.queries.filters import Filters, Sort, number, said_filters
from onegrid.cases.flow.queries.lists import case_page
from onegrid.kit.facts import Fact
from onegrid.kit.ui.live import live_stream
from onegrid.oversight.briefs.access import SEE as BRIEFS
from onegrid.oversight.supervision import access
from onegrid.oversight.supervision.facts import InstructionDue, InstructionMoved, InstructionWritten
from onegrid.oversight.supervision.limits import limits
from onegrid.oversight.supervision.queries.instructions import TAB_WORDS, Asked, Tab, tab_counts
from onegrid.oversight.supervision.queries.matters import (
    BY_WORDS,
    KIND_WORDS,
    By,
    Kind,
    Press,
    filters_of,
    groups,
    kind_counts,
    presses,
)

WORST_SHOWN = 8
GROUPS_SHOWN = 5
TEXT_SHOWN = 60
KEY_MAX = 60
NEWS: tuple[type[Fact], ...] = (
    facts.CaseOverdue,
    facts.CaseDueSoon,
    facts.CasePressed,
    facts.CaseAlarmed,
    facts.CaseDispatched,
    facts.CaseHandled,
    facts.CaseClosed,
)
INSTRUCTION_NEWS: tuple[type[Fact], ...] = (InstructionWritten, InstructionMoved, InstructionDue)
KIND_ICONS = {
    Kind.OVERDUE: "clock",
    Kind.SOON: "clock",
    Kind.PRESSED: "hand-stop",
    Kind.URGENT: "alert-triangle",
    Kind.LONG: "calendar",
}


@dataclass(frozen=True)
class Line:
    """One matter as these pages show it."""

    case: Case
    title: str
    text: str
    who: str
    since: str
    late: bool
    press: Press | None


@login_required
@never_cache
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """The numbers of the viewer's area, the worst matters, and who has them."""
    viewer, at, area = me(request), timezone.now(), number(request.GET.get("area", ""))
    require_somewhere(viewer, PRESS)
    stream = news_stream(request, viewer)  # before anything is read: nothing falls in between
    filters = filters_of(Kind.OVERDUE, at, area)
    page = case_page(viewer=viewer, filters=filters, at=at, size=WORST_SHOWN)
    grouped = groups(viewer=viewer, filters=filters, by=(By.UNIT, By.COMMUNITY, By.MATTER), at=at)
    return render(
        request,
        "oversee/today.html",
        {
            "now": at,
            "stream": stream,
            "area": area,
            "areas": areas_choice(viewer, area),
            "figures": _figures(viewer, area, at),
            "replies": _replies(viewer, at),
            "lines": lines_of(page.cases, at),
            "more": matters_address(Kind.OVERDUE, area) if page.later else "",
            "grouped": [
                (BY_WORDS[by], by, [_linked(one) for one in found.groups[:GROUPS_SHOWN]], found)
                for by, found in grouped.items()
            ],
            "limits": limits(timezone.localdate(at)),
            "may_write": bool(viewer.scope(access.WRITE).reaches),
            "may_read_brief": bool(viewer.scope(BRIEFS).reaches),
        },
    )


@login_required
@never_cache
@require_GET
def matters(request: HttpRequest) -> HttpResponse:
    """One of the lists, the worst first; what it is narrowed to stands in the address."""
    viewer, at = me(request), timezone.now()
    require_somewhere(viewer, PRESS)
    kind, filters = _asked(request, at)
    after, before = (request.GET.get(name, "")[:KEY_MAX] for name in ("after", "before"))
    page = case_page(viewer=viewer, filters=filters, at=at, after=after, before=before)
    counts = kind_counts(viewer=viewer, area=filters.area, at=at)
    return render(
        request,
        "oversee/matters.html",
        {
            "kind": kind,
            "heading": KIND_WORDS[kind],
            "tabs": [
                (KIND_WORDS[one], matters_address(one, filters.area), one == kind, _shown(counts[one]))
                for one in Kind
            ],
            "lines": lines_of(page.cases, at),
            "page": page,
            "here": list_address(kind, filters),
            "paged": bool(after or before),
            "chips": _chips(kind, filters, viewer),
            "q": filters.q,
            "area": filters.area,
            "areas": areas_choice(viewer, filters.area),
            "kept": _kept(kind, filters),
            "groups_url": f"{reverse('oversee:groups')}{list_address(kind, filters)}",
            "export": _export(filters) if viewer.scope(EXPORT).reaches else "",
            "limits": limits(timezone.localdate(at)),
            "may_write": bool(viewer.scope(access.WRITE).reaches),
        },
    )


@login_required
@never_cache
@require_GET
def groups_page(request: HttpRequest) -> HttpResponse:
    """A list in groups: every number opens the matters that it counts."""
    viewer, at = me(request), timezone.now()
    require_somewhere(viewer, PRESS)
    kind, filters = _asked(request, at)
    said = request.GET.get("by", "")
    by = By(said) if said in set(By) else By.UNIT
    found = groups(viewer=viewer, filters=filters, by=[by], at=at)[by]
    base = f"{reverse('oversee:groups')}{list_address(kind, filters)}"
    return render(
        request,
        "oversee/groups.html",
        {
            "kind": kind,
            "heading": KIND_WORDS[kind],
            "tabs": [(BY_WORDS[one], f"{base}&by={one}", one == by) for one in By],
            "by": by,
            "rows": [_linked(one, kind) for one in found.groups],
            "found": found,
            "back": reverse("oversee:matters") + list_address(kind, filters),
        },
    )


NARROWED = ("area", "holder", "matter", "state", "major", "q")  # what may stand beside a kind in an address


def _asked(request: HttpRequest, at: datetime) -> tuple[Kind, Filters]:
    """The kind of the list, and what it is narrowed to besides."""
    said = request.GET.get("kind", "")
    kind = Kind(said) if said in set(Kind) else Kind.OVERDUE
    given = Filters.of({name: request.GET.get(name, "") for name in NARROWED})
    more = {name: getattr(given, name) for name in NARROWED if name != "area"}
    return kind, filters_of(kind, at, given.area, **more)


def _kept(kind: Kind, filters: Filters) -> list[tuple[str, str]]:
    values = [(name, getattr(filters, name)) for name in NARROWED]
    return [("kind", kind.value), *((name, str(value)) for name, value in values if value not in (None, ""))]


def list_address(kind: Kind, filters: Filters, **without: Any) -> str:
    pairs = [(name, value) for name, value in _kept(kind, filters) if name not in without]
    return f"?{urlencode(pairs)}"


def matters_address(kind: Kind, area: int | None = None) -> str:
    pairs = [("kind", kind.value)] + ([("area", str(area))] if area is not None else [])
    return f"{reverse('oversee:matters')}?{urlencode(pairs)}"


def _chips(kind: Kind, filters: Filters, viewer: User) -> list[tuple[str, str]]:
    """What the list is narrowed to, each with the address without it."""
    found = []
    for name in NARROWED:
        value = getattr(filters, name)
        if value in (None, ""):
            continue
        words = said_filters(Filters(**{name: value}), viewer=viewer)
        if words:
            found.append((words[0][0], list_address(kind, filters, **{name: True})))
    return found


def _linked(group: Any, kind: Kind = Kind.OVERDUE) -> dict[str, Any]:
    return {
        "name": group.name,
        "shown": group.shown,
        "worst": group.worst,
        "url": reverse("oversee:matters") + list_address(kind, group.filters),
    }


def _export(filters: Filters) -> str:
    """The list as a file: the desk's export takes every filter."""
    return reverse("desk:export", args=["xlsx"]) + filters.address(sort=Sort.DUE)


def areas_choice(viewer: User, chosen: int | None) -> list[tuple[int, str]]:
    return [(area.pk, area.name) for area in areas_to_choose(viewer=viewer, chosen=chosen)]


def _figures(viewer: User, area: int | None, at: datetime) -> list[dict[str, Any]]:
    counts = kind_counts(viewer=viewer, area=area, at=at)
    return [
        {
            "label": KIND_WORDS[kind],
            "value": _shown(counts[kind]) or "0",
            "url": matters_address(kind, area),
            "mine": kind in (Kind.OVERDUE, Kind.URGENT) and counts[kind] > 0,
            "icon": KIND_ICONS[kind],
        }
        for kind in Kind
    ]


def _replies(viewer: User, at: datetime) -> list[dict[str, Any]]:
    """Instructions by how their replies stand; none for whom no instruction is."""
    if not viewer.scope(access.SEE).reaches:
        return []
    counts = tab_counts(viewer=viewer, asked=Asked(), at=at)
    shown = (Tab.OVERDUE, Tab.SOON, Tab.REPLIED, Tab.ASKED)
    base = reverse("oversee:instructions")
    return [
        {
            "label": TAB_WORDS[tab],
            "value": _shown(counts[tab]) or "0",
            "url": f"{base}?tab={tab}",
            "mine": tab in (Tab.REPLIED, Tab.ASKED) and counts[tab] > 0,
        }
        for tab in shown
    ]


def lines_of(cases: Sequence[Case], at: datetime) -> list[Line]:
    pressed = presses([case.pk for case in cases if case.pressed])
    found = []
    for case in cases:
        due = case.due_at
        late = due is not None and due < at
        since = "" if due is None else (timesince(due, at, depth=2) if late else timesince(at, due, depth=2))
        holder = case.holder_user.display_name if case.holder_user else getattr(case.holder_org, "name", "")
        text = case.text if len(case.text) <= TEXT_SHOWN else f"{case.text[: TEXT_SHOWN - 1]}…"
        title = str(case.case_class) if case.case_class else str(StateChoices(case.state).label)
        found.append(Line(case, title, text, holder, since, late, pressed.get(case.pk)))
    return found


def _shown(count: int) -> str:
    return f"{COUNTED_TO}+" if count > COUNTED_TO else str(count or "")


def news_stream(request: HttpRequest, viewer: User) -> str:
    """Facts that change the numbers, as far as the viewer may hear them."""
    kinds = (NEWS if viewer.scope(SEE).reaches else ()) + (
        INSTRUCTION_NEWS if viewer.scope(access.SEE).reaches else ()
    )
    return live_stream(request, kinds) if kinds else ""
