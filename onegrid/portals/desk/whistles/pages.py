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

from onegrid.accounts.identity.models import User
from onegrid.cases.catalog.models import Mark
from onegrid.cases.flow.models import Case
from onegrid.cases.whistle.access import (
    ANSWER,
    APPROVE,
    BLOW,
    SEE,
    acts_for_street,
    answers_for,
    stands_above,
)
from onegrid.cases.whistle.actions.recording import may_finish_task
from onegrid.cases.whistle.kinds import limits_of
from onegrid.cases.whistle.models import StepChoices, Whistle, WhistleCall
from onegrid.cases.whistle.queries import (
    PAGE,
    WhistleStory,
    blow_rates,
    open_tasks,
    whistle_of_case,
    whistle_story,
    whistles,
)
from onegrid.cases.whistle.rules import DECIDE, STEPS, CallState, State, is_late, may_refuse
from onegrid.cases.whistle.sealing import seal_holds

WHICH = ("open", "refused", "ended")


def me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


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
    return calls, whistle.state == State.RUNNING and any(_late(call, now) for call in calls)


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
        "may_code": story.whistle.state == State.RUNNING and acts_for_street(viewer, BLOW, story.whistle),
        "record": record,
        "signed": list(record.signatures.select_related("organisation", "by")) if record else [],
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


def _call_deeds(call: WhistleCall, story: WhistleStory, viewer: User) -> list[Deed]:
    """What this person may do about this call now, the next step first."""
    whistle = story.whistle
    own = answers_for(viewer, ANSWER, call)
    if whistle.state == State.FINISHED and call.state != CallState.EXCUSED:
        return _rating_deeds(call, story, viewer, own)
    if whistle.state != State.RUNNING:
        return []
    if call.state == CallState.REFUSED and stands_above(viewer, whistle):
        return [Deed("decide", _("Decide on the refusal"), "primary")]
    if not own:
        return []
    state = CallState(call.state)
    found = {
        CallState.CALLED: [Deed("sign", _("Sign the call"), "primary"), Deed("report-in", _("Report in"))],
        CallState.SIGNED: [
            Deed("contact", _("Note the contact"), "primary"),
            Deed("report-in", _("Report in")),
        ],
        CallState.CONTACTED: [Deed("report-in", _("Report in"), "primary")],
        CallState.REPORTED: [Deed("finish", _("Finish and feed back"), "primary")],
    }.get(state, [])
    if _may_attest(call, story):
        found = [Deed("attest", _("Sign the joint record"), "primary"), *found]
    if may_refuse(state) and not call.refusals:
        found = [*found, Deed("refuse", _("Not our duty…"), "quiet")]
    return found


def open_deeds(story: WhistleStory, call: WhistleCall | None, viewer: User) -> set[str]:
    """Which pages of steps stand open for this person now."""
    found = _street_deeds(story, viewer) if call is None else _call_deeds(call, story, viewer)
    return {deed.code for deed in found}


def _may_attest(call: WhistleCall, story: WhistleStory) -> bool:
    record = story.record
    if record is None or record.sealed_at is not None or call.report_in_at is None:
        return False
    return not record.signatures.filter(organisation=call.organisation_id).exists()


def _rating_deeds(call: WhistleCall, story: WhistleStory, viewer: User, own: bool) -> list[Deed]:
    rated = {(one.organisation_id, one.of_department) for one in story.ratings}
    found = []
    if (call.organisation_id, True) not in rated and acts_for_street(viewer, BLOW, story.whistle):
        found.append(Deed("rate", _("Rate the department"), "primary"))
    if (call.organisation_id, False) not in rated and own:
        found.append(Deed("rate-whistle", _("Rate the whistle"), "primary"))
    return found


def _street_deeds(story: WhistleStory, viewer: User) -> list[Deed]:
    whistle = story.whistle
    blows, approves = acts_for_street(viewer, BLOW, whistle), acts_for_street(viewer, APPROVE, whistle)
    found = []
    if whistle.state == State.WAITING and approves:
        found += [Deed("approve", _("Approve and blow"), "primary"), Deed("decline", _("Do not approve"))]
    there = any(call.report_in_at for call in story.calls)
    if whistle.state == State.RUNNING and blows and there and not (story.record and story.record.sealed_at):
        label = _("Write the joint record anew") if story.record else _("Write the joint site record")
        found.append(Deed("record", label, "" if story.record else "primary"))
    if whistle.is_open and (blows or approves):
        found.append(Deed("withdraw", _("Withdraw the whistle"), "quiet"))
    return found


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
