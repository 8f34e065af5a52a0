"""A listener that was given something rests: the busier it is kept, the more facts come to it at once.

What a listener does costs about the same for one fact as for many (a lock, its statements, a commit), so under load
many small batches would take most of the machine from those who wait for a page.
"""

import time

from onegrid.kit.facts.registry import Listener

SHARE = 9  # times as long as it worked: at most a tenth of the time
LONGEST_REST = 1.0  # seconds; nobody hears of a fact later than that because of a rest
TIDY_EVERY = 1.0  # seconds between two looks at those for whom nothing is meant


class Rests:
    """Of one relay. Times are those of the monotonic clock."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._tidied_at = float("-inf")

    def awake(self, listeners: dict[str, Listener]) -> dict[str, Listener]:
        now = time.monotonic()
        self._until = {name: until for name, until in self._until.items() if until > now}
        return {name: one for name, one in listeners.items() if name not in self._until}

    def worked(self, name: str, seconds: float) -> None:
        self._until[name] = time.monotonic() + min(LONGEST_REST, SHARE * seconds)

    def ends_in(self, most: float) -> float:
        """Seconds until the first of the rests is over, at most `most`."""
        now = time.monotonic()
        return max(0.0, min([most, *(until - now for until in self._until.values())]))

    def tidy_now(self) -> bool:
        """Whether it is time to bring those on for whom nothing is meant; asked once, the time begins anew."""
        now = time.monotonic()
        due = now >= self._tidied_at + TIDY_EVERY
        if due:
            self._tidied_at = now
        return due
