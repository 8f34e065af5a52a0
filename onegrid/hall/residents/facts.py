"""What is announced about people's own data."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class DataRequested(Fact):
    """Somebody wants their data corrected or deleted; a clock of days runs."""

    seen_with: ClassVar[str | None] = "privacy.answer"
    request_id: int


@dataclass(frozen=True)
class DataRequestAnswered(Fact):
    """It was done, or refused with a reason."""

    seen_with: ClassVar[str | None] = "privacy.answer"
    request_id: int
