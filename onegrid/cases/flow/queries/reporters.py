"""Who reported, to hide that name where people wrote it."""

from collections.abc import Sequence

from onegrid.cases.flow.access import SEE
from onegrid.cases.flow.models import Case
from onegrid.kit.actors import Actor


def reporters_named(case_ids: Sequence[int], *, viewer: Actor) -> dict[int, tuple[str, ...]]:
    """Case → the reporter's name, of cases that the viewer was shown. Never to be shown itself. One query."""
    if not viewer.scope(SEE).reaches:
        return {}
    rows = Case.objects.filter(pk__in=case_ids, reporter_name__isnull=False).values_list(
        "pk", "reporter_name"
    )
    return {pk: (name,) for pk, name in rows if name}
