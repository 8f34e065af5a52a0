"""The list of whistles, one whistle, and the blow rate of streets."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onegrid.accounts.identity.me import me
from onegrid.accounts.identity.models import User
from onegrid.cases.catalog.models import Mark
from onegrid.cases.flow.models import Case
from onegrid.cases.whistle.access import BLOW, SEE, acts_for_street
from onegrid.cases.whistle.actions.recording import may_finish_task
from onegrid.cases.whistle.kinds import limits_of
from onegrid.cases.whistle.models import StepChoices, Whistle, WhistleCall
from onegrid.cases.whistle.offering import call_verbs, street_verbs
from onegrid.cases.whistle.queries import (
    PAGE,
    WhistleStory,
    blow_rates,
    open_tasks,
    whistle_of_case,
    whistle_story,
    whistles,
)
from onegrid.cases.whistle.rules import DECIDE, STEPS, CallState, WhistleState, is_late
from onegrid.cases.whistle.sealing import seal_holds

WHICH = ("open", "refused", "ended")


@login_required
@never_cache
@require_GET
def whistle_list(request: HttpRequest) -> HttpResponse:
    """Those that run, those whose refusal waits for the district, or those that have ended."""
    viewer, given = me(request), request.GET.get("before", "")
    which = request.GET.get("which", "open")
    which = which if which in WHICH else "open"
    before = int(given) if given.isdecimal() and len(given) < 19 else None
    rows = whistles(viewer=viewer, which=which, before=before, limit=PAGE + 1)
    now = timezone.now()
    context = {
        "rows": [(one, *_line(one, now)) for one in rows[:PAGE]],
        "older": f"?which={which}&before={rows[PAGE - 1].pk}" if len(rows) > PAGE else "",
        "which": which,
        "may_blow": bool(viewer.scope(BLOW).reaches),
        "tasks": open_tasks(viewer=viewer, at=now, limit=10) if which == "open" and before is None else [],
        "today": timezone.localdate(now),
    }
    return render(request, "desk/whistles/list.html", context)


def _line(whistle: Whistle, now: Any) -> tuple[list[WhistleCall], bool]:
    """Its calls, and whether one of them is overdue."""
    calls = sorted(whistle.calls.all(), key=lambda call: (call.role != "lead", call.pk))
    return calls, whistle.state == WhistleState.RUNNING and any(_late(call, now) for call in calls)


def _late(call: WhistleCall, now: Any) -> bool:
    due = call.decide_due if call.state == CallState.REFUSED else None
    if call.owed is not None:
        due = getattr(call, f"{call.owed}_due")
    return due is not None and is_late(None, due, now)


@dataclass(frozen=True)
class ClockShown:
    """One limit of a call: when it is due, when it was done, late or not, and whose number it is."""

    label: str | Promise
    due_at: Any
    done_at: Any
    late: bool
    mark: str | Promise
    current: bool


@dataclass(frozen=True)
class Deed:
    """A button: its address word, and the words on it."""

    code: str
    label: str | Promise
    tone: str = ""


@dataclass(frozen=True)
class CallShown:
    call: WhistleCall
    clocks: list[ClockShown]
    deeds: list[Deed]
    tone: str
    late: bool


@login_required
@never_cache
@require_GET
def whistle(request: HttpRequest, number: str) -> HttpResponse:
    """What was asked, how far each department is, what this person may do, the record, the timeline."""
    return render(request, "desk/whistles/whistle.html", whistle_context(request, number))


def whistle_context(request: HttpRequest, number: str) -> dict[str, Any]:
    viewer, now = me(request), timezone.now()
    story = whistle_story(number=number, viewer=viewer)
    record = story.record
    return {
        "story": story,
        "whistle": story.whistle,
        "calls": [_shown(call, story, viewer, now) for call in story.calls],
        "deeds": _street_deeds(story, viewer),
        "may_code": story.whistle.state == WhistleState.RUNNING
        and acts_for_street(viewer, BLOW, story.whistle),
        "record": record,
        "signed": story.signatures,
        "broken_seal": bool(record and record.sealed_at and not seal_holds(record)),
        "tasks": [
            (task, not task.done_at and may_finish_task(viewer, story.whistle, task)) for task in story.tasks
        ],
        "today": timezone.localdate(now),
    }


TONES = {
    CallState.FINISHED: "good",
    CallState.REPORTED: "good",
    CallState.REFUSED: "bad",
    CallState.CALLED: "warn",
}


def _shown(call: WhistleCall, story: WhistleStory, viewer: User, now: Any) -> CallShown:
    tone, late = TONES.get(CallState(call.state), ""), story.whistle.is_open and _late(call, now)
    return CallShown(call, _clocks(call, story, now), _call_deeds(call, story, viewer), tone, late)


def _clocks(call: WhistleCall, story: WhistleStory, now: Any) -> list[ClockShown]:
    if call.called_at is None:
        return []
    limits, runs = limits_of(story.whistle.kind), story.whistle.is_open
    found = []
    for step in STEPS:
        due, done = getattr(call, f"{step}_due"), getattr(call, f"{step}_at")
        if done is None and (call.state in (CallState.EXCUSED, CallState.REFUSED) or not runs):
            continue
        late, mark = is_late(done, due, now), Mark(limits[step].mark).label
        found.append(ClockShown(StepChoices(step).label, due, done, late, mark, step == call.owed))
    if call.state == CallState.REFUSED and call.decide_due is not None:
        late, mark = is_late(None, call.decide_due, now), Mark(limits[DECIDE].mark).label
        found.append(ClockShown(StepChoices.DECIDE.label, call.decide_due, None, late, mark, True))
    return found


LABELS: dict[str, Promise] = {
    "approve": _("Approve and blow"),
    "decline": _("Do not approve"),
    "record": _("Write the joint site record"),
    "withdraw": _("Withdraw the whistle"),
    "sign": _("Sign the call"),
    "contact": _("Note the contact"),
    "report_in": _("Report in"),
    "finish": _("Finish and feed back"),
    "refuse": _("Not our duty…"),
    "attest": _("Sign the joint record"),
    "decide": _("Decide on the refusal"),
    "rate": _("Rate the department"),
    "rate_whistle": _("Rate the whistle"),
}
QUIET = {"refuse", "withdraw"}
PLAIN = {"decline"}


def _buttons(verbs: list[str]) -> list[Deed]:
    """The first is the one that is meant, except for what ends or leaves the matter."""
    found = []
    for place, verb in enumerate(verbs):
        leads = (place == 0 or verb in ("finish", "rate", "rate_whistle")) and verb not in QUIET | PLAIN
        tone = "quiet" if verb in QUIET else "primary" if leads else ""
        found.append(Deed(verb.replace("_", "-"), LABELS[verb], tone))
    return found


def _call_deeds(call: WhistleCall, story: WhistleStory, viewer: User) -> list[Deed]:
    return _buttons(call_verbs(story, call, viewer))


def _street_deeds(story: WhistleStory, viewer: User) -> list[Deed]:
    found = _buttons(street_verbs(story, viewer))
    again = _("Write the joint record anew")
    return [Deed(one.code, again) if one.code == "record" and story.record else one for one in found]


def open_deeds(story: WhistleStory, call: WhistleCall | None, viewer: User) -> set[str]:
    """Which pages of steps stand open for this person now."""
    found = _street_deeds(story, viewer) if call is None else _call_deeds(call, story, viewer)
    return {deed.code for deed in found}


@login_required
@never_cache
@require_GET
def rates(request: HttpRequest) -> HttpResponse:
    """吹哨率: of the streets in sight, by code; watched both ways, ranked by nobody."""
    band, found = blow_rates(viewer=me(request), at=timezone.now())
    mark = Mark(band.mark).label if band else ""
    return render(request, "desk/whistles/rates.html", {"band": band, "rates": found, "mark": mark})


def whistle_on_case(case: Case, viewer: User) -> dict[str, Any]:
    """For the page of a case that the viewer sees: the whistle that runs for it, or whether one may be blown."""
    blows = not case.is_final and viewer.scope(BLOW).covers(case.area_path)
    found = whistle_of_case(case.pk) if case.holds_open or blows else None
    return {
        "whistle": found,
        "sees_whistle": found is not None and viewer.scope(SEE).covers(found.area_path),
        "may_blow": blows and found is None,
    }
