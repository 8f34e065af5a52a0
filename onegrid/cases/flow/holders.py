"""Who has a case next, and who is told. Reading only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from onegrid.accounts.duties.queries import OnDuty, responsible, roster_asked
from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.cases.catalog.queries import centre_asked, centre_for, open_organisations
from onegrid.cases.catalog.rules import ancestors, nearest
from onegrid.cases.flow.access import level_needed, level_of_area, needed
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.rules import Level, State, Verb, not_below
from onegrid.kit.statements import Columns, Question, ask

ON_SITE = (State.REPORTED, State.HANDLED)  # the next step is taken where the matter is
NEXT_VERB = {
    State.REPORTED: Verb.VERIFY,
    State.VERIFIED: Verb.FILE,
    State.FILED: Verb.DISPATCH,
    State.DISPATCHED: Verb.HANDLE,
    State.HANDLED: Verb.CHECK,
    State.CHECKED: Verb.CLOSE,
}
TOLD_AT_MOST = 20


@dataclass(frozen=True)
class Holder:
    """Which unit has it, and which person; `name` is what the timeline shows."""

    org: Organisation | None = None
    user_id: int | None = None
    name: str = ""


@dataclass(frozen=True)
class Known:
    """What was asked for many cases together. `people`: area → who answers at that time, None when nobody does;
    `centres`: area → its centre on that day, of every area that has one."""

    people: Mapping[int, OnDuty | None]
    centres: Mapping[int, Organisation]


def next_holder(case: Case, at: datetime, known: Known | None = None) -> Holder:
    """On site the worker who answers for the grid; a unit for handling; the centre for everything else."""
    state = State(case.state)
    if state in ON_SITE and not (state == State.HANDLED and _unchecked(case)):
        first = person_on_site(case, at, known)
        return Holder(None, first.user_id, first.name) if first else _centre(case, at, known)
    if state == State.DISPATCHED and case.unit is not None:
        return Holder(case.unit, None, case.unit.name)
    if state in NEXT_VERB:
        return _centre(case, at, known)
    return Holder()


def person_on_site(case: Case, at: datetime, known: Known | None = None) -> OnDuty | None:
    """Who has what is to be done in the case's grid; without a grid, in the smallest area known."""
    area_id = _smallest_area(case)
    if known is not None and area_id in known.people:
        return known.people[area_id]
    return responsible([area_id], at, on_site=True).get(area_id)


def _smallest_area(case: Case) -> int:
    return case.grid_id or (ancestors(case.area_path) or [0])[-1]


def _unchecked(case: Case) -> bool:
    return case.case_class is not None and not case.case_class.check_needed


def _centre(case: Case, at: datetime, known: Known | None = None) -> Holder:
    level = level_needed(next_verb(case), case) or Level(case.level)
    if known is not None and level not in LEADING_KIND:
        above = reversed(ancestors(case.area_path))
        found = next((known.centres[area] for area in above if area in known.centres), None)
        return Holder(found, None, found.name) if found else Holder()
    centre = leading(level, case.area_path, timezone.localdate(at))
    return Holder(centre, None, centre.name) if centre else Holder()


LEADING_KIND = {
    Level.COMMUNITY: OrgKind.COMMUNITY_STATION,
    Level.DISTRICT: OrgKind.DISTRICT_CENTRE,
    Level.CITY: OrgKind.CITY_CENTRE,
}


def leading(level: Level, path: str, day: date) -> Organisation | None:
    """Who leads matters of the level at the place: the station, the street's centre, the district's, the city's.

    Where a community has no station, and for the grid itself, the centre above it. None above the street: nobody is
    there to take it.
    """
    kind = LEADING_KIND.get(level)
    if kind is None:
        return centre_for(path, day)
    found = nearest(open_organisations(path, (kind,), day), path)  # type: ignore[type-var]  # annotated area_path
    return found or (centre_for(path, day) if level == Level.COMMUNITY else None)


def next_verb(case: Case) -> Verb:
    """What is done next on the main road."""
    state = State(case.state)
    return Verb.CLOSE if state == State.HANDLED and _unchecked(case) else NEXT_VERB[state]


def people_to_tell(case: Case, at: datetime) -> list[User]:
    """The holder, or those who may take the next step here: the nearest to the place, not everybody above."""
    state = State(case.state)
    if case.holder_user_id is not None:
        return [TOLD.made(row) for row in ask(_HOLDER, [str(case.holder_user_id)])]
    if state not in NEXT_VERB:
        return []
    rows = ask(*_people_asked(case))
    lowest = level_needed(next_verb(case), case)
    if lowest is not None:
        rows = [row for row in rows if row[0] is not None or not_below(_level(row[1]), lowest)]
    # an organisation's own people are nearest of all
    depth = max((_depth(row) for row in rows), default=0)
    return [TOLD.made(row[2:]) for row in rows if _depth(row) == depth][:TOLD_AT_MOST]


def _people_asked(case: Case) -> Question:
    areas = "{" + ",".join(map(str, ancestors(case.area_path))) + "}"
    unit = str(case.unit_id) if case.unit_id else None
    needs = needed(State(case.state), next_verb(case))
    return _MAY, [areas, unit, needs, timezone.localdate().isoformat()]


def next_asked(case: Case, at: datetime) -> list[Question]:
    """What `next_holder` and `people_to_tell` will ask about a case that has just come into its state."""
    state = State(case.state)
    if state not in NEXT_VERB:
        return []
    if state in ON_SITE and not (state == State.HANDLED and _unchecked(case)):
        return [roster_asked([_smallest_area(case)], at)]
    centre = centre_asked(case.area_path, timezone.localdate(at))
    return [_people_asked(case)] if state == State.DISPATCHED else [centre, _people_asked(case)]


def people_with(permission: str, case: Case) -> list[User]:
    """Everybody whose right reaches the place by area, at every level, up to TOLD_AT_MOST."""
    areas = "{" + ",".join(map(str, ancestors(case.area_path))) + "}"
    rows = ask(_MAY, [areas, None, permission, timezone.localdate().isoformat()])
    return list({row[2]: TOLD.made(row[2:]) for row in rows}.values())[:TOLD_AT_MOST]


def nearest_with(permission: str, case: Case) -> list[User]:
    """`nearest_at` the place of a case."""
    return nearest_at(permission, case.area_path)


def nearest_at(permission: str, area_path: str) -> list[User]:
    """Of those whose right reaches the place by area, the ones of the smallest area: the street's, not the city's."""
    areas = "{" + ",".join(map(str, ancestors(area_path))) + "}"
    rows = ask(_MAY, [areas, None, permission, timezone.localdate().isoformat()])
    depth = max((_depth(row) for row in rows), default=0)
    return [TOLD.made(row[2:]) for row in rows if _depth(row) == depth][:TOLD_AT_MOST]


def people_around(permission: str, path: str, org_id: int | None) -> list[User]:
    """Whose right reaches the area or the organisation; those nearest to it, not everybody above."""
    areas = "{" + ",".join(map(str, ancestors(path))) + "}"
    unit = str(org_id) if org_id is not None else None
    rows = ask(_MAY, [areas, unit, permission, timezone.localdate().isoformat()])
    depth = max((_depth(row) for row in rows), default=0)
    return [TOLD.made(row[2:]) for row in rows if _depth(row) == depth][:TOLD_AT_MOST]


def people_of_unit(unit_id: int, permission: str) -> list[User]:
    """Its own people who hold the right for it."""
    rows = ask(_MAY, ["{}", str(unit_id), permission, timezone.localdate().isoformat()])
    return [TOLD.made(row[2:]) for row in rows if row[0] == unit_id][:TOLD_AT_MOST]


# Whom `notify` needs to know; a channel that needs more of somebody reads it.
TOLD = Columns(User, only=["id", "username", "display_name", "is_active", "left_at"])
_HOLDER = f"SELECT {TOLD.of('person')} FROM accounts_user person WHERE person.id = $1::bigint"
# Grants that are valid (GrantQuerySet.reaching), reach the place, and whose role has the permission.
_MAY = f"""
SELECT permit.organisation_id, area.path, {TOLD.of("person")}
FROM accounts_grant permit
JOIN accounts_role role ON role.id = permit.role_id
JOIN accounts_user person ON person.id = permit.user_id
LEFT JOIN places_area area ON area.id = permit.area_id
WHERE (permit.area_id IS NULL OR permit.area_id = ANY($1::bigint[]))
    AND (permit.organisation_id IS NULL OR permit.organisation_id = $2::bigint)
    AND role.permissions @> ARRAY[$3]::varchar[] AND person.is_active
    AND permit.valid_from <= $4::date AND (permit.valid_to IS NULL OR permit.valid_to > $4::date)
ORDER BY permit.user_id, permit.id
"""


def _level(path: str | None) -> Level:
    return level_of_area(ancestors(path)[-1]) if path else Level.CITY


def _depth(row: tuple) -> int:
    organisation_id, path, *_person = row
    return 100 if organisation_id is not None else len(ancestors(path or ""))
