"""How a case looks as JSON. No reporter: name and phone are shown on the page that puts the purpose on record."""

from datetime import datetime
from typing import Any, Literal

from django.urls import reverse
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow.models import (
    Application,
    Assist,
    Case,
    Channel,
    Evidence,
    Hold,
    StageClock,
    StateChoices,
    Step,
    VerbChoices,
)
from onegrid.cases.flow.queries import Story
from onegrid.cases.flow.rules import State
from onegrid.cases.flow.timing import Reading
from onegrid.places.areas.models import Area


class Problem(Schema):
    """RFC 9457. `code` is stable; `title` is a sentence in the reader's language."""

    type: str
    status: int
    code: str
    title: str
    details: dict[str, Any]


class Named(Schema):
    """An area or an organisation."""

    id: int
    name: str
    code: str


class ClassRef(Schema):
    id: int
    kind: str
    code: str
    name: str


class CaseRow(Schema):
    """One line of a list. `point`: [lon, lat], CGCS2000. `due_at`: end of the running clock; `late`: it is past;
    `approaching_at`: due soon from then on; `clock_state`: empty when none runs; `held`: it stands still.
    `secret`: who reported it stays with the centre."""

    number: str
    channel: Channel
    state: State
    state_name: str
    case_class: ClassRef | None
    text: str
    address: str
    point: list[float] | None
    grid: Named | None
    unit: Named | None
    holder_org: Named | None
    holder_name: str | None
    opened_at: datetime
    stepped_at: datetime
    due_at: datetime | None
    approaching_at: datetime | None
    ended_at: datetime | None
    late: bool
    clock_state: Literal["", "normal", "approaching", "overdue", "paused"]
    level: str
    urgent: bool
    secret: bool
    held: bool
    version: int


class CasePage(Schema):
    """`next`: what to ask with in `after`; null: this was the last page. `previous`: the same for `before`."""

    items: list[CaseRow]
    next: str | None = Field(examples=["123456"])
    previous: str | None = Field(examples=["123476"])


class StepOut(Schema):
    """One row of the timeline. `hash` chains it to the row before (`onegrid verify cases`)."""

    position: int
    verb: str
    verb_name: str
    from_state: str
    to_state: str
    who: str
    post: str
    organisation: str
    to: str
    words: str
    at: datetime
    hash: str


class ClockOut(Schema):
    """`mark`: where the limit comes from; a local sample is never a national value. `limit_from`: who set it: urgent,
    rule (of the dispatch list), standard (the row of the filing standard), class, version. `approaching_at`: due soon
    from then on. `id`: what an appeal names; `unit_id`: the unit whose clock it is, of the stage of handling."""

    id: int
    unit_id: int | None
    stage: str
    limit: int
    unit: str
    mark: str
    limit_from: str
    approaching_at: datetime | None
    calendar_version: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None


class ReadingOut(Schema):
    """The running clock. `remaining_minutes`: on its own time (working time for work_hour and work_day), negative
    when it ran beyond; `words`: the same for people."""

    state: Literal["normal", "approaching", "overdue", "paused"]
    remaining_minutes: int
    words: str


class EvidenceOut(Schema):
    """A photo, a film or sound: `media_type` says which. `taken_point`: [lon, lat] as the camera said."""

    id: int
    step: int
    kind: str
    media_type: str
    size: int
    sha256: str
    taken_at: datetime | None
    taken_point: list[float] | None
    url: str


class VerbOut(Schema):
    """What the caller may do now: POST to `url`."""

    verb: str
    name: str
    url: str


class ApplicationOut(Schema):
    """What the unit asks for: extension, suspension, appeal, objection."""

    id: int
    kind: str
    state: str
    reason: str
    until: datetime | None
    asked_at: datetime
    decided_at: datetime | None


class HelperOut(Schema):
    """A helping unit and its part. `state`: asked, done, released."""

    unit: Named | None
    state: str
    task: str
    result: str
    due_at: datetime | None


class HoldOut(Schema):
    """Why the clock stands still. `until`: the hold ends by itself then."""

    kind: str
    reason: str
    put_at: datetime
    until: datetime | None


class CaseOut(CaseRow):
    """One case with everything that is known of it."""

    community: Named | None
    street: Named | None
    standard: str | None
    anonymous: bool
    timeline: list[StepOut]
    clocks: list[ClockOut]
    reading: ReadingOut | None
    applications: list[ApplicationOut]
    helpers: list[HelperOut]
    holds: list[HoldOut]
    linked: list[str] = Field(description="numbers of cases that are closed together with it")
    evidence: list[EvidenceOut]
    verbs: list[VerbOut]


def row(case: Case) -> dict[str, Any]:
    """As CaseRow. Reads nothing: the list has joined what it needs."""
    return {
        "number": case.number,
        "channel": case.channel,
        "state": case.state,
        "state_name": str(StateChoices(case.state).label),
        "case_class": _class(case.case_class),
        "text": case.text,
        "address": case.address,
        "point": lon_lat(case.point),
        "grid": named(case.grid),
        "unit": named(case.unit),
        "holder_org": named(case.holder_org),
        "holder_name": str(case.holder_user) if case.holder_user else None,
        "opened_at": local(case.opened_at),
        "stepped_at": local(case.stepped_at),
        "due_at": local(case.due_at),
        "approaching_at": local(case.approaching_at),
        "ended_at": local(case.ended_at),
        "late": case.is_late,
        "clock_state": case.clock_state,
        "level": case.level,
        "urgent": case.urgent,
        "secret": case.secret,
        "held": case.holds_open > 0,
        "version": case.version,
    }


def whole(story: Story) -> dict[str, Any]:
    """As CaseOut."""
    case = story.case
    positions = {step.pk: step.position for step in story.steps}
    return {
        **row(case),
        "community": named(case.community),
        "street": named(case.street),
        "standard": str(case.standard) if case.standard else None,
        "anonymous": case.anonymous,
        "timeline": [_step(step) for step in story.steps],
        "clocks": [_clock(clock) for clock in story.clocks],
        "reading": _reading(story.reading),
        "applications": [_application(row) for row in story.applications],
        "helpers": [_helper(row) for row in story.assists],
        "holds": [_hold(row) for row in story.holds],
        "linked": [other.number for other in story.linked],
        "evidence": [_evidence(photo, case.number, positions[photo.step_id]) for photo in story.evidence],
        "verbs": [],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "position": step.position,
        "verb": step.verb,
        "verb_name": str(VerbChoices(step.verb).label),
        "from_state": step.from_state,
        "to_state": step.to_state,
        "who": step.actor_label,
        "post": step.post,
        "organisation": step.org_name,
        "to": step.to,
        "words": step.words,
        "at": local(step.at),
        "hash": step.hash,
    }


def _clock(clock: StageClock) -> dict[str, Any]:
    times = {
        name: local(getattr(clock, name)) for name in ("started_at", "due_at", "approaching_at", "stopped_at")
    }
    names = ("stage", "limit", "unit", "mark", "limit_from", "calendar_version")
    return {
        "id": clock.pk,
        "unit_id": clock.org_id,
        **{name: getattr(clock, name) for name in names},
        **times,
    }


def _application(asked: Application) -> dict[str, Any]:
    times = {name: local(getattr(asked, name)) for name in ("until", "asked_at", "decided_at")}
    return {"id": asked.pk, "kind": asked.kind, "state": asked.state, "reason": asked.reason, **times}


def _helper(part: Assist) -> dict[str, Any]:
    told = {name: getattr(part, name) for name in ("state", "task", "result")}
    return {"unit": named(part.org), **told, "due_at": local(part.due_at)}


def _hold(hold: Hold) -> dict[str, Any]:
    return {
        "kind": hold.kind, "reason": hold.reason, "put_at": local(hold.put_at), "until": local(hold.until),
    }  # fmt: skip


def _reading(reading: Reading | None) -> dict[str, Any] | None:
    if reading is None:
        return None
    minutes = int(reading.remaining.total_seconds() // 60)
    return {"state": reading.state, "remaining_minutes": minutes, "words": reading.words}


def _evidence(photo: Evidence, number: str, position: int) -> dict[str, Any]:
    return {
        "id": photo.pk,
        "step": position,
        "kind": photo.kind,
        "media_type": photo.file.media_type,
        "size": photo.file.size,
        "sha256": photo.file.sha256,
        "taken_at": local(photo.taken_at),
        "taken_point": lon_lat(photo.taken_point),
        "url": reverse("api:case_photo", args=[number, photo.pk]),
    }


def _class(case_class: CaseClass | None) -> dict[str, Any] | None:
    if case_class is None:
        return None
    return {"id": case_class.pk, "kind": case_class.kind, "code": case_class.code, "name": str(case_class)}


def named(thing: Area | Organisation | None) -> dict[str, Any] | None:
    return {"id": thing.pk, "name": thing.name, "code": thing.code} if thing else None


def lon_lat(point: Any) -> list[float] | None:
    return [point.x, point.y] if point else None


def local(at: datetime | None) -> datetime | None:
    """With the offset of the place: people compare it with their clocks."""
    return at.astimezone(timezone.get_default_timezone()) if at else None
