"""Whom a kind of score is about on a day, and what each counted in a period: case by case, so that a count is its
list. Reads the records of measures, never a timeline."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Sum

from onegrid.accounts.identity.models import Posting
from onegrid.accounts.identity.posts import PostKind
from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.oversight.measures.counters import CASE, SUMMED
from onegrid.oversight.scores.rules import Subject
from onegrid.places.areas.kinds import GRIDS
from onegrid.places.areas.models import Area
from onegrid.registry.dwellings.models import Compound

SCORED_POSTS = (PostKind.GRID_WORKER, PostKind.DEPUTY, PostKind.GRID_HEAD)
SCORED_UNITS = (OrgKind.STREET_OFFICE, OrgKind.DEPARTMENT, OrgKind.PROPERTY_FIRM, OrgKind.COMMUNITY_STATION)
# the column that names the subject, on the case's record and on the stage's
COLUMNS = {
    Subject.WORKER: ("record.reporter_id", "stage.user_id"),
    Subject.GRID: ("record.grid_id", "record.grid_id"),
    Subject.COMMUNITY: ("record.community_id", "record.community_id"),
    Subject.STREET: ("record.street_id", "record.street_id"),
    Subject.DEPARTMENT: ("record.unit_id", "stage.unit_id"),
}


@dataclass
class Scored:
    """One subject with everything a score needs: `cases` of each counter, once for each time it counted."""

    key: int
    label: str
    area_path: str = ""
    user_id: int | None = None
    area_id: int | None = None
    org_id: int | None = None
    households: int | None = None
    cases: dict[str, list[int]] = field(default_factory=dict)

    @property
    def counters(self) -> dict[str, int]:
        return {name: len(cases) for name, cases in self.cases.items()}


def scored(
    subject: Subject, counters: Sequence[str], since: date, until: date, *, only: int | None = None
) -> list[Scored]:
    """Every subject of this kind (or `only` one, by its key), whatever it counted, in the order of its key."""
    people = {one.key: one for one in _subjects(subject, until, only)}
    for name, cases in _cases(subject, counters, since, until, only).items():
        for key, ids in cases.items():
            if key in people:
                people[key].cases[name] = sorted(ids)
    for one in people.values():
        one.cases = {name: one.cases.get(name, []) for name in counters}
    return [people[key] for key in sorted(people)]


def _cases(
    subject: Subject, counters: Sequence[str], since: date, until: date, only: int | None
) -> Mapping[str, Mapping[int, list[int]]]:
    """counter → subject → cases. One statement for each record and day column that is asked for."""
    found: dict[str, dict[int, list[int]]] = defaultdict(dict)
    ways = dict.fromkeys((SUMMED[name].grain, SUMMED[name].day) for name in counters)
    for grain, day in ways:
        names = [name for name in counters if (SUMMED[name].grain, SUMMED[name].day) == (grain, day)]
        for key, *lists in _rows(subject, grain, day, names, since, until, only):
            for name, ids in zip(names, lists, strict=True):
                if ids:
                    found[name][key] = ids
    return found


def _rows(
    subject: Subject, grain: str, day: str, names: list[str], since: date, until: date, only: int | None
) -> list[tuple]:
    column = COLUMNS[subject][0 if grain == CASE else 1]
    picked = ", ".join(
        f"array_agg(own.case_id) FILTER (WHERE {SUMMED[name].where.replace('%', '%%')})" for name in names
    )
    if grain == CASE:
        source = f"(SELECT record.*, {column} AS subject FROM oversight_caserecord record) own"
    else:
        source = (
            f"(SELECT stage.*, {column} AS subject FROM oversight_stagerecord stage "
            "JOIN oversight_caserecord record ON record.case_id = stage.case_id) own"
        )
    one = "AND own.subject = %(only)s" if only is not None else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT own.subject, {picked} FROM {source} WHERE own.{day} BETWEEN %(since)s AND %(until)s "
            f"AND own.subject IS NOT NULL {one} GROUP BY own.subject",
            {"since": since, "until": until, "only": only},
        )
        return cursor.fetchall()


def _subjects(subject: Subject, day: date, only: int | None) -> list[Scored]:
    if subject == Subject.WORKER:
        return _workers(day, only)
    if subject == Subject.DEPARTMENT:
        units = Organisation.objects.filter(kind__in=SCORED_UNITS, closed_on=None).select_related("area")
        return [
            Scored(unit.pk, unit.name, unit.area.path, org_id=unit.pk)
            for unit in (units.filter(pk=only) if only is not None else units)
        ]
    kinds = [str(kind) for kind in GRIDS] if subject == Subject.GRID else [str(subject)]
    areas = Area.objects.valid_on(day).filter(kind__in=kinds).values_list("pk", "name", "path")
    homes = _households()
    return [
        Scored(pk, name, path, area_id=pk, households=sum(n for at, n in homes if at.startswith(path)))
        for pk, name, path in (areas.filter(pk=only) if only is not None else areas)
    ]


def _workers(day: date, only: int | None) -> list[Scored]:
    posts = Posting.objects.serving_on(day).filter(kind__in=SCORED_POSTS)
    if only is not None:
        posts = posts.filter(user=only)
    found: dict[int, Scored] = {}
    for post in posts.select_related("user", "area", "organisation").order_by("user_id", "pk"):
        area = post.area.path if post.area else ""
        one = Scored(post.user_id, post.user.display_name, area, user_id=post.user_id, org_id=None)
        found.setdefault(post.user_id, one)
    return list(found.values())


def _households() -> list[tuple[str, int]]:
    rows: Any = Compound.objects.exclude(households=0).values("area_path").annotate(n=Sum("households"))
    return [(row["area_path"], row["n"]) for row in rows.order_by()]
