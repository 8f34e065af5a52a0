"""One case with everything that its page names, and what belongs to it: prepared statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.gis.geos import Point

from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import Standard
from onegrid.cases.catalog.queries import class_by_id
from onegrid.cases.flow.models import Case, StageClock, Step
from onegrid.cases.flow.standing import GRID
from onegrid.kit.statements import Columns, ask
from onegrid.places.areas.models import CGCS2000

SEALED_OR_DRAWN = ("reporter_name", "reporter_phone", "point")
PERSON = ("id", "username", "display_name", "is_active", "left_at")


@dataclass(frozen=True)
class Has:
    """Whether the case has any of these at all: most have none, and nothing is asked for them then."""

    photos: bool = True
    assists: bool = True
    applications: bool = True
    links: bool = True


def case_by_number(number: str) -> tuple[Case, Has] | None:
    """The case with class, standard, unit, holder and areas (without their borders), and what belongs to it.

    The reporter's name and phone are read when somebody asks for them.
    """
    found = ask(_one().query, [number])
    return _one().case(found[0]) if found else None


def steps_of(case: Case) -> list[Step]:
    """In order."""
    return [_of(case, _steps()[0].made(row)) for row in ask(_steps()[1], [str(case.pk)])]


def with_versions(steps: Iterable[Step]) -> list[tuple[int, Step]]:
    """Each of all the steps of a case with the version that it made; a follower's leaves the version as it was."""
    version, found = 0, []
    for step in steps:
        version += "follower" not in step.details
        found.append((version, step))
    return found


def clocks_of(case: Case) -> list[StageClock]:
    """In the order in which they began."""
    return [_of(case, _clocks()[0].made(row)) for row in ask(_clocks()[1], [str(case.pk)])]


def _of(case: Case, row: Any) -> Any:
    row.case = case
    return row


class _One:
    """The statement, and what its columns mean."""

    def __init__(self) -> None:
        organisation = Columns(Organisation, without=["point"])
        self.parts: dict[str, Columns] = {
            "c": Columns(Case, without=SEALED_OR_DRAWN),
            "standard": Columns(Standard),
            "unit": organisation,
            "holder_org": organisation,
            "holder_user": Columns(User, only=PERSON),
            "grid": GRID,
            "community": GRID,
            "street": GRID,
        }
        self.query = f"""
SELECT {", ".join(part.of(name) for name, part in self.parts.items())},
    ST_X(c.point), ST_Y(c.point),
    EXISTS (SELECT FROM cases_evidence photo WHERE photo.case_id = c.id),
    EXISTS (SELECT FROM cases_assist help WHERE help.case_id = c.id),
    EXISTS (SELECT FROM cases_application wish WHERE wish.case_id = c.id),
    EXISTS (SELECT FROM cases_caselink link WHERE link.case_id = c.id)
        OR EXISTS (SELECT FROM cases_caselink link WHERE link.other_id = c.id)
FROM cases_case c
LEFT JOIN cases_standard standard ON standard.id = c.standard_id
LEFT JOIN accounts_organisation unit ON unit.id = c.unit_id
LEFT JOIN accounts_organisation holder_org ON holder_org.id = c.holder_org_id
LEFT JOIN accounts_user holder_user ON holder_user.id = c.holder_user_id
LEFT JOIN places_area grid ON grid.id = c.grid_id
LEFT JOIN places_area community ON community.id = c.community_id
LEFT JOIN places_area street ON street.id = c.street_id
WHERE c.number = $1::varchar
"""

    def case(self, row: tuple) -> tuple[Case, Has]:
        made: dict[str, Any] = {}
        at = 0
        for name, part in self.parts.items():
            made[name] = part.made_or_none(row[at : at + len(part)])
            at += len(part)
        case: Case = made.pop("c")
        for name, thing in made.items():
            setattr(case, name, thing)
        case.case_class = class_by_id(case.case_class_id) if case.case_class_id is not None else None
        lon, lat, *has = row[at:]
        case.point = Point(lon, lat, srid=CGCS2000) if lon is not None else None
        return case, Has(*has)


@cache
def _one() -> _One:
    return _One()


@cache
def _steps() -> tuple[Columns, str]:
    columns = Columns(Step)
    return (
        columns,
        f"SELECT {columns.of('s')} FROM cases_step s WHERE s.case_id = $1::bigint ORDER BY s.position",
    )


@cache
def _clocks() -> tuple[Columns, str]:
    columns = Columns(StageClock)
    return (
        columns,
        f"SELECT {columns.of('k')} FROM cases_stageclock k WHERE k.case_id = $1::bigint ORDER BY k.id",
    )
