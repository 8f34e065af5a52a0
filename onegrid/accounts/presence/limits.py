"""The numbers of presence that a city sets for itself (limits.yaml), by the day from which they hold."""

from datetime import date
from functools import lru_cache
from importlib.resources import files

import yaml

from onegrid.accounts.presence.rules import Limits


def limits_on(day: date) -> Limits:
    """The block that began last; for days before the first, the first."""
    blocks = _blocks()
    begun = [limits for begins, limits in blocks if begins <= day]
    return begun[-1] if begun else blocks[0][1]


@lru_cache(maxsize=1)
def _blocks() -> list[tuple[date, Limits]]:
    rows = yaml.safe_load(files(__package__).joinpath("limits.yaml").read_text("utf-8"))
    blocks = [
        (
            date.fromisoformat(row.pop("valid_from")),
            Limits(**{name: given["value"] for name, given in row.items()}),
        )
        for row in rows
    ]
    return sorted(blocks, key=lambda block: block[0])
