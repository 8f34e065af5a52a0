"""curves.yaml, read."""

from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml


def curves(day: date) -> dict[str, Any]:
    """The block that began last."""
    begun = [block for block in _blocks() if date.fromisoformat(block["valid_from"]) <= day]
    return begun[-1]


@lru_cache(maxsize=1)
def _blocks() -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = yaml.safe_load(
        files(__package__).joinpath("curves.yaml").read_text("utf-8")
    )
    return sorted(blocks, key=lambda block: str(block["valid_from"]))
