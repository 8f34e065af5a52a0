"""派遣台: filed cases that wait for a unit, each with the suggested one and why, beside the units and their load."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.duties.queries import at_work
from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.queries import units_for
from onegrid.cases.flow.access import DISPATCH
from onegrid.cases.flow.queries import COUNTED_TO
from onegrid.cases.flow.queries.filters import Filters, Sort
from onegrid.cases.flow.queries.lists import case_page
from onegrid.cases.flow.queries.together import Prospect, prospects
from onegrid.cases.flow.rules import State, Verb
from onegrid.kit.errors import NotAllowed
from onegrid.kit.statements import ask

WAITING_SHOWN = 20
UNITS_SHOWN = 60
PEOPLE_SHOWN = 3


@dataclass(frozen=True)
class UnitLoad:
    """A unit with what it has in hand, counted to COUNTED_TO + 1; `waiting`: how many on the board are meant for it;
    `people`: who is there today, PEOPLE_SHOWN of them by name, `more` besides."""

    unit: Organisation
    open: int
    overdue: int
    waiting: int
    people: list[str]
    more: int

    @property
    def shown(self) -> str:
        return f"{COUNTED_TO}+" if self.open > COUNTED_TO else str(self.open)


@dataclass(frozen=True)
class Board:
    waiting: list[Prospect]
    units: list[UnitLoad]
    later: bool  # more wait than are shown


def dispatch_board(*, viewer: User, at: datetime) -> Board:
    """What the viewer may dispatch, the first due first. A case whose clock is held does not wait for a unit. A
    handful of queries, however much waits. NotAllowed for whoever dispatches nowhere."""
    scope = viewer.scope(DISPATCH)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=DISPATCH)
    filters = Filters(state=State.FILED, sort=Sort.DUE)
    page = case_page(viewer=viewer, filters=filters, at=at, size=WAITING_SHOWN, may=DISPATCH)
    looked = prospects(verb=Verb.DISPATCH, numbers=[case.number for case in page.cases], viewer=viewer, at=at)
    path = next((reach.path for reach in scope.reaches if reach.path and not reach.org_id), None)
    if path is None and page.cases:
        path = page.cases[0].area_path  # somebody for the whole city: the units of the first case
    units = {unit.pk: unit for unit in units_for(path, timezone.localdate(at))} if path else {}
    meant = Counter(one.unit.pk for one in looked if one.unit is not None)
    units |= {one.unit.pk: one.unit for one in looked if one.unit is not None}
    order = sorted(units.values(), key=lambda unit: (-meant[unit.pk], unit.code))[:UNITS_SHOWN]
    return Board(looked, _loads(order, meant, at), page.later is not None)


def _loads(units: list[Organisation], meant: Counter, at: datetime) -> list[UnitLoad]:
    in_hand = _in_hand([unit.pk for unit in units], at)
    there = at_work([unit.pk for unit in units], at)
    found = []
    for unit in units:
        many, overdue = in_hand[unit.pk]
        people = there.get(unit.pk, [])
        shown = people[:PEOPLE_SHOWN]
        found.append(UnitLoad(unit, many, overdue, meant[unit.pk], shown, len(people) - len(shown)))
    return found


_IN_HAND = """
SELECT unit.id, count(listed.there), count(*) FILTER (WHERE listed.due_at < $2::timestamptz)
FROM unnest($1::bigint[]) unit(id)
LEFT JOIN LATERAL (
    SELECT true AS there, due_at FROM cases_case
    WHERE unit_id = unit.id AND state = $3::varchar ORDER BY id DESC LIMIT $4::bigint
) listed ON true
GROUP BY unit.id
"""


def _in_hand(unit_ids: Iterable[int], at: datetime) -> dict[int, tuple[int, int]]:
    """unit → how much it handles, and how much of that is overdue; one range of an index for each, up to
    COUNTED_TO + 1 rows. One prepared statement."""
    units = "{" + ",".join(map(str, unit_ids)) + "}"
    rows = ask(_IN_HAND, [units, at.isoformat(), State.DISPATCHED.value, str(COUNTED_TO + 1)])
    return {int(unit): (int(many), int(overdue)) for unit, many, overdue in rows}
