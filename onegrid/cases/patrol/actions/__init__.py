"""The only door for writes: one verb a function."""

from onegrid.cases.patrol.actions.doing import Answer, patrol_place
from onegrid.cases.patrol.actions.planning import keep_place, load_checklists, set_plan

__all__ = ["Answer", "keep_place", "load_checklists", "patrol_place", "set_plan"]
