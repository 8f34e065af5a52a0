"""What the tree of organisations allows. Pure."""

from collections.abc import Mapping


def leads_round(organisation_id: int, parent_id: int | None, parents: Mapping[int, int | None]) -> bool:
    """Whether hanging the organisation below `parent_id` would make a circle. `parents`: id → id above it."""
    passed: set[int] = set()
    step = parent_id
    while step is not None and step not in passed:
        if step == organisation_id:
            return True
        passed.add(step)
        step = parents.get(step)
    return False
