"""The rules that ship with the platform (shipped.yaml)."""

from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml


@lru_cache(maxsize=1)
def shipped() -> list[dict[str, Any]]:
    return yaml.safe_load(files(__package__).joinpath("shipped.yaml").read_text("utf-8"))


def shipped_grades() -> dict[str, Any]:
    """The grades that ship: what a draft of a version without any begins with."""
    return next(one["definition"]["grades"] for one in shipped() if "grades" in one["definition"])
