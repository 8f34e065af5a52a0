"""Which works a kind of facility needs, and how often (periods.yaml), by the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml
from django.utils.translation import get_language

from onegrid.registry.facilities.rules import Period


@dataclass(frozen=True)
class Work:
    """A piece of upkeep that comes again. `mark`: secondary or unverified; `source`: who says so, in Chinese."""

    code: str
    names: tuple[str, str]
    period: Period
    mark: str
    source: str

    @property
    def name(self) -> str:
        return _in_language(self.names)


@dataclass(frozen=True)
class Kind:
    """`thing_class`, `case_class`: numbers of the catalogue in force, of the component and of its fault."""

    code: str
    names: tuple[str, str]
    thing_class: str
    case_class: str
    works: Mapping[str, Work]

    @property
    def name(self) -> str:
        return _in_language(self.names)


@dataclass(frozen=True)
class Periods:
    """`soon_days`: so many days before, it counts as due soon."""

    soon_days: int
    kinds: Mapping[str, Kind]

    def work(self, kind: str, code: str) -> Work | None:
        found = self.kinds.get(kind)
        return found.works.get(code) if found else None


def periods(day: date) -> Periods:
    """What holds on the day; before the first block, the first."""
    shipped = _shipped()
    return next((block for since, block in reversed(shipped) if since <= day), shipped[0][1])


@lru_cache(maxsize=1)
def _shipped() -> tuple[tuple[date, Periods], ...]:
    text = files("onegrid.registry.facilities").joinpath("periods.yaml").read_text(encoding="utf-8")
    blocks = ((date.fromisoformat(block["valid_from"]), _block(block)) for block in yaml.safe_load(text))
    return tuple(sorted(blocks, key=lambda one: one[0]))


def _block(block: dict[str, Any]) -> Periods:
    return Periods(block["soon_days"], {code: _kind(code, row) for code, row in block["kinds"].items()})


def _kind(code: str, row: dict[str, Any]) -> Kind:
    works = {
        key: Work(
            key,
            (one["name"][0], one["name"][1]),
            Period(one.get("days", 0), one.get("months", 0)),
            one["mark"],
            one["source"],
        )
        for key, one in row["works"].items()
    }
    return Kind(code, (row["name"][0], row["name"][1]), row["thing_class"], row["case_class"], works)


def _in_language(names: tuple[str, str]) -> str:
    return names[1] if (get_language() or "").startswith("en") else names[0]
