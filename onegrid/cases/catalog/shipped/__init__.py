"""The catalogue files that come with OneGrid."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
CURRENT = "gbt47678-5-2026"


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def mappings() -> dict[str, Any]:
    """The counterparts between the schemes that come along."""
    return content("mappings/shipped")


@cache
def content(name: str = CURRENT) -> dict[str, Any]:
    """One file as written: scheme, version, majors, stage_limits, dispatch_rules, classes."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, Any] = yaml.load((FOLDER / f"{name}.yaml").read_text("utf-8"), Loader=loader)
    return loaded
