"""What supervision announces. Ids only."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class InstructionWritten(Fact):
    """批示: a unit is asked to do something and to answer; once for each unit."""

    seen_with: ClassVar[str | None] = "instructions.see"
    instruction_id: int
    errand_id: int


@dataclass(frozen=True)
class InstructionMoved(Fact):
    """A step of one unit's part; `verb` as in rules.Verb."""

    seen_with: ClassVar[str | None] = "instructions.see"
    instruction_id: int
    errand_id: int
    verb: str


@dataclass(frozen=True)
class InstructionDue(Fact):
    """The reply approaches its limit, or is `over` it; once for each end of a clock."""

    seen_with: ClassVar[str | None] = "instructions.see"
    instruction_id: int
    errand_id: int
    over: bool
