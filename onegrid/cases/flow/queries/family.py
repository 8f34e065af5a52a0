"""Which cases are closed together: what is linked, what is merged into it, and what is linked with that."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from onegrid.cases.flow.models import CaseLink, LinkKind
from onegrid.kit.statements import ask


def families(case_ids: Iterable[int]) -> dict[int, set[int]]:
    """Of each case the ids of everything that closes with it, itself too.

    A duplicate closes with the case that carries it on, not the other way round. One question a round for all of
    them, and one round for cases that stand alone.
    """
    wanted = set(case_ids)
    takes_along: dict[int, set[int]] = defaultdict(set)
    seen, fresh = set(wanted), set(wanted)
    while fresh:
        found: set[int] = set()
        rows = CaseLink.objects.filter(
            Q(other__in=fresh) | Q(case__in=fresh, kind=LinkKind.RELATED), ended_at=None
        )
        for case_id, other_id, kind in rows.values_list("case_id", "other_id", "kind"):
            takes_along[other_id].add(case_id)
            found.add(case_id)
            if kind == LinkKind.RELATED:
                takes_along[case_id].add(other_id)
                found.add(other_id)
        fresh = found - seen
        seen |= fresh
    return {case_id: _reached(case_id, takes_along) for case_id in wanted}


_LINKS = """
SELECT EXISTS (SELECT FROM cases_caselink WHERE case_id = $1::bigint AND ended_at IS NULL)
    OR EXISTS (SELECT FROM cases_caselink WHERE other_id = $1::bigint AND ended_at IS NULL)
"""


def family_of(case_id: int) -> set[int]:
    """Of one case. Nothing is linked with most, or merged into them: that is asked first."""
    return families([case_id])[case_id] if ask(_LINKS, [str(case_id)])[0][0] else {case_id}


def _reached(case_id: int, takes_along: dict[int, set[int]]) -> set[int]:
    reached, fresh = {case_id}, {case_id}
    while fresh:
        fresh = {other for one in fresh for other in takes_along.get(one, ())} - reached
        reached |= fresh
    return reached


def carried_on(case_ids: Iterable[int]) -> dict[int, int]:
    """Duplicate → the case that carries it on, of these."""
    rows = CaseLink.objects.filter(case__in=set(case_ids), kind=LinkKind.DUPLICATE, ended_at=None)
    return dict(rows.values_list("case_id", "other_id"))
