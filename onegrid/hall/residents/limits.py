"""Days as data (limits.yaml)."""

from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files

import yaml


def answer_by(day: date) -> date:
    """Until when a request of this day is to be answered: natural days, by the block that began last."""
    blocks = _blocks()
    begun = [block for block in blocks if block[0] <= day]
    return day + timedelta(days=(begun or blocks[:1])[-1][1])


@lru_cache(maxsize=1)
def _blocks() -> list[tuple[date, int]]:
    rows = yaml.safe_load(files(__package__).joinpath("limits.yaml").read_text("utf-8"))
    return sorted((date.fromisoformat(row["valid_from"]), row["answer_days"]["value"]) for row in rows)
