"""Which cuts need the community's word, and how long before they are told (confirming.yaml)."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files

import yaml


@dataclass(frozen=True)
class Confirming:
    """`confirm`: supplies; `notice_hours`: told at least so long before, else the page says that it is short."""

    confirm: frozenset[str]
    notice_hours: int
    mark: str
    source: str


def confirming(day: date) -> Confirming:
    """What holds on the day; before the first block, the first."""
    shipped = _shipped()
    return next((block for since, block in reversed(shipped) if since <= day), shipped[0][1])


@lru_cache(maxsize=1)
def _shipped() -> tuple[tuple[date, Confirming], ...]:
    text = files("onegrid.registry.cuts").joinpath("confirming.yaml").read_text(encoding="utf-8")
    blocks = (
        (
            date.fromisoformat(row["valid_from"]),
            Confirming(frozenset(row["confirm"]), row["notice_hours"], row["mark"], row["source"]),
        )
        for row in yaml.safe_load(text)
    )
    return tuple(sorted(blocks, key=lambda one: one[0]))
