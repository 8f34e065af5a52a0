"""What is announced about activities."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class ActivityPublished(Fact):
    """Residents may sign up."""

    activity_id: int


@dataclass(frozen=True)
class ActivityCalledOff(Fact):
    """It does not take place; who had signed up is told."""

    activity_id: int


@dataclass(frozen=True)
class PlaceTaken(Fact):
    """Somebody signed up."""

    seen_with: ClassVar[str | None] = "activities.edit"
    activity_id: int
    sign_up_id: int
