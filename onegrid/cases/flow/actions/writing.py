"""The part that every verb shares: lock, ask the rules, write row, step, clock and photos, announce, tell."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, BinaryIO

from django.conf import settings
from django.contrib.gis.geos import Point
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.actions import notify
from onegrid.cases.catalog.models import Mark, Stage, Standard
from onegrid.cases.catalog.queries import (
    in_force_asked,
    limit_of,
    stage_limit,
    stage_limits,
    version_id_in_force,
)
from onegrid.cases.flow import rules
from onegrid.cases.flow.access import needed, require_case, require_level
from onegrid.cases.flow.asked import asked_now, done_when
from onegrid.cases.flow.chain import case_seal, step_hash
from onegrid.cases.flow.holders import next_asked, next_holder, people_to_tell
from onegrid.cases.flow.limits import flow_limits
from onegrid.cases.flow.models import (
    ApplicationKind,
    ApplicationState,
    Case,
    Channel,
    Evidence,
    EvidenceKind,
    LimitFrom,
    StageClock,
    StateChoices,
    Step,
)
from onegrid.cases.flow.refusals import broken, changed_meanwhile, no_such_case
from onegrid.cases.flow.rules import STAGE_OF, State, Verb
from onegrid.cases.flow.standing import POST, Post, locked, post_in_words, standing_of
from onegrid.cases.flow.timing import first_told, show
from onegrid.kit.actors import Actor
from onegrid.kit.files import Kinds, Stored, kind_of, store_file
from onegrid.kit.files.kinds import MEDIA_TYPES
from onegrid.kit.statements import Question, Together, ask, foreseen, tell
from onegrid.kit.worktime import Timer, Unit
from onegrid.places.areas.models import CGCS2000
from onegrid.places.calendars.queries import calendar_asked, working_calendar

Photos = Sequence[BinaryIO | bytes | Stored]  # photos, films and sound


ATTACHED = Kinds.PHOTO | Kinds.VIDEO | Kinds.AUDIO


def heard(photos: Photos) -> int:
    """How many of the files are only heard: they show no result."""
    return sum(_kind(one) == Kinds.AUDIO for one in photos)


def _kind(one: BinaryIO | bytes | Stored) -> Kinds | None:
    return MEDIA_TYPES[one.file.media_type].kind if isinstance(one, Stored) else kind_of(one)


@dataclass(frozen=True)
class Taken:
    """What somebody brings to a step."""

    verb: Verb
    by: Actor
    at: datetime
    words: str = ""
    photos: Photos = ()
    kind: EvidenceKind = EvidenceKind.SCENE
    details: dict[str, Any] = field(default_factory=dict)

    def saying(self, **details: Any) -> "Taken":
        """The same with more for the timeline to keep."""
        return replace(self, details=self.details | details)


def locked_case(case_id: int, seen_version: int | None, taken: Taken) -> Case:
    """The case, locked for this step: it is in scope, nobody was faster, and the rules allow the step."""
    case = locked(case_id, taken.by, taken.at)
    if case is None:
        raise no_such_case()
    state = State(case.state)
    what = needed(state, taken.verb)
    require_case(taken.by, what, case)
    require_level(taken.by, taken.verb, what, case)
    return checked_case(case, seen_version, taken)


def checked_case(case: Case, seen_version: int | None, taken: Taken) -> Case:
    """The same case, when nobody was faster and the rules allow the step; rights were asked before."""
    state = State(case.state)
    if seen_version is not None and seen_version != case.version:
        raise changed_meanwhile(case)
    try:
        rules.step(
            state,
            taken.verb,
            words=taken.words,
            photos=len(taken.photos),
            sound=heard(taken.photos),
            has_unit=case.unit_id is not None,
            check_needed=case.case_class is None or case.case_class.check_needed,
            held=case.holds_open > 0,
            designated=case.designated,
        )
        _check_photos(case, taken)
    except rules.Broken as failure:
        raise broken(failure, case) from None
    return case


def _check_photos(case: Case, taken: Taken) -> None:
    """Which photos the class asks for (a city's own rule)."""
    need = case.case_class.evidence if case.case_class else "none"
    if need == "none" or taken.verb not in (Verb.HANDLE, Verb.SETTLE):
        return
    before = Evidence.objects.filter(case=case).exclude(kind=EvidenceKind.AFTER)
    missing = rules.photos_missing(
        need,
        taken.verb,
        photos=len(taken.photos) - heard(taken.photos),
        before_there=before.exclude(file__media_type__startswith="audio/").exists(),
    )
    if missing:
        raise rules.Broken(missing)


def noted(
    case: Case, taken: Taken, *, clock: StageClock | None = None, clock_fields: Sequence[str] = ()
) -> Step:
    """Writes a step that leaves the state and the holder as they are; the clock runs on.

    `clock`, `clock_fields`: columns of the running (or an old) clock that the step changes.
    """
    case.version += 1
    draft = drafted(case, taken, before=case.state, details=taken.details, to="", clock_runs_on=True)
    return written(case, draft, changed=(clock, clock_fields) if clock is not None else None)


def restarted(case: Case, taken: Taken) -> Step:
    """Writes a step that leaves the state as it is but starts the stage's clock anew, and hands the case on."""
    standing = standing_of(case)
    case.version += 1
    case.stepped_at = taken.at
    details = taken.details | _stop_clock(standing.clock, taken.at)
    holder = next_holder(case, taken.at)
    case.holder_org, case.holder_user_id = holder.org, holder.user_id
    draft = drafted(case, taken, before=case.state, details=details, to=holder.name)
    return written(case, draft, stopped=standing.clock)


def advance(case: Case, taken: Taken) -> Step:
    """Moves the case to the state after the verb, writes the step and what belongs to it, and tells the next."""
    before, standing = case.state, standing_of(case)
    if before == State.DISPATCHED:
        nothing_left_to_decide(case, taken.at)
    case.state = rules.lands_in(State(before), taken.verb, classed=case.case_class_id is not None)
    case.version += 1
    case.stepped_at = taken.at
    case.ended_at = taken.at if case.state in rules.FINAL else None
    details = taken.details | _stop_clock(standing.clock, taken.at)
    with foreseen(*next_asked(case, taken.at), *clock_asked(case, taken.at)):
        holder = next_holder(case, taken.at)
        case.holder_org, case.holder_user_id = holder.org, holder.user_id
        draft = drafted(case, taken, before=before, details=details, to=holder.name)
        step = written(case, draft, stopped=standing.clock)
        tell_next(case, taken.at)
    return step


def went_back(case: Case, taken: Taken, earlier: StageClock) -> Step:
    """Moves the case back as if it had never been pushed on: the stage's old clock runs on."""
    before, standing = case.state, standing_of(case)
    case.state = rules.STEPS[State(before), taken.verb]
    case.version += 1
    case.stepped_at = taken.at
    details = taken.details | _stop_clock(standing.clock, taken.at)
    if standing.clock is not None:  # a statement of its own: only one clock of a case may run
        standing.clock.save(update_fields=["stopped_at"])
    earlier.stopped_at, standing.clock = None, earlier
    show(case, earlier)
    holder = next_holder(case, taken.at)
    case.holder_org, case.holder_user_id = holder.org, holder.user_id
    draft = drafted(case, taken, before=before, details=details, to=holder.name, clock_runs_on=True)
    return written(case, draft, changed=(earlier, ["stopped_at"]))


_LAPSE = f"""
UPDATE cases_application SET state = '{ApplicationState.LAPSED.value}', decided_at = $2::timestamptz
WHERE case_id = $1::bigint AND state = '{ApplicationState.WAITING.value}'
    AND kind <> '{ApplicationKind.APPEAL.value}'
"""


def nothing_left_to_decide(case: Case, at: datetime) -> None:
    """The stage ends: what its unit asked for about it, and nobody decided, lapses."""
    tell(_LAPSE, [str(case.pk), at.isoformat()])


@dataclass(frozen=True)
class Draft:
    """A step ready to be written, with the clock that starts and the photos that belong to it."""

    step: Step
    clock: StageClock | None
    photos: Sequence[Stored]
    kind: EvidenceKind


def drafted(
    case: Case,
    taken: Taken,
    *,
    before: str,
    details: dict[str, Any],
    to: str,
    clock_runs_on: bool = False,
    clock: StageClock | None = None,
) -> Draft:
    """Appends to the chain in memory, and sets the case's seal and due time; `written` writes all of it.

    `clock`: the one that starts, where the caller has made it already.
    """
    standing = standing_of(case)
    if not clock_runs_on:
        clock = clock or next_clock(case, taken.at)
        show(case, clock)
        details = details | {"limit_from": clock.limit_from} if clock else details
    details = details | done_when()
    here = standing.post or post_of(taken.by, taken.at)
    stored = [
        photo if isinstance(photo, Stored) else store_file(photo, allow=ATTACHED, at=taken.at)
        for photo in taken.photos
    ]
    step = Step(
        pk=standing.next_step_id(),
        position=standing.position + 1,
        verb=taken.verb,
        from_state=before,
        to_state=case.state,
        actor_key=taken.by.actor_key,
        actor_label=taken.by.actor_label[:80],
        post=here.post,
        org_id=here.org_id,
        org_name=here.org_name,
        to_org=case.holder_org,
        to_user_id=case.holder_user_id,
        to=to[:120],
        words=taken.words.strip(),
        details=details,
        at=taken.at,
        prev_hash=standing.hash,
        request_key=asked_now(),
    )
    step.hash = step_hash(step, case.number, [(taken.kind.value, photo.file.sha256) for photo in stored])
    case.seal = case_seal(case, step.hash)
    return Draft(step, clock, stored, taken.kind)


def written(
    case: Case,
    draft: Draft,
    *,
    stopped: StageClock | None = None,
    changed: tuple[StageClock, Sequence[str]] | None = None,
    new: bool = False,
) -> Step:
    """Case, step, clocks and evidence as rows, in one statement."""
    rows, standing, step = Together(), standing_of(case), draft.step
    if new:
        rows.insert(case)
    else:
        rows.update(case, standing.changed(case))
    step.case = case
    rows.insert(step)
    if stopped is not None:
        rows.update(stopped, ["stopped_at"])
    if changed is not None:
        rows.update(*changed)
    if draft.clock is not None:
        draft.clock.case, draft.clock.pk = case, standing.next_clock_id()
        rows.insert(draft.clock)
    for position, photo in enumerate(draft.photos, start=1):
        rows.insert(_evidence(case, draft, photo, position))
    rows.write()
    standing.moved_on(case, step, draft.clock or (None if stopped else standing.clock))
    return step


def _evidence(case: Case, draft: Draft, photo: Stored, position: int) -> Evidence:
    return Evidence(
        case=case,
        step=draft.step,
        position=position,
        file=photo.file,
        kind=draft.kind,
        taken_at=photo.taken_at,
        taken_point=Point(*photo.taken_point, srid=CGCS2000) if photo.taken_point else None,
    )


def post_of(by: Actor, at: datetime) -> Post:
    """The first post of those somebody holds, as the timeline keeps it."""
    if not isinstance(by, User):
        return Post()
    found = ask(POST.format(user="$1", day="$2"), [str(by.pk), timezone.localdate(at).isoformat()])
    return post_in_words(*found[0]) if found else Post()


def clock_asked(case: Case, at: datetime) -> list[Question]:
    """What `next_clock` will ask."""
    if STAGE_OF.get(State(case.state)) is None:
        return []
    catalogue = [] if case.case_class else [in_force_asked(timezone.localdate(at))]
    return [calendar_asked(at), *catalogue]


def next_clock(case: Case, at: datetime) -> StageClock | None:
    """The clock that starts now, not yet written."""
    stage = STAGE_OF.get(State(case.state))
    if stage is None:
        return None
    found = _limit(case, Stage(stage), at)
    calendar = working_calendar(at, case.area_path)
    timer = Timer(found.limit, Unit(found.unit), at, calendar)
    assert timer.due_at is not None  # it does not stand still
    clock = StageClock(
        stage=stage,
        limit=found.limit,
        unit=found.unit,
        mark=found.mark,
        limit_from=found.origin,
        calendar_version=calendar.version,
        started_at=at,
        due_at=timer.due_at,
        approaching_at=timer.approaching_at(flow_limits(timezone.localdate(at)).approaching_share),
        org_id=case.unit_id if stage == Stage.HANDLE else None,
    )
    clock.tell_at = first_told(case, clock)
    return clock


@dataclass(frozen=True)
class _Limit:
    limit: int
    unit: str
    mark: str
    origin: LimitFrom


def _limit(case: Case, stage: Stage, at: datetime) -> _Limit:
    """The emergency's; else the dispatch rule's by which the unit has it; else the standard row's, the class's, the
    version's. What a city writes into its dispatch list is its own: the mark is that of a local rule."""
    if case.urgent:
        urgent = flow_limits(timezone.localdate(at)).urgent_stage
        return _Limit(urgent.limit, urgent.unit, urgent.mark, LimitFrom.URGENT)
    ruled = (case.rule_limits or {}).get(stage)
    if ruled is not None:
        return _Limit(ruled[0], ruled[1], Mark.LOCAL_SAMPLE, LimitFrom.RULE)
    if case.case_class is None:
        general = limit_of(stage_limits(version_id_in_force(timezone.localdate(at))), stage)
        return _Limit(general.limit, general.unit, general.mark, LimitFrom.VERSION)
    told = stage_limit(case.case_class, case.standard, stage)
    origin = LimitFrom.VERSION
    if isinstance(told, Standard) or told.standard_id is not None:
        origin = LimitFrom.STANDARD
    elif told.case_class_id is not None:
        origin = LimitFrom.CLASS
    return _Limit(told.limit, told.unit, told.mark, origin)


def _stop_clock(clock: StageClock | None, at: datetime) -> dict[str, Any]:
    """Stops the running clock; its reading goes into the step."""
    if clock is None:
        return {}
    clock.stopped_at = at
    return {"clock": {"stage": clock.stage, "due_at": clock.due_at.isoformat(), "late": at > clock.due_at}}


def about(case: Case) -> str:
    """Class and grid: enough to know what sort of matter it is and where."""
    matter = str(case.case_class) if case.case_class else _("Not classed yet")
    return f"{matter} · {case.grid.name}" if case.grid else matter


def tell_next(case: Case, at: datetime) -> None:
    """A line in the inbox of whoever is next. Imported cases are history and wake nobody.

    Notices leave the platform (SMS, group robots): no word that the reporter wrote goes with them.
    """
    if case.channel == Channel.IMPORT:
        return
    people = people_to_tell(case, at)
    if not people:
        return
    with translation.override(settings.LANGUAGE_CODE):
        notify(
            people,
            title=(
                _("Emergency %(number)s: %(state)s, please act at once")
                if case.urgent
                else _("%(number)s: %(state)s, it is your turn")
            )
            % {"number": case.number, "state": StateChoices(case.state).label},
            body=about(case),
            link=f"/cases/{case.number}/",
            kind="case.turn",
            at=at,
            urgent=case.urgent,
        )
