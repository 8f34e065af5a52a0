"""A track made clean, cut into sections, and who leads. Pure: no tables, no clock, no map.

Times are seconds since 1970 (UTC) as floats, places degrees (CGCS2000), lengths metres.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise


@dataclass(frozen=True)
class Fix:
    """Where something was at a moment."""

    at: float
    lon: float
    lat: float


@dataclass(frozen=True)
class Cleaning:
    """`gap_seconds`: two points further apart in time are not joined. `speed_most`, km/h: faster is a jump, and the
    point is dropped. `jumps_most`: so many jumps in a row are believed, and a new piece begins."""

    gap_seconds: float
    speed_most: float
    jumps_most: int


@dataclass(frozen=True)
class Track:
    """`pieces`: runs of at least two points that may be joined by lines. The counts: every point given is in a piece,
    `repeated` (the same moment again), `jumps`, or `alone`; `gaps`: how often the line is broken."""

    pieces: tuple[tuple[Fix, ...], ...]
    given: int
    repeated: int
    jumps: int
    alone: int
    gaps: int

    @property
    def kept(self) -> int:
        return sum(map(len, self.pieces))


Metres = Callable[[float, float, float, float], float]


def cleaned(fixes: Iterable[Fix], how: Cleaning, metres: Metres) -> Track:
    """In the order of time; `metres(lon, lat, lon, lat)`: over ground."""
    ordered = sorted(fixes, key=lambda fix: fix.at)
    once: list[Fix] = []
    for fix in ordered:
        if not once or fix.at > once[-1].at:
            once.append(fix)
    pieces: list[list[Fix]] = []
    away: list[Fix] = []  # jumps in a row, not yet believed
    jumps = 0
    for fix in once:
        last = pieces[-1][-1] if pieces else None
        if last is None or fix.at - last.at > how.gap_seconds:
            jumps += len(away)
            away = []
            pieces.append([fix])
        elif _too_fast(last, fix, how, metres):
            away.append(fix)
            if len(away) >= how.jumps_most:
                pieces.append([away[0]])
                for one in away[1:]:
                    if _too_fast(pieces[-1][-1], one, how, metres):
                        jumps += 1
                    else:
                        pieces[-1].append(one)
                away = []
        else:
            jumps += len(away)
            away = []
            pieces[-1].append(fix)
    jumps += len(away)
    whole = tuple(tuple(piece) for piece in pieces if len(piece) > 1)
    return Track(
        whole,
        given=len(ordered),
        repeated=len(ordered) - len(once),
        jumps=jumps,
        alone=sum(len(piece) == 1 for piece in pieces),
        gaps=max(len(whole) - 1, 0),
    )


def _too_fast(one: Fix, other: Fix, how: Cleaning, metres: Metres) -> bool:
    return metres(one.lon, one.lat, other.lon, other.lat) > (other.at - one.at) * how.speed_most / 3.6


def timed(line: Sequence[tuple[float, float]], begins: float, ends: float, metres: Metres) -> list[Fix]:
    """A drawn line has no times: they are shared out by length between the ends of the window, as if the speed
    had been even."""
    steps = [metres(*one, *other) for one, other in pairwise(line)]
    whole = sum(steps)
    if whole <= 0:
        return []
    gone, fixes = 0.0, [Fix(begins, *line[0])]
    for length, place in zip(steps, line[1:], strict=True):
        gone += length
        fixes.append(Fix(begins + (ends - begins) * gone / whole, *place))
    return fixes


@dataclass(frozen=True)
class Part:
    """A stretch of one segment of the track that lies in an area. `rank`: of two areas that share it, as along a
    common border, the lower one has it."""

    piece: int
    area: int
    begins: float
    ends: float
    metres: float
    rank: str = ""


@dataclass(frozen=True)
class Section:
    """One visit of the track to one area. `dwell`: seconds that are known to have been spent there, gaps left out."""

    area: int
    entered: float
    left: float
    dwell: float
    metres: float
    parts: tuple[Part, ...]


def apart(parts: Iterable[Part]) -> list[Part]:
    """In the order of time, and no moment twice: what two areas share is the lower rank's, the rest the other's."""
    found: list[Part] = []
    for part in sorted(parts, key=lambda one: (one.piece, one.begins, one.rank, one.area, one.ends)):
        last = found[-1] if found and found[-1].piece == part.piece else None
        begins = max(part.begins, last.ends) if last else part.begins
        if begins >= part.ends:
            continue
        share = (part.ends - begins) / (part.ends - part.begins)
        found.append(Part(part.piece, part.area, begins, part.ends, part.metres * share, part.rank))
    return found


def sections(parts: Iterable[Part]) -> list[Section]:
    """Areas in the order in which they were crossed; one that is come back to later is another section."""
    runs: list[list[Part]] = []
    for part in apart(parts):
        if runs and runs[-1][-1].area == part.area:
            runs[-1].append(part)
        else:
            runs.append([part])
    return [
        Section(
            run[0].area,
            run[0].begins,
            run[-1].ends,
            sum(part.ends - part.begins for part in run),
            sum(part.metres for part in run),
            tuple(run),
        )
        for run in runs
    ]


def outside(track: Track, parts: Sequence[Part]) -> int:
    """How many points lie in no area, of those kept. `parts`: of one level, apart."""
    by_piece: dict[int, list[Part]] = {}
    for part in parts:
        by_piece.setdefault(part.piece, []).append(part)
    slack = 1e-6  # seconds: ends are computed
    return sum(
        not any(part.begins - slack <= fix.at <= part.ends + slack for part in by_piece.get(number, ()))
        for number, piece in enumerate(track.pieces)
        for fix in piece
    )


class LeadRule(StrEnum):
    OWNER = "owner"  # 车辆所属单位
    ORIGIN = "origin"  # 起点所在地
    LONGEST = "longest"  # 途经最长


@dataclass(frozen=True)
class Crossed:
    """A section as the choice of the lead sees it: whose unit, and how long."""

    unit: int
    metres: float


def lead_of(
    rules: Sequence[LeadRule], crossed: Sequence[Crossed], owner: int | None
) -> tuple[LeadRule, int, int] | None:
    """(rule, unit, section) by the first rule that names a unit; None without sections or rules.

    The section is where the lead has its own way: the first of the unit's, or, of an owner that has none, the origin.
    """
    if not crossed:
        return None
    for rule in rules:
        unit = _named(rule, crossed, owner)
        if unit is not None:
            return rule, unit, next((n for n, one in enumerate(crossed) if one.unit == unit), 0)
    return None


def _named(rule: LeadRule, crossed: Sequence[Crossed], owner: int | None) -> int | None:
    if rule == LeadRule.OWNER:
        return owner
    if rule == LeadRule.ORIGIN:
        return crossed[0].unit
    by_unit: dict[int, float] = {}
    for one in crossed:
        by_unit[one.unit] = by_unit.get(one.unit, 0.0) + one.metres
    return max(by_unit, key=lambda unit: by_unit[unit])  # of equal ones the first that was crossed


class SectionState(StrEnum):
    """How far the evidence of a section is. A section has no clock: the lead case's is for all."""

    PLANNED = "planned"  # 待发起
    ASKED = "asked"  # 已请求协办
    ACCEPTED = "accepted"  # 已接受
    DECLINED = "declined"  # 不接受
    SHOWN = "shown"  # 已取证


class Deed(StrEnum):
    ASK = "ask"
    ACCEPT = "accept"
    DECLINE = "decline"
    SHOW = "show"


SECTION_STEPS: dict[tuple[SectionState, Deed], SectionState] = {
    (SectionState.PLANNED, Deed.ASK): SectionState.ASKED,
    (SectionState.DECLINED, Deed.ASK): SectionState.ASKED,
    (SectionState.ASKED, Deed.ACCEPT): SectionState.ACCEPTED,
    (SectionState.ASKED, Deed.DECLINE): SectionState.DECLINED,
    (SectionState.ACCEPTED, Deed.SHOW): SectionState.SHOWN,
    (SectionState.SHOWN, Deed.SHOW): SectionState.SHOWN,
}

COST_MOST = Decimal("99999999.99")  # yuan
CENT = Decimal("0.01")


def total(costs: Iterable[Decimal | None]) -> Decimal:
    """Yuan; sections whose cost nobody wrote count as nothing."""
    return sum((cost for cost in costs if cost is not None), Decimal("0.00"))
