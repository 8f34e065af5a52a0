"""Double majority: who takes part, and who agrees, by area and by number. Pure; exact fractions, no rounding.

Civil Code art. 278 as public pages quote it (the text itself was not read here): two thirds of area and of owners
take part; of those that do, more than half, or for special matters three quarters, by area and by number agree.
"以上" includes the number itself, "过半数" does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


class State(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    COUNTED = "counted"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Share:
    """A share that must be reached; `inclusive`: the number itself is enough."""

    of: Fraction
    inclusive: bool

    def reached(self, part: int, whole: int) -> bool:
        """Nothing of nothing reaches no share."""
        if whole <= 0:
            return False
        have = Fraction(part, whole)
        return have >= self.of if self.inclusive else have > self.of


@dataclass(frozen=True)
class Majority:
    """`taking_part`: of all; `agreeing`: of those that take part. Both by area and by number."""

    taking_part: Share
    agreeing: Share


@dataclass(frozen=True)
class Voiced:
    """One owner: how much belongs to him (m², two decimals), and what he chose; None did not take part."""

    area: Decimal
    option: int | None


@dataclass(frozen=True)
class Tally:
    """`area` in hundredths of a m², `voices` in owners."""

    area: int = 0
    voices: int = 0

    def and_(self, area: int) -> "Tally":
        return Tally(self.area + area, self.voices + 1)


@dataclass(frozen=True)
class Result:
    """`chosen`: the option that both majorities agree to; None when there is none."""

    all: Tally
    part: Tally
    options: tuple[Tally, ...]
    enough_area: bool
    enough_voices: bool
    agreed: tuple[tuple[bool, bool], ...]  # per option: by area, by number
    chosen: int | None

    @property
    def enough(self) -> bool:
        return self.enough_area and self.enough_voices


def result(voices: Sequence[Voiced], options: int, majority: Majority) -> Result:
    """What was decided. At most one option can be chosen, since each share of agreement is a half or more."""
    everybody, part, tallies = Tally(), Tally(), [Tally() for _option in range(options)]
    for voice in voices:
        area = int(voice.area * 100)
        everybody = everybody.and_(area)
        if voice.option is None:
            continue
        part = part.and_(area)
        tallies[voice.option] = tallies[voice.option].and_(area)
    enough_area = majority.taking_part.reached(part.area, everybody.area)
    enough_voices = majority.taking_part.reached(part.voices, everybody.voices)
    agreed = tuple(
        (majority.agreeing.reached(one.area, part.area), majority.agreeing.reached(one.voices, part.voices))
        for one in tallies
    )
    chosen = next((place for place, both in enumerate(agreed) if all(both)), None)
    return Result(
        everybody,
        part,
        tuple(tallies),
        enough_area,
        enough_voices,
        agreed,
        chosen if enough_area and enough_voices else None,
    )
