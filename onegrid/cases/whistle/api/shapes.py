"""How a whistle looks as JSON. Where a department's officer stood is told as a distance, as on the page."""

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from ninja import Schema
from pydantic import Field

from onegrid.cases.catalog.models import Mark
from onegrid.cases.flow.api.shapes import Named, VerbOut, local, lon_lat, named
from onegrid.cases.flow.models import Case
from onegrid.cases.whistle.kinds import limits_of
from onegrid.cases.whistle.models import (
    DeedChoices,
    RecordSignature,
    SiteTask,
    Whistle,
    WhistleCall,
    WhistleKind,
    WhistleRating,
    WhistleStep,
)
from onegrid.cases.whistle.queries import WhistleStory
from onegrid.cases.whistle.rules import STEPS, CallState, Role, Step, WhistleState
from onegrid.cases.whistle.sealing import seal_holds


class LimitOut(Schema):
    """So many units for a step. `mark`: whose number it is; a local sample is never a national value."""

    step: str
    limit: str = Field(examples=["1", "1/2"])
    unit: str
    mark: Mark
    source: str


class KindOut(Schema):
    """`approval`: the desk's whistle waits for the principal; `remote`: reporting in from afar is allowed; `urgent`:
    notices pass quiet hours."""

    code: str
    name: str
    field: str
    blown_by: str
    approval: bool
    urgent: bool
    remote: bool
    mark: Mark
    source: str
    limits: list[LimitOut]


class WhistleClockOut(Schema):
    """`due_at` None: not called yet."""

    step: Step
    due_at: datetime | None
    done_at: datetime | None


class CallRow(Schema):
    """One department, and how far it is. `owed`: its next step; None when nothing is owed, or a refusal waits."""

    id: int
    organisation: Named | None
    role: Role
    state: CallState
    state_name: str
    owed: Step | None
    clocks: list[WhistleClockOut]
    decide_due_at: datetime | None
    escalated: int


class CallOut(CallRow):
    """`way`: site, remote or empty; `metres`: from the place to where it reported in; `photo`: its address."""

    called_at: datetime | None
    way: str
    metres: int | None
    by_code: bool
    photo: str | None
    result: str
    refusal: str
    decision: str
    verbs: list[VerbOut]


class WhistleRow(Schema):
    """One line of a list. `point`: [lon, lat], CGCS2000, of the place. `version` grows with every step."""

    number: str
    kind: str
    kind_name: str
    field: str
    urgent: bool
    state: WhistleState
    state_name: str
    street: Named | None
    area: Named | None
    address: str
    point: list[float] | None
    words: str
    blown_by: str
    asked_at: datetime
    blown_at: datetime | None
    ended_at: datetime | None
    version: int


class WhistleListed(WhistleRow):
    calls: list[CallRow]


class WhistlePage(Schema):
    """`next`: what to ask with in `before`; null: this was the last page."""

    items: list[WhistleListed]
    next: int | None


class LinkedCaseOut(Schema):
    """A case it was blown for. `seen`: the caller may open it; `held`: its clock stands still."""

    number: str
    state: str
    held: bool
    seen: bool


class WhistleStepOut(Schema):
    """`step`: of an escalation, which limit has passed."""

    position: int
    deed: str
    deed_name: str
    who: str
    organisation: str
    words: str
    step: str
    at: datetime


class SignatureOut(Schema):
    """`organisation` null: the street itself."""

    organisation: Named | None
    by: str
    at: datetime


class TaskOut(Schema):
    id: int
    words: str
    organisation: Named | None
    due_on: date
    done_at: datetime | None
    done_words: str


class RecordOut(Schema):
    """`sealed_at`: signed by all who were there. `seal_holds` false: it was changed behind the interface."""

    findings: str
    written_by: str
    written_at: datetime
    sealed_at: datetime | None
    seal_holds: bool | None
    signatures: list[SignatureOut]
    tasks: list[TaskOut]


class WhistleRatingOut(Schema):
    """`of_department`: the street about the department; else the department about the whistle."""

    organisation: Named | None
    of_department: bool
    stars: int
    words: str
    at: datetime


class WhistleOut(WhistleRow):
    """One whistle with everything about it that the caller may see."""

    approved_by: str | None
    calls: list[CallOut]
    cases: list[LinkedCaseOut]
    record: RecordOut | None
    ratings: list[WhistleRatingOut]
    timeline: list[WhistleStepOut]
    verbs: list[VerbOut]


def kind_shown(kind: WhistleKind) -> dict[str, Any]:
    names = ("code", "field", "blown_by", "approval", "urgent", "remote", "mark", "source")
    told = {name: getattr(kind, name) for name in names}
    limits = [
        {"step": one.step, "limit": str(one.limit), "unit": one.unit, "mark": one.mark, "source": one.source}
        for one in limits_of(kind).values()
    ]
    return told | {"name": str(kind), "limits": limits}


def row(whistle: Whistle) -> dict[str, Any]:
    """As WhistleRow. Reads nothing: the list has joined what it needs."""
    return {
        "number": whistle.number,
        "kind": whistle.kind.code,
        "kind_name": str(whistle.kind),
        "field": whistle.kind.field,
        "urgent": whistle.kind.urgent,
        "state": whistle.state,
        "state_name": whistle.get_state_display(),
        "street": named(whistle.street),
        "area": named(whistle.area),
        "address": whistle.address,
        "point": lon_lat(whistle.point),
        "words": whistle.words,
        "blown_by": str(whistle.blown_by),
        "asked_at": local(whistle.asked_at),
        "blown_at": local(whistle.blown_at),
        "ended_at": local(whistle.ended_at),
        "version": whistle.version,
    }


def listed(whistle: Whistle) -> dict[str, Any]:
    """As WhistleListed, of a list with its calls."""
    calls = sorted(whistle.calls.all(), key=lambda call: (call.role != Role.LEAD, call.pk))
    return row(whistle) | {"calls": [call_row(call) for call in calls]}


def call_row(call: WhistleCall) -> dict[str, Any]:
    return {
        "id": call.pk,
        "organisation": named(call.organisation),
        "role": call.role,
        "state": call.state,
        "state_name": call.get_state_display(),
        "owed": call.owed,
        "clocks": [
            {
                "step": step,
                "due_at": local(getattr(call, f"{step}_due")),
                "done_at": local(getattr(call, f"{step}_at")),
            }
            for step in STEPS
        ],
        "decide_due_at": local(call.decide_due),
        "escalated": call.escalated,
    }


def whole(story: WhistleStory) -> dict[str, Any]:
    """As WhistleOut, without verbs."""
    whistle = story.whistle
    return row(whistle) | {
        "approved_by": str(whistle.approved_by) if whistle.approved_by else None,
        "calls": [_call(call, whistle) for call in story.calls],
        "cases": [_case(case, story) for case in story.cases],
        "record": _record(story),
        "ratings": [_rating(one) for one in story.ratings],
        "timeline": [_step(one) for one in story.steps],
        "verbs": [],
    }


def _call(call: WhistleCall, whistle: Whistle) -> dict[str, Any]:
    told = {
        name: getattr(call, name) for name in ("way", "metres", "by_code", "result", "refusal", "decision")
    }
    photo = reverse("api:whistle_photo", args=[whistle.number, call.pk]) if call.photo_id else None
    return call_row(call) | told | {"called_at": local(call.called_at), "photo": photo, "verbs": []}


def _case(case: Case, story: WhistleStory) -> dict[str, Any]:
    seen = case.pk in story.seen_cases
    return {"number": case.number, "state": case.state, "held": case.holds_open > 0, "seen": seen}


def _record(story: WhistleStory) -> dict[str, Any] | None:
    record = story.record
    if record is None:
        return None
    return {
        "findings": record.findings,
        "written_by": str(record.written_by),
        "written_at": local(record.written_at),
        "sealed_at": local(record.sealed_at),
        "seal_holds": seal_holds(record) if record.sealed_at else None,
        "signatures": [_signature(one) for one in story.signatures],
        "tasks": [_task(one) for one in story.tasks],
    }


def _signature(one: RecordSignature) -> dict[str, Any]:
    return {"organisation": named(one.organisation), "by": str(one.by), "at": local(one.at)}


def _task(task: SiteTask) -> dict[str, Any]:
    return {
        "id": task.pk,
        "words": task.words,
        "organisation": named(task.organisation),
        "due_on": task.due_on,
        "done_at": local(task.done_at),
        "done_words": task.done_words,
    }


def _rating(one: WhistleRating) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("of_department", "stars", "words")}
    return told | {"organisation": named(one.organisation), "at": local(one.at)}


def _step(step: WhistleStep) -> dict[str, Any]:
    about = step.details.get("step", "") if step.deed == DeedChoices.ESCALATE else ""
    return {
        "position": step.position,
        "deed": step.deed,
        "deed_name": step.get_deed_display(),
        "who": step.actor_label,
        "organisation": step.organisation.name if step.organisation else "",
        "words": step.words,
        "step": about,
        "at": local(step.at),
    }
