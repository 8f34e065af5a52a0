"""What has been measured so far, kept in var/bench/growth-kept.json after each part."""

import json
import os
import subprocess
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.report import Row, machine
from onegrid.config.environment import ROOT, environment


@dataclass
class Kept:
    """`rows`: by part and size ("lists 10000"; 0 is apart from cases); `took`: seconds, and the load of the machine
    afterwards; `failed`: why something could not be measured."""

    commit: str
    at: float = field(default_factory=time.time)
    machine: dict = field(default_factory=machine)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    took: dict[str, tuple[float, float]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begun(cls, *, go_on: bool) -> "Kept":
        """Empty, or what an earlier run of this commit has kept."""
        told = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True
        )
        commit = told.stdout.strip()
        if go_on:
            found = cls.read()
            if found is not None and found.commit == commit:
                found.failed.clear()
                return found
        return cls(commit)

    @classmethod
    def read(cls) -> "Kept | None":
        try:
            found = cls(**json.loads(folder().joinpath("growth-kept.json").read_text()))
        except (OSError, ValueError, TypeError):
            return None
        found.rows = {key: [Row(**row) for row in rows] for key, rows in found.rows.items()}
        return found

    def has(self, part: str, size: int) -> bool:
        return f"{part} {size}" in self.rows

    def add(self, part: str, size: int, rows: list[Row], seconds: float) -> None:
        self.rows[f"{part} {size}"] = rows
        self.took[f"{part} {size}"] = (seconds, os.getloadavg()[0])
        self.write()

    def lose(self, part: str, size: int, reason: str) -> None:
        self.failed[f"{part} {size}"] = reason.strip().splitlines()[0][:300] if reason.strip() else "?"
        self.write()

    def write(self) -> None:
        """Whole or not at all: a run may be stopped in the middle of a word."""
        beside = folder() / "growth-kept.new"
        beside.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False))
        beside.replace(folder() / "growth-kept.json")


def folder() -> Path:
    found = environment().var / "bench"
    found.mkdir(parents=True, exist_ok=True)
    return found
