"""What calendars announce. They are public: limits are counted by them."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class CalendarPublished(Fact):
    """A version is in force. `surer`: the years of which it knows more than the one before it did: the law's own days
    where only weekends were known, or the published arrangement. A clock that runs into them is counted anew; every
    other clock keeps the version it began under."""

    seen_with: ClassVar[str | None] = None
    number: int
    surer: list[int]
