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
