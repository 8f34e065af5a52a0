"""Indicators and counters in words and formulas (indicators.yaml), by the day from which they hold."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml
from django.utils.translation import get_language

from onegrid.cases.catalog.models import Mark
from onegrid.oversight.measures.rules import names_in


def chinese() -> bool:
    return (get_language() or "").startswith("zh")


@dataclass(frozen=True)
class Word:
    """A counter in words. `kept`: this platform counts it; `reading`: how."""

    code: str
    zh: str
    en: str
    reading: str
    reading_en: str
    kept: bool = True

    @property
    def name(self) -> str:
        return self.zh if chinese() else self.en

    @property
    def how(self) -> str:
        return self.reading if chinese() else self.reading_en


@dataclass(frozen=True)
class Indicator:
    """One rate. `down`: less is better. `mark`: a cases.catalog Mark; `source` where one was read."""

    code: str
    group: str
    zh: str
    en: str
    formula: str
    mark: str
    source: str = ""
    source_en: str = ""
    down: bool = False

    @property
    def name(self) -> str:
        return self.zh if chinese() else self.en

    @property
    def where_from(self) -> str:
        return self.source if chinese() else self.source_en

    @property
    def mark_words(self) -> str:
        return str(Mark(self.mark).label)

    @property
    def names(self) -> list[str]:
        return names_in(self.formula)


@dataclass(frozen=True)
class Definitions:
    number: int
    valid_from: date
    counters: dict[str, Word]
    indicators: tuple[Indicator, ...]

    def indicator(self, code: str) -> Indicator | None:
        return next((one for one in self.indicators if one.code == code), None)


def definitions(day: date) -> Definitions:
    """The block that began last; for days before the first, the first."""
    blocks = _blocks()
    begun = [block for block in blocks if block.valid_from <= day]
    return (begun or blocks[:1])[-1]


@lru_cache(maxsize=1)
def _blocks() -> list[Definitions]:
    rows = yaml.safe_load(files(__package__).joinpath("indicators.yaml").read_text("utf-8"))
    return sorted((_block(row) for row in rows), key=lambda block: block.valid_from)


def _block(row: dict[str, Any]) -> Definitions:
    counters = {code: Word(code, **given) for code, given in row["counters"].items()}
    indicators = tuple(Indicator(**given) for given in row["indicators"])
    return Definitions(row["number"], date.fromisoformat(row["valid_from"]), counters, indicators)
