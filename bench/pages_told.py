"""What the bench of pages has seen, kept between runs, and its table (docs/pages.md)."""

import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

PAINT, SCRIPT, SCRIPT_WITH_MAP = 1_500, 120, 450  # ms, KB, KB

HEAD = """# Pages on a poor phone

Written by `onegrid bench pages --docs yes` (how it measures stands at the head of `bench/pages.py`): a processor
four times slower, a line of 1.6 Mbit/s with 150 ms to and fro, an empty cache, a window of 390 × 844; of each page
the middle one of its visits. Goals: first paint under 1,500 ms, script under 120 KB gzipped, with a map 450 KB. The
column "× floor" compares with the barest page of the same server seen likewise, so it says more than milliseconds of
a busy machine.
"""


@dataclass
class Seen:
    """`asked`: of how many pages; `pages`: paint (ms), script (KB), requests, map of each; `lost`: why one was not
    seen; `floors`, `loads`: the barest page in ms and the load of the machine, each time both were looked at."""

    commit: str = ""
    asked: int = 0
    begun: float = field(default_factory=time.time)
    pages: dict[str, dict[str, float]] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    floors: list[float] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)

    @property
    def floor(self) -> float:
        return median(self.floors) if self.floors else 0.0


def goes_on(file: Path, commit: str) -> Seen | None:
    """What an earlier run of the same commit has seen; None when there is none."""
    try:
        found = Seen(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return found if found.commit == commit else None


def kept(file: Path, seen: Seen) -> None:
    """Whole or not at all: a run may be stopped in the middle of a word."""
    beside = file.with_suffix(".new")
    beside.write_text(json.dumps(asdict(seen), indent=1, ensure_ascii=False))
    beside.replace(file)


def table(seen: Seen) -> str:
    floor = seen.floor
    day = time.strftime("%d %B %Y", time.localtime(seen.begun)).lstrip("0")
    loads = f"load {min(seen.loads):.0f}–{max(seen.loads):.0f}" if seen.loads else "load not noted"
    lines = [
        HEAD,
        f"{day}, {loads}, {len(seen.pages)} of {seen.asked} pages. Floor of the first paint: {floor:,.0f} ms.",
        "",
        _summary(seen),
        "",
        "| page | first paint, ms | × floor | script, KB | requests |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [_row(name, one, floor) for name, one in sorted(seen.pages.items())]
    if seen.lost:
        lines += ["", "Not seen:", ""]
        lines += [f"* {name}: {reason}" for name, reason in sorted(seen.lost.items())]
    return "\n".join(lines) + "\n"


def _summary(seen: Seen) -> str:
    """How many pages keep which goal."""
    pages = seen.pages.values()
    plain = [one for one in pages if not one["map"]]
    maps = [one for one in pages if one["map"]]
    parts = [
        f"First paint under {PAINT:,} ms: {sum(one['paint'] < PAINT for one in pages)} of {len(seen.pages)}",
        f"script under {SCRIPT} KB: {sum(one['script'] < SCRIPT for one in plain)} of {len(plain)} without a map",
        f"under {SCRIPT_WITH_MAP} KB: {sum(one['script'] < SCRIPT_WITH_MAP for one in maps)} of {len(maps)} with one",
    ]
    return "; ".join(parts) + ". What misses a goal is bold."


def _row(name: str, one: dict[str, float], floor: float) -> str:
    most = SCRIPT_WITH_MAP if one["map"] else SCRIPT
    paint = _figure(one["paint"], PAINT)
    times = f"{one['paint'] / floor:.1f}" if floor else ""
    return f"| {name} | {paint} | {times} | {_figure(one['script'], most)} | {one['requests']:.0f} |"


def _figure(value: float, below: float) -> str:
    return f"{value:,.0f}" if value < below else f"**{value:,.0f}**"
