"""A case as its reporter, or somebody who follows it, sees it: by number and code, without an account."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from onegrid.cases.catalog.models import Standard
from onegrid.cases.flow.access import (
    FollowingResident,
    Resident,
)
from onegrid.cases.flow.limits import flow_limits
from onegrid.cases.flow.models import (
    Case,
    Channel,
    Evidence,
    Follower,
    Step,
)
from onegrid.cases.flow.refusals import no_such_case
from onegrid.cases.flow.rules import (
    BY_REPORTER,
    FINAL,
    TOLD_TO_REPORTER,
    WAY,
    State,
    Verb,
    followers_ways,
    reporters_ways,
)
from onegrid.kit.errors import NotFound
from onegrid.kit.files.models import StoredFile

FOLLOWED_WITH = ("case_class__version", "standard", "unit", "holder_org", "grid", "street")


@dataclass(frozen=True)
class PublicStep:
    """One line of the way as the reporter sees it. `unit`: an organisation; no person, no phone, no inner note.

    `own`: the reporter's own deed. `moved`: the case came into this state by it.
    """

    verb: str
    state: str
    at: datetime
    unit: str
    words: str
    own: bool = False
    moved: bool = True


@dataclass(frozen=True)
class PublicCase:
    """What number and code open. `may`: what the reporter may do now (rules.reporters_ways).

    `follower`: it was opened by a follower's code: no page shows the report's own words, place or photos then.
    """

    case: Case
    steps: list[PublicStep]
    to_come: list[State]
    photos: list[Evidence]
    standard: Standard | None
    may: frozenset[str] = frozenset()
    follower: Follower | None = None

    @property
    def code(self) -> str:
        """The code it was opened by: nobody learns another's."""
        return self.follower.follow_code if self.follower else self.case.follow_code


def public_case(*, number: str, follow_code: str) -> PublicCase:
    """By number and code, of the reporter or of a follower. A wrong code and a wrong number look the same."""
    case, follower = _opened(number, follow_code)
    steps = list(case.steps.order_by("position"))
    photos = case.evidence.select_related("step", "file")
    if follower is not None:
        me = FollowingResident.of(follower.pk).actor_key
        return PublicCase(
            case,
            [_public(step, me) for step in steps if step.from_state != step.to_state or _is_own(step, me)],
            _to_come(State(case.state)),
            [photo for photo in photos if photo.step.verb in TOLD_TO_REPORTER],
            case.standard,
            followers_ways(State(case.state), [(step.verb, step.actor_key) for step in steps], follower=me),
            follower,
        )
    return PublicCase(
        case,
        [_public(step) for step in steps if _is_shown(step)],
        _to_come(State(case.state)),
        [photo for photo in photos if _is_told(photo.step)],
        case.standard,
        reporters_ways(
            State(case.state),
            [(step.verb, step.actor_key) for step in steps],
            reporter=Resident.actor_key,
            redo_most=flow_limits(timezone.localdate()).redo_most,
            held=case.holds_open > 0,
        ),
    )


def public_photo(*, number: str, follow_code: str, evidence_id: int) -> StoredFile:
    """The reporter's own photos, and those of the result; a follower sees the result only."""
    case, follower = _opened(number, follow_code)
    found = case.evidence.select_related("file", "step").filter(pk=evidence_id).first()
    if found is None or not _is_told(found.step) or (follower and found.step.verb == Verb.OPEN):
        raise no_such_case()
    return found.file


def _opened(number: str, follow_code: str) -> tuple[Case, Follower | None]:
    try:
        return followed_case(number, follow_code), None
    except NotFound:
        follower = followers_view(number, follow_code)
        return follower.case, follower


def followers_view(number: str, follow_code: str) -> Follower:
    """By the case's number and a follower's own code. A case that became confidential is there no more."""
    given = follow_code.replace("\x00", "").strip().upper()
    row = (
        Follower.objects.select_related(*(f"case__{name}" for name in FOLLOWED_WITH), "case")
        .filter(case__number=_spelled(number), follow_code=given, left_at=None, case__secret=False)
        .first()
    )
    if row is None:
        raise no_such_case()
    return row


def sent_before(*, channel: Channel, key: str) -> bool:
    """Whether a form with this key made a case already: then nothing is asked, the same case is the answer."""
    return Case.objects.filter(channel=channel, source_key=key).exists()


def followed_case(number: str, follow_code: str) -> Case:
    """By number and code, which are the right to see it. A wrong code and a wrong number look the same."""
    case = Case.objects.select_related(*FOLLOWED_WITH).filter(number=_spelled(number)).first()
    given = follow_code.strip().upper().encode()
    if case is None or not hmac.compare_digest(given, case.follow_code.encode()):
        raise no_such_case()
    return case


def _spelled(number: str) -> str:
    """As people type it: small letters, with or without the dash and spaces."""
    plain = "".join(number.split()).upper().replace("-", "")
    return f"{plain[:10]}-{plain[10:]}" if len(plain) > 10 else plain


def _is_told(step: Step) -> bool:
    return step.verb == Verb.OPEN or step.verb in TOLD_TO_REPORTER


def _told(step: Step) -> str:
    return step.words if step.verb in TOLD_TO_REPORTER or _is_message(step) else ""


def _is_message(step: Step) -> bool:
    """A note that staff meant for the reporter."""
    return step.verb == Verb.NOTE and bool(step.details.get("told"))


def _is_own(step: Step, me: str = Resident.actor_key) -> bool:
    return step.actor_key == me and step.verb in BY_REPORTER


def _is_shown(step: Step) -> bool:
    """What moved the case, how it came together with another, and the reporter's own deeds; not who has it inside."""
    moved = step.from_state != step.to_state
    return moved or step.verb in (Verb.MERGE, Verb.UNMERGE) or _is_own(step) or _is_message(step)


def _public(step: Step, me: str = Resident.actor_key) -> PublicStep:
    own = _is_own(step, me)
    told = step.words if own else _told(step)
    moved = step.from_state != step.to_state
    return PublicStep(step.verb, step.to_state, step.at, step.org_name, told, own, moved)


def _to_come(state: State) -> list[State]:
    return [] if state in FINAL else list(WAY[WAY.index(state) + 1 :])
