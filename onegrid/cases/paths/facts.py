"""What paths announce."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class PathOpened(Fact):
    """A path has its lead case."""

    seen_with: ClassVar[str | None] = "cases.see"
    path_id: int
    case_id: int


@dataclass(frozen=True)
class PathSectionsAsked(Fact):
    """The units along it were asked to do their part."""

    seen_with: ClassVar[str | None] = "cases.see"
    path_id: int
    case_id: int


@dataclass(frozen=True)
class PathSectionAnswered(Fact):
    """A unit accepted its sections, or did not."""

    seen_with: ClassVar[str | None] = "cases.see"
    path_id: int
    case_id: int
    unit_id: int
    accepted: bool


@dataclass(frozen=True)
class PathSectionShown(Fact):
    """There is evidence of a section."""

    seen_with: ClassVar[str | None] = "cases.see"
    path_id: int
    case_id: int
    section_id: int
