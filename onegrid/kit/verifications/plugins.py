"""The plug-in point "verifications"."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from onegrid.kit.plugins import Registry

Progress = Callable[[int, int], None]  # (done, of how many)


@dataclass(frozen=True)
class Finding:
    """Something that is not as it must be: `what` is a short code such as "changed", `where` names the row."""

    what: str
    where: str
    meaning: str


class Verification:
    """Walks what a room keeps and yields what does not hold. `title` is one line for the help text."""

    title: str = ""

    def findings(self, progress: Progress) -> Iterator[Finding]:
        """Yields each finding as it is found, in constant memory; calls `progress` now and then."""
        raise NotImplementedError


VERIFICATIONS: Registry[Verification] = Registry(
    "verifications", Verification, "what `onegrid verify` walks and checks"
)
