"""What the flow announces. Ids only; whoever hears reads what it needs."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class CaseOpened(Fact):
    """A report became a case; it waits for verification on site."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int


@dataclass(frozen=True)
class CaseVerified(Fact):
    """Somebody was there and looked."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int


@dataclass(frozen=True)
class CaseFiled(Fact):
    """立案: class and standard row are fixed."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int


@dataclass(frozen=True)
class CaseDispatched(Fact):
    """A unit has it."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    unit_id: int


@dataclass(frozen=True)
class CaseHandled(Fact):
    """The unit says it is done."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int


@dataclass(frozen=True)
class CaseChecked(Fact):
    """The result was seen on site."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int


@dataclass(frozen=True)
class CaseClosed(Fact):
    """结案."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int


@dataclass(frozen=True)
class CaseSettled(Fact):
    """A grid worker put it right on the spot."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int


@dataclass(frozen=True)
class CaseReturned(Fact):
    """The unit sent it back to the dispatcher."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    unit_id: int


@dataclass(frozen=True)
class CaseSentBack(Fact):
    """返工: the result was not good enough; the unit has it again."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    unit_id: int


@dataclass(frozen=True)
class CasePassedOn(Fact):
    """Another person holds it; state and clock are the same."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int


@dataclass(frozen=True)
class CaseCancelled(Fact):
    """作废."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int


@dataclass(frozen=True)
class CaseEscalated(Fact):
    """The next level leads it from here."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    level: str


@dataclass(frozen=True)
class CaseHandedDown(Fact):
    """A lower level leads it from here."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    level: str


@dataclass(frozen=True)
class CaseAlarmed(Fact):
    """It was declared an emergency."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int


@dataclass(frozen=True)
class HelpAsked(Fact):
    """Another unit is asked to do a part of it."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    unit_id: int


@dataclass(frozen=True)
class HelpGiven(Fact):
    """A helping unit has done its part."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    unit_id: int


@dataclass(frozen=True)
class CaseObjected(Fact):
    """The unit says that it is not its duty."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    unit_id: int


@dataclass(frozen=True)
class CaseArbitrated(Fact):
    """The centre named the unit."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    unit_id: int


@dataclass(frozen=True)
class CasePressed(Fact):
    """督办."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int


@dataclass(frozen=True)
class CaseReopened(Fact):
    """It is handled again after closing."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int


@dataclass(frozen=True)
class CaseWithdrawn(Fact):
    """The reporter took the report back."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int


@dataclass(frozen=True)
class CaseRated(Fact):
    """The reporter rated the result; the step says how."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int


@dataclass(frozen=True)
class CaseRatedByFollower(Fact):
    """Somebody who follows it rated the result; it counts beside the reporter's, never instead of it."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    follower_id: int


@dataclass(frozen=True)
class ApplicationMade(Fact):
    """A unit asks for an extension, a suspension or to be excused."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    application_id: int


@dataclass(frozen=True)
class ApplicationTakenBack(Fact):
    """The unit no longer asks."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    application_id: int


@dataclass(frozen=True)
class ApplicationDecided(Fact):
    """Somebody said yes or no to an application."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    application_id: int


@dataclass(frozen=True)
class CaseHeld(Fact):
    """Its clock stands still."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int


@dataclass(frozen=True)
class CaseResumed(Fact):
    """A hold ended."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int


@dataclass(frozen=True)
class CaseRecounted(Fact):
    """The year into which its clock runs was published: the limit ends at another time."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int


@dataclass(frozen=True)
class CaseRecalled(Fact):
    """Who pushed it on took it back before the receiver began; its clock runs on as if nothing had been."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int


@dataclass(frozen=True)
class CaseLinked(Fact):
    """关联: the two are closed together."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    other_id: int


@dataclass(frozen=True)
class CaseUnlinked(Fact):
    """撤销关联."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    other_id: int


@dataclass(frozen=True)
class CaseDueSoon(Fact):
    """The set share of the running stage's limit is used. Once for each end of a clock: an extension or a hold gives
    a new one."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    clock_id: int


@dataclass(frozen=True)
class CaseOverdue(Fact):
    """The running stage's limit is over. Once for each end of a clock."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    clock_id: int


@dataclass(frozen=True)
class CaseMerged(Fact):
    """并案: it waits, and is closed together with the other."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    into_id: int


@dataclass(frozen=True)
class CaseUnmerged(Fact):
    """撤销并案: it stands for itself again."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    from_id: int


@dataclass(frozen=True)
class CaseFollowed(Fact):
    """Somebody with the same matter follows this case instead of reporting it again."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    follower_id: int


@dataclass(frozen=True)
class CallEnded(Fact):
    """A call was answered and made no new case."""

    seen_with: ClassVar[str | None] = "cases.contact"
    call_id: int


@dataclass(frozen=True)
class CaseOffered(Fact):
    """移交: another centre is asked to take it over; nothing has moved yet."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    org_id: int


@dataclass(frozen=True)
class OfferCalledOff(Fact):
    """撤回移交: it stays where it was."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    org_id: int


@dataclass(frozen=True)
class OfferDeclined(Fact):
    """不接收: the nearest common level above decides."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    org_id: int


@dataclass(frozen=True)
class OfferAwarded(Fact):
    """移交裁定: `moves`: the other centre has it."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    org_id: int
    moves: bool


@dataclass(frozen=True)
class CaseTakenOver(Fact):
    """接收移交: another street or district leads it from here."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    step_id: int
    org_id: int
