"""What one part of `onegrid prove` says: sentences that hold or do not, figures, and the sizes it was run at."""

import json
import os
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.report import machine


class Skipped(Exception):
    """This machine does not allow it; the message says why."""


@dataclass
class Proof:
    """`held`, `failed`: sentences. `figures`: what was measured, in the order in which it is told."""

    name: str
    held: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    figures: dict[str, float | int | str] = field(default_factory=dict)
    skipped: str = ""

    def holds(self, what: str, does: bool) -> None:
        (self.held if does else self.failed).append(what)
        print(f"{'✓' if does else '✗'} {what}", flush=True)

    def none(self, what: str, count: int) -> None:
        """Of this there must be none."""
        self.holds(f"{what}: {count}", count == 0)

    def figure(self, what: str, value: float | int | str) -> None:
        self.figures[what] = round(value, 1) if isinstance(value, float) else value
        print(f"  {what}: {self.figures[what]}", flush=True)

    def skip(self, why: str) -> None:
        self.skipped = f"skipped: {why}"
        print(f"– {self.skipped}", flush=True)

    def write(self) -> None:
        where = Path(os.environ["PROVE_WRITES"])
        where.parent.mkdir(parents=True, exist_ok=True)
        body = asdict(self) | {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine()}
        body["full"] = full()
        where.write_text(json.dumps(body, indent=1, ensure_ascii=False))


def full() -> bool:
    return os.environ.get("PROVE_FULL") == "1"


def size(name: str, short: int, promised: int) -> int:
    """How large: what PROVE_<NAME> says, else what was promised with --full, else enough to see that it works."""
    given = os.environ.get(f"PROVE_{name.upper()}")
    return int(given) if given else promised if full() else short
