"""Topics of votes and their majorities (majorities.yaml), by the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml
from django.utils.translation import get_language

from onegrid.registry.owners.rules import Majority, Share


@dataclass(frozen=True)
class Topic:
    code: str
    names: tuple[str, str]
    special: bool
    mark: str

    @property
    def name(self) -> str:
        return self.names[1] if (get_language() or "").startswith("en") else self.names[0]


@dataclass(frozen=True)
class Majorities:
    ordinary: Majority
    special: Majority
    topics: Mapping[str, Topic]
    mark: str
    source: str

    def of(self, *, special: bool) -> Majority:
        return self.special if special else self.ordinary


def majorities(day: date) -> Majorities:
    """What holds on the day; before the first block, the first."""
    shipped = _shipped()
    return next((block for since, block in reversed(shipped) if since <= day), shipped[0][1])


@lru_cache(maxsize=1)
def _shipped() -> tuple[tuple[date, Majorities], ...]:
    text = files("onegrid.registry.owners").joinpath("majorities.yaml").read_text(encoding="utf-8")
    blocks = ((date.fromisoformat(row["valid_from"]), _block(row)) for row in yaml.safe_load(text))
    return tuple(sorted(blocks, key=lambda one: one[0]))


def _block(row: dict[str, Any]) -> Majorities:
    part = Share(Fraction(*row["taking_part"]), inclusive=True)
    topics = {
        code: Topic(code, (one["name"][0], one["name"][1]), one["special"], one["mark"])
        for code, one in row["topics"].items()
    }
    kinds = {
        name: Majority(part, Share(Fraction(*row[name]["share"]), row[name]["inclusive"]))
        for name in ("ordinary", "special")
    }
    return Majorities(kinds["ordinary"], kinds["special"], topics, row["mark"], row["source"])
