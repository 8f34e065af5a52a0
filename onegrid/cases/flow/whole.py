"""Cases with what they name: one with everything that its page shows, many as rows of a list; prepared statements."""

from collections.abc import Iterable, Sequence
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
from onegrid.kit.statements import Columns, Question, ask, join
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
    calls: bool = True
    followers: bool = True
    contact: bool = True


def case_by_number(number: str) -> tuple[Case, Has] | None:
    """The case with class, standard, unit, holder and areas (without their borders), and what belongs to it.

    The reporter's name and phone are read when somebody asks for them.
    """
    found = ask(*case_asked(number))
    if not found:
        return None
    joined, _query = _whole()
    case, has = joined.case(found[0])
    return case, Has(*has)


def case_asked(number: str) -> Question:
    """What `case_by_number` asks, for whoever asks more at once."""
    return _whole()[1], [number]


def timeline_asked(case_id: int) -> list[Question]:
    """What `steps_of` and `clocks_of` ask."""
    return [(_steps()[1], [str(case_id)]), (_clocks()[1], [str(case_id)])]


def cases_by_id(ids: Sequence[int]) -> dict[int, Case]:
    """What rows of lists show: class, unit, holder and grid."""
    joined, query = _rows()
    found = (joined.case(row)[0] for row in ask(query, ["{" + ",".join(map(str, ids)) + "}"]))
    return {case.pk: case for case in found}


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
    join(row, "case", case)
    return row


class _Joined:
    """Cases with what they name, in one statement: its SELECT list, its joins, and what its columns mean."""

    def __init__(self, *named: str) -> None:
        organisation = Columns(Organisation, without=["point"])
        known: dict[str, tuple[Columns, str]] = {
            "standard": (Columns(Standard), "cases_standard"),
            "unit": (organisation, "accounts_organisation"),
            "holder_org": (organisation, "accounts_organisation"),
            "holder_user": (Columns(User, only=PERSON), "accounts_user"),
            "grid": (GRID, "places_area"),
            "community": (GRID, "places_area"),
            "street": (GRID, "places_area"),
        }
        self.parts: dict[str, Columns] = {"c": Columns(Case, without=SEALED_OR_DRAWN)}
        self.parts |= {name: known[name][0] for name in named}
        listed = ", ".join(part.of(name) for name, part in self.parts.items())
        self.select = f"SELECT {listed}, ST_X(c.point), ST_Y(c.point)"
        joins = [f"LEFT JOIN {known[name][1]} {name} ON {name}.id = c.{name}_id" for name in named]
        self.source = "\n".join(["FROM cases_case c", *joins])

    def case(self, row: tuple) -> tuple[Case, tuple]:
        """The case, and what stands in the row behind it."""
        made: dict[str, Any] = {}
        for name, part in self.parts.items():
            made[name] = part.made_or_none(row)
            row = row[len(part) :]
        case: Case = made.pop("c")
        for name, thing in made.items():
            join(case, name, thing)
        join(case, "case_class", class_by_id(case.case_class_id) if case.case_class_id is not None else None)
        lon, lat, *more = row
        case.point = Point(lon, lat, srid=CGCS2000) if lon is not None else None
        return case, tuple(more)


@cache
def _whole() -> tuple[_Joined, str]:
    joined = _Joined("standard", "unit", "holder_org", "holder_user", "grid", "community", "street")
    return (
        joined,
        f"""
{joined.select},
    EXISTS (SELECT FROM cases_evidence photo WHERE photo.case_id = c.id),
    EXISTS (SELECT FROM cases_assist help WHERE help.case_id = c.id),
    EXISTS (SELECT FROM cases_application wish WHERE wish.case_id = c.id),
    EXISTS (SELECT FROM cases_caselink link WHERE link.case_id = c.id)
        OR EXISTS (SELECT FROM cases_caselink link WHERE link.other_id = c.id),
    EXISTS (SELECT FROM cases_call call WHERE call.case_id = c.id),
    EXISTS (SELECT FROM cases_follower follower WHERE follower.case_id = c.id),
    c.reporter_name IS NOT NULL OR c.reporter_phone IS NOT NULL
{joined.source}
WHERE c.number = $1::varchar
""",
    )


@cache
def _rows() -> tuple[_Joined, str]:
    joined = _Joined("unit", "holder_org", "holder_user", "grid")
    return joined, f"{joined.select} {joined.source} WHERE c.id = ANY($1::bigint[])"


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
