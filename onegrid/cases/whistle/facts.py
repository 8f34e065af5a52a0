"""What whistles announce: ids only."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact

SEE = "whistles.see"


@dataclass(frozen=True)
class WhistleAsked(Fact):
    """Written down; it waits for the principal."""

    seen_with: ClassVar[str | None] = SEE
    whistle_id: int


@dataclass(frozen=True)
class WhistleBlown(Fact):
    """The departments are called, and their clocks run."""

    seen_with: ClassVar[str | None] = SEE
    whistle_id: int


@dataclass(frozen=True)
class WhistleDeclined(Fact):
    """The principal does not approve it."""

    seen_with: ClassVar[str | None] = SEE
    whistle_id: int


@dataclass(frozen=True)
class WhistleWithdrawn(Fact):
    """撤哨: the street needs nobody any more."""

    seen_with: ClassVar[str | None] = SEE
    whistle_id: int


@dataclass(frozen=True)
class WhistleSigned(Fact):
    """签到: a department has taken the call."""

    seen_with: ClassVar[str | None] = SEE
    whistle_id: int
    call_id: int


@dataclass(frozen=True)
class WhistleContacted(Fact):
    """The department has spoken with the street."""

    seen_with: ClassVar[str | None] = SEE
    whistle_id: int
    call_id: int


@dataclass(frozen=True)
class ReportedIn(Fact):
    """报到: the department has come, or reported from afar where the kind allows it."""

    seen_with: ClassVar[str | None] = SEE
    whistle_id: int
    call_id: int


@dataclass(frozen=True)
class WhistleRefused(Fact):
    """拒哨: the department says it is not its matter; the district decides."""

    seen_with: ClassVar[str | None] = SEE
    whistle_id: int
    call_id: int


@dataclass(frozen=True)
class RefusalDecided(Fact):
    """The call stands, or the department is excused and perhaps another one called."""

    seen_with: ClassVar[str | None] = SEE
    whistle_id: int
    call_id: int
    upheld: bool


@dataclass(frozen=True)
class WhistleEscalated(Fact):
    """A limit has passed in silence; district and the department's leader know."""

    seen_with: ClassVar[str | None] = SEE
    whistle_id: int
    call_id: int


@dataclass(frozen=True)
class DepartmentFinished(Fact):
    """A department has fed back its result."""

    seen_with: ClassVar[str | None] = SEE
    whistle_id: int
    call_id: int


@dataclass(frozen=True)
class SiteRecordSealed(Fact):
    """Everybody present has signed the joint site record."""

    seen_with: ClassVar[str | None] = SEE
    whistle_id: int
    record_id: int


@dataclass(frozen=True)
class SiteTaskDone(Fact):
    """A task of a joint site record is done."""

    seen_with: ClassVar[str | None] = SEE
    whistle_id: int
    task_id: int


@dataclass(frozen=True)
class WhistleFinished(Fact):
    """Every department has finished; the clocks of the cases run on."""

    seen_with: ClassVar[str | None] = SEE
    whistle_id: int


@dataclass(frozen=True)
class WhistleRated(Fact):
    """The street rated a department, or a department the whistle."""

    seen_with: ClassVar[str | None] = SEE
    whistle_id: int
    rating_id: int
