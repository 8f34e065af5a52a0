"""What areas announce. Names and borders are public, so screens may show these to whoever sees areas."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class AreaOpened(Fact):
    """A new area. `predecessors`: ids of the closed areas whose place it takes."""

    seen_with: ClassVar[str | None] = "areas.see"
    area_id: int
    predecessors: list[int]


@dataclass(frozen=True)
class AreaRenamed(Fact):
    """The same area under another name."""

    seen_with: ClassVar[str | None] = "areas.see"
    area_id: int


@dataclass(frozen=True)
class AreaClosed(Fact):
    """An area that ends; an area that takes its place announces itself with it as predecessor."""

    seen_with: ClassVar[str | None] = "areas.see"
    area_id: int


@dataclass(frozen=True)
class AreaReopened(Fact):
    """A closed area is valid again, the same one; what hung on it hangs on it again."""

    seen_with: ClassVar[str | None] = "areas.see"
    area_id: int


@dataclass(frozen=True)
class AreasImported(Fact):
    """A file was taken over; the areas it opened and closed announced themselves before."""

    seen_with: ClassVar[str | None] = "areas.see"
    draft_id: int
    opened: int
    renamed: int
    redrawn: int
