"""What a draft changes, in plain facts: which class, which field, from what to what. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Difference:
    """`what`: "class", "standard" or "limit"; `where`: its key within the version; `fields`: name → (before, now)."""

    change: Change
    what: str
    where: tuple[str, ...]
    fields: tuple[tuple[str, Any, Any], ...] = ()


Rows = Mapping[tuple[str, ...], Mapping[str, Any]]


def differences(what: str, before: Rows, now: Rows) -> list[Difference]:
    """Everything that differs between two sets of rows, by key; an empty list means that they are the same."""
    found = []
    for key in sorted({*before, *now}):
        if key not in before:
            found.append(Difference(Change.ADDED, what, key, _all(now[key], old=False)))
        elif key not in now:
            found.append(Difference(Change.REMOVED, what, key, _all(before[key], old=True)))
        else:
            fields = tuple(
                (name, before[key].get(name), value)
                for name, value in now[key].items()
                if before[key].get(name) != value
            )
            if fields:
                found.append(Difference(Change.CHANGED, what, key, fields))
    return found


def _all(row: Mapping[str, Any], *, old: bool) -> tuple[tuple[str, Any, Any], ...]:
    return tuple((name, value if old else None, None if old else value) for name, value in row.items())
