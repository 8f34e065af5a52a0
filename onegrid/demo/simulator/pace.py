"""The street's clock: so many times as fast as ours, and never faster than the machine carries. Pure.

At 60× things happen sixty times as often; the platform's clock stays the real one. So a limit of four hours is still
four of our hours, in which at 60× ten days' reports come in: hardly anything becomes overdue, and the steps of a day
stand within 24 minutes on the timeline.
"""

from dataclasses import dataclass

LATE = 3.0  # seconds behind, after which the street's clock is set back instead of running after it
BUSY = 1.5  # load for each core, above which nothing new is begun
BREATH = 2.0  # seconds of waiting then


@dataclass
class Pace:
    """`origin`: our seconds at the street's minute 0. `lost`: seconds for which the street stood still."""

    speed: float
    origin: float
    lost: float = 0.0

    def due(self, minute: float) -> float:
        """When, by our clock, it is this minute of the street."""
        return self.origin + minute * 60 / self.speed

    def minute(self, now: float) -> float:
        return (now - self.origin) * self.speed / 60

    def stand(self, seconds: float) -> None:
        """The street stands still for so long: everything comes later, nothing is caught up with."""
        self.origin += seconds
        self.lost += seconds

    def not_behind(self, minute: float, now: float) -> None:
        """Sets the clock back where it runs ahead of what was done."""
        late = now - self.due(minute)
        if late > LATE:
            self.stand(late)

    def reached(self, now: float, begun: float) -> float:
        """How many times as fast as ours it really ran."""
        whole = now - begun
        return self.speed * max(0.0, whole - self.lost) / whole if whole > 0 else self.speed


def rest_after(took: float, load: float, cores: int) -> float:
    """Seconds to rest after an act that took so long: as long as it took, so that others get half of a core, and
    longer on a busy machine."""
    return took + (BREATH if load > BUSY * cores else 0.0)
