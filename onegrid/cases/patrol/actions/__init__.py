"""The only door for writes: one verb a function."""

from onegrid.cases.patrol.actions.doing import Answer, patrol_place
from onegrid.cases.patrol.actions.planning import (
    change_place,
    keep_place,
    load_checklists,
    retire_place,
    set_plan,
    take_up_place,
)

__all__ = [
    "Answer",
    "change_place",
    "keep_place",
    "load_checklists",
    "patrol_place",
    "retire_place",
    "set_plan",
    "take_up_place",
]
