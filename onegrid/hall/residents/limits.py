"""Days as data (limits.yaml)."""

from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files

import yaml


def answer_by(day: date) -> date:
    """Until when a request of this day is to be answered: natural days, by the block that began last."""
    return day + _days("answer_days", day)


def request_kept(day: date) -> timedelta:
    """How long after its answer a request says who made it, by the block that is in force that day."""
    return _days("request_days", day)


def _days(name: str, day: date) -> timedelta:
    blocks = _blocks()
    begun = [block for block in blocks if block[0] <= day]
    return timedelta(days=(begun or blocks[:1])[-1][1][name])


@lru_cache(maxsize=1)
def _blocks() -> list[tuple[date, dict[str, int]]]:
    rows = yaml.safe_load(files(__package__).joinpath("limits.yaml").read_text("utf-8"))
    found = []
    for row in rows:
        begins = date.fromisoformat(row.pop("valid_from"))
        found.append((begins, {name: given["value"] for name, given in row.items()}))
    return sorted(found, key=lambda block: block[0])
