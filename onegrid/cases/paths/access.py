"""Who may do what with a path. Rights are those of cases: there is one lead case behind it."""

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.access import DISPATCH, HANDLE, MERGE, SEE
from onegrid.cases.paths.models import PathSection
from onegrid.kit.actors import Actor

DRAW = MERGE  # who puts reports together at a desk: acceptance clerk, shift leader, dispatcher

__all__ = ["DISPATCH", "DRAW", "HANDLE", "SEE", "answers_for"]


def answers_for(by: Actor, section: PathSection) -> bool:
    """Somebody of the section's unit, or who may handle for its whole area."""
    return section.unit is not None and by.scope(HANDLE).covers(unit_path(section.unit), section.unit_id)


def unit_path(unit: Organisation) -> str:
    return unit.area.path
