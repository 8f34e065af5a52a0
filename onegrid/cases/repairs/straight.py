"""Which classes of matters go straight to the firm of the compound (straight.yaml), by the day."""

from datetime import date
from functools import lru_cache
from importlib.resources import files

import yaml


def straight_classes(day: date) -> frozenset[str]:
    """Codes of classes; before the first block, those of the first."""
    shipped = _shipped()
    return next((codes for since, codes in reversed(shipped) if since <= day), shipped[0][1])


@lru_cache(maxsize=1)
def _shipped() -> tuple[tuple[date, frozenset[str]], ...]:
    text = files("onegrid.cases.repairs").joinpath("straight.yaml").read_text(encoding="utf-8")
    blocks = (
        (date.fromisoformat(row["valid_from"]), frozenset(row["classes"])) for row in yaml.safe_load(text)
    )
    return tuple(sorted(blocks, key=lambda one: one[0]))
