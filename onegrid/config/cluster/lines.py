"""Lines of time. Each restore begins a new one (PostgreSQL: timeline), and the log of each lies in its own folder,
such as <folder>/wal/00000002/, with `begun`, the second from which it was written down, and the `.history` of where
it left the lines before. A log from before there were such folders lies in <folder>/wal/ itself."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

SEGMENT = 24  # letters in the name of a segment of the log: timeline, log, segment
SEGMENT_BITS = 24  # of a place in the log that lie within one segment: 16 MB
BEGUN = "begun"


@dataclass(frozen=True)
class Line:
    """`left`: number of a line before → the place in its log where this one left it. `begun_at`: None when nobody
    noted it, as for the first."""

    number: int
    begun_at: datetime | None = None
    left: dict[int, int] = field(default_factory=dict)

    def segment(self, count: int) -> str:
        """The name under which the log of this line has its segment of that number."""
        number = min(
            (before for before, place in self.left.items() if count < place >> SEGMENT_BITS),
            default=self.number,
        )
        return f"{number:08X}{count >> 8:08X}{count & 0xFF:08X}"

    def holds(self, line: int, end: int) -> bool:
        """Whether what was copied on that line, up to a place in its log, belongs to this one."""
        return line == self.number or end <= self.left.get(line, -1)


def number_of(segment: str) -> int:
    return int(segment[:8], 16)


def count_of(segment: str) -> int:
    return int(segment[8:16], 16) * 256 + int(segment[16:], 16)


def place_in_log(words: str) -> int:
    """`0/3000128` as PostgreSQL writes it."""
    high, _slash, low = words.partition("/")
    return (int(high, 16) << 32) + int(low, 16)


def segments(folder: Path) -> list[str]:
    """Names of the log's segments, those being written too, in order."""
    return sorted(files_of_segments(folder))


def files_of_segments(folder: Path) -> dict[str, Path]:
    """A segment that is there twice, whole and cut off, counts as the whole one."""
    found = sorted((folder / "wal").rglob("*"), key=lambda path: not path.name.endswith(".partial"))
    return {name: path for path in found if len(name := path.name.removesuffix(".partial")) == SEGMENT}


def histories(folder: Path) -> list[Path]:
    """Of the log and, where no log was written down since a restore, of a copy."""
    return [*folder.glob("base/*/pg_wal/*.history"), *sorted((folder / "wal").rglob("*.history"))]


def lines(folder: Path, copied: dict[int, datetime]) -> list[Line]:
    """Every line of which there is a log or a copy, oldest first. `copied`: when the first copy of each began."""
    left = {int(path.stem, 16): _left(path.read_text()) for path in histories(folder)}
    numbers = {number_of(name) for name in segments(folder)} | left.keys() | copied.keys()
    return [
        Line(
            one,
            _begun(folder / "wal" / f"{one:08X}") or (copied.get(one) if one > 1 else None),
            left.get(one, {}),
        )
        for one in sorted(numbers)
    ]


def line_at(there: list[Line], until: datetime | None) -> Line:
    """The one on which that second happened; None: the newest."""
    began = [line for line in there if until is None or line.begun_at is None or line.begun_at <= until]
    return (began or there)[-1]


def folder_for(folder: Path, number: int) -> Path:
    """Where the log of a line goes; its first second is noted."""
    home = folder / "wal" / f"{number:08X}"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    note = home / BEGUN
    known = any(number_of(name) == number for name in segments(folder))
    if number > 1 and not known and not note.exists():
        note.write_text(datetime.now(UTC).isoformat())
    return home


def gap(line: Line, first: str, names: list[str]) -> str | None:
    """The first segment that is missing on the way from one to the newest of a line; None when nothing is."""
    have = set(names)
    own = (count_of(name) for name in names if number_of(name) == line.number)
    last = max([count_of(first), *own, *(place >> SEGMENT_BITS for place in line.left.values())])
    for count in range(count_of(first), last + 1):
        if (wanted := line.segment(count)) not in have:
            return wanted
    return None


def needed(path: str, firsts: list[str]) -> bool:
    """Whether a segment leads on from one of the copies that begin with these."""
    return any(number_of(path) >= number_of(first) and count_of(path) >= count_of(first) for first in firsts)


def _left(history: str) -> dict[int, int]:
    """Lines such as `1⇥0/3000128⇥before 2026-11-26 12:00:00+08`."""
    rows = [row.split("\t") for row in history.splitlines() if row.strip() and not row.startswith("#")]
    return {int(row[0]): place_in_log(row[1]) for row in rows}


def _begun(home: Path) -> datetime | None:
    note = home / BEGUN
    return datetime.fromisoformat(note.read_text()) if note.exists() else None
