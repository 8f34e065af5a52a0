"""Reasons to visit as data (reasons.yaml), by the day from which they hold."""

from datetime import date
from functools import lru_cache
from importlib.resources import files

import yaml
from django.utils.translation import get_language

from onegrid.cases.visits.rules import Kind


def kinds_on(day: date) -> dict[str, Kind]:
    """By code; the block that began last, for days before the first, the first."""
    blocks = _blocks()
    begun = [kinds for begins, kinds in blocks if begins <= day]
    return begun[-1] if begun else blocks[0][1]


def kind_words(kind: Kind) -> str:
    """In the reader's language."""
    return kind.name_en if (get_language() or "").startswith("en") else kind.name


@lru_cache(maxsize=1)
def _blocks() -> list[tuple[date, dict[str, Kind]]]:
    rows = yaml.safe_load(files(__package__).joinpath("reasons.yaml").read_text("utf-8"))
    blocks = [
        (date.fromisoformat(row["valid_from"]), {kind["code"]: Kind(**kind) for kind in row["kinds"]})
        for row in rows
    ]
    return sorted(blocks, key=lambda block: block[0])
