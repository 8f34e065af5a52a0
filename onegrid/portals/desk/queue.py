"""The queue: work lists with filters that stand in the address, and filters kept under a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from onegrid.accounts.identity.models import User
from onegrid.cases.catalog.queries import matters_of, version_id_in_force
from onegrid.cases.flow import actions
from onegrid.cases.flow.access import EXPORT
from onegrid.cases.flow.actions.exporting import MOST, Form
from onegrid.cases.flow.models import Case, Channel, LevelChoices, StateChoices, VerbChoices
from onegrid.cases.flow.queries import COUNTED_TO, PAGE
from onegrid.cases.flow.queries.choices import areas_to_choose, saved_filters, units_to_choose
from onegrid.cases.flow.queries.counts import list_counts
from onegrid.cases.flow.queries.filters import (
    CLOCK_WORDS,
    WHOSE_WORDS,
    Clock,
    Filters,
    Sort,
    Whose,
    said_filters,
)
from onegrid.cases.flow.queries.ground import bounded
from onegrid.cases.flow.queries.lists import SHORT_AMONG, case_page
from onegrid.cases.flow.queries.together import verbs_together
from onegrid.cases.flow.rules import PAUSED, State
from onegrid.kit.errors import Refused
from onegrid.kit.worktime import ClockState
from onegrid.portals.desk.news import news_stream
from onegrid.portals.desk.pages import beside_list

KEY_MAX = 60
NUMBER_MAX = 24
TEXT_SHOWN = 60  # characters of the report in a row
MEDIA = {
    Form.CSV: "text/csv; charset=utf-8",
    Form.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@login_required
@never_cache
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Cases in my scope; filters, order and page stand in the address, so every list is a link."""
    viewer, at, filters = _me(request), timezone.now(), Filters.of(request.GET)
    after, before = (request.GET.get(name, "")[:KEY_MAX] for name in ("after", "before"))
    stream = news_stream(request, viewer)  # before the list is read: nothing falls in between
    page = case_page(viewer=viewer, filters=filters, at=at, after=after, before=before)
    counts = list_counts(viewer=viewer, filters=filters, at=at)
    case = request.GET.get("case", "")[:NUMBER_MAX]
    return render(
        request,
        "desk/queue.html",
        {
            "page": page,
            "lines": [vars(line) for line in _lines(page.cases)],  # a template finds words of a dict at once
            "filters": filters,
            "tabs": _states(filters, counts.states),
            "clocks": _clocks(filters, counts.clocks),
            "panel": _panel(viewer, filters, at),
            "chips": said_filters(filters, viewer=viewer),
            "saved": saved_filters(viewer=viewer),
            "here": filters.address(),
            "sorts": [
                (_("Newest first"), filters.address(sort=Sort.NEWEST), filters.sort == Sort.NEWEST),
                (_("Due first"), filters.address(sort=Sort.DUE), filters.sort == Sort.DUE),
            ],
            "short_among": SHORT_AMONG if bounded(filters) else 0,
            "paged": bool(after or before),
            "size": PAGE,
            "stream": stream,
            "beside": beside_list(request, case) if case else None,
            "verbs": [(verb.value, VerbChoices(verb).label) for verb in verbs_together(viewer)],
            "marked": request.GET.get("marked") == "1",
            "this_page": _this_page(filters, after, before),
            "may_export": bool(viewer.scope(EXPORT).reaches),
            "most_csv": MOST[Form.CSV],
            "most_excel": MOST[Form.EXCEL],
        },
    )


@dataclass(frozen=True)
class Line:
    """One row of the list, as it is shown."""

    number: str
    address: str
    choose: str
    urgent: bool
    matter: str
    text: str
    grid: str
    state: str
    state_tone: str
    holder: str
    due: str
    due_at: str
    clock: str
    clock_tone: str


def _lines(cases: Sequence[Case]) -> list[Line]:
    """Words and addresses that all rows share are found once."""
    above = reverse("desk:queue")
    choose = _("Choose %(number)s")
    clocks = {
        PAUSED: (_("clock held"), ""),
        ClockState.OVERDUE.value: (_("overdue"), "bad"),
        ClockState.APPROACHING.value: (_("due soon"), "warn"),
        ClockState.NORMAL.value: (_("in time"), "good"),
    }
    states = {state.value: str(state.label) for state in StateChoices}
    lines = []
    for case in cases:
        due = timezone.localtime(case.due_at) if case.due_at else None
        state = case.clock_state if due or case.holds_open else ""  # without an end nothing is in time
        clock, tone = clocks.get(state, ("", ""))
        holder = case.holder_user.display_name if case.holder_user else getattr(case.holder_org, "name", "")
        lines.append(
            Line(
                number=case.number,
                address=f"{above}{case.number}/",
                choose=choose % {"number": case.number},
                urgent=case.urgent,
                matter=str(case.case_class) if case.case_class else "",
                text=case.text if len(case.text) <= TEXT_SHOWN else f"{case.text[: TEXT_SHOWN - 1]}…",
                grid=case.grid.name if case.grid else "–",
                state=states[case.state],
                state_tone="" if case.is_final else "accent",
                holder=holder or "–",
                due=f"{due:%m-%d %H:%M}" if due else "",
                due_at=due.isoformat() if due else "",
                clock=clock,
                clock_tone=tone,
            )
        )
    return lines


def _me(request: HttpRequest) -> User:
    """The signed-in user; every page here is behind sign-in."""
    assert isinstance(request.user, User)
    return request.user


def _states(filters: Filters, counts: dict[State, int]) -> list[dict]:
    all_of_them = {"label": _("All"), "here": filters.state is None, "address": filters.address(state=None)}
    return [all_of_them] + [
        {
            "label": StateChoices(state).label,
            "here": filters.state == state,
            "address": filters.address(state=state),
            "count": _shown(count),
        }
        for state, count in counts.items()
    ]


def _clocks(filters: Filters, counts: dict[Clock, int]) -> list[dict]:
    """A second tap on the one that is set takes it away."""
    return [
        {
            "label": CLOCK_WORDS[clock],
            "here": filters.clock == clock,
            "address": filters.address(clock=None if filters.clock == clock else clock),
            "count": _shown(count),
        }
        for clock, count in counts.items()
    ]


def _this_page(filters: Filters, after: str, before: str) -> str:
    """The address of the page that is shown, not of the first."""
    keys = {name: key for name, key in (("after", after), ("before", before)) if key}
    return f"{filters.address()}&{urlencode(keys)}" if keys else filters.address()


def _shown(count: int) -> str:
    return f"{COUNTED_TO}+" if count > COUNTED_TO else str(count or "")


def _panel(viewer: User, filters: Filters, at: datetime) -> dict:
    """What the form of filters offers besides the tabs."""
    areas = [(area.pk, area.name) for area in areas_to_choose(viewer=viewer, chosen=filters.area)]
    return {
        "whose": [(whose.value, WHOSE_WORDS[whose]) for whose in Whose],
        "holders": [(unit.pk, unit.name) for unit in units_to_choose(viewer=viewer, at=at)],
        "areas": areas,
        "majors": _majors(at),
        "channels": Channel.choices,
        "levels": LevelChoices.choices,
    }


def _majors(at: datetime) -> list[tuple[int, str]]:
    """Major classes with something to file under; none before a catalogue is loaded, which is no reason to show no
    list."""
    try:
        version_id = version_id_in_force(timezone.localdate(at))
    except Refused:
        return []
    return _majors_of(version_id, get_language())


@lru_cache(maxsize=32)
def _majors_of(version_id: int, _language: str | None) -> list[tuple[int, str]]:
    """A version in force does not change any more."""
    return list({one.major_id: f"{one.major.code} {one.major}" for one in matters_of(version_id)}.items())


@login_required
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keeps the list that was on the page under a name."""
    filters = Filters.of(_query_of(request.POST.get("query", "")))
    try:
        kept = actions.save_filter(
            name=request.POST.get("name", ""), query=filters.address(), by=_me(request), at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("The filter “%(name)s” is kept.") % {"name": kept.name})
    return redirect(reverse("desk:queue") + filters.address())


@login_required
@require_POST
def change(request: HttpRequest, filter_id: int) -> HttpResponse:
    """Renames a kept filter, or deletes it."""
    if "delete" in request.POST:
        actions.delete_filter(filter_id=filter_id, by=_me(request))
        messages.success(request, _("The filter is deleted."))
        return redirect("desk:queue")
    try:
        kept = actions.rename_filter(filter_id=filter_id, name=request.POST.get("name", ""), by=_me(request))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("desk:queue")
    messages.success(request, _("The filter is called “%(name)s” now.") % {"name": kept.name})
    return redirect(reverse("desk:queue") + kept.query)


@login_required
@never_cache
@require_GET
def export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """The list as a file. What it holds, and that it was taken, is decided before the first byte."""
    made = actions.export_cases(
        filters=Filters.of(request.GET), form=Form(form), by=_me(request), at=timezone.now()
    )
    answer = StreamingHttpResponse(made.pieces, content_type=MEDIA[Form(form)])
    answer["Content-Disposition"] = content_disposition_header(True, made.name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(address.removeprefix("?")))
