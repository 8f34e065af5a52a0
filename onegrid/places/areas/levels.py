"""Which plan of levels holds at a place, and whose code the codes below continue."""

from collections.abc import Mapping, Sequence

from onegrid.places.areas import rules
from onegrid.places.areas.models import Area, LevelPlan


def levels_for(parent: Area | None) -> Mapping[str, Sequence[str]]:
    """The plan of levels that holds below `parent`: the nearest one above it, else the default."""
    steps = rules.path_steps(parent.path) if parent else []
    plans = {plan.area_id: plan.levels for plan in LevelPlan.objects.filter(area__in=steps)}
    for step in reversed(steps):
        if step in plans:
            return plans[step]
    everywhere = LevelPlan.objects.filter(area=None).first()
    return everywhere.levels if everywhere else rules.LEVELS


def kinds_below(parent: Area | None) -> list[str]:
    """The levels that may hang below `parent`, or stand alone without one, from above."""
    above = parent.kind if parent else rules.ROOT
    return [kind for kind, over in levels_for(parent).items() if above in over]


def coded_above(parent: Area | None) -> Area | None:
    """The nearest area at or above `parent` whose level has a national code."""
    while parent is not None and parent.kind not in rules.HANDED_DOWN:
        parent = parent.parent
    return parent
