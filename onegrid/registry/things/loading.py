"""Things in bulk, and their classes from the shipped file."""

from collections.abc import Iterable
from contextlib import nullcontext
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.bulk import Progress, copy_rows, indexes_aside, point_hex
from onegrid.places.areas.access import require_everywhere
from onegrid.registry.things.access import EDIT
from onegrid.registry.things.counting import count_cells
from onegrid.registry.things.models import Thing, ThingClass
from onegrid.registry.things.queries import shipped_classes


class ThingRow(NamedTuple):
    """One thing to load. `class_id`: of ThingClass; words as in ThingStatus and PositionSource."""

    identifier: str
    class_id: int
    lon: float
    lat: float
    grid_id: int | None
    street_id: int | None
    community_id: int | None
    area_path: str
    started_on: date
    status: str = "intact"
    name: str = ""
    unit_grid_code: str = ""
    position_source: str = "survey"
    accuracy: str = "A"
    authority_id: int | None = None
    authority_name: str = ""
    authority_code: str = ""
    owner_name: str = ""
    owner_code: str = ""
    maintainer_name: str = ""
    maintainer_code: str = ""
    remark: str = ""


# The table's columns in the order of ThingRow, with the point where longitude and latitude stand.
COLUMNS = [
    "identifier", "thing_class_id", "point", "grid_id", "street_id", "community_id", "area_path", "started_on",
    "status", "name", "unit_grid_code", "position_source", "accuracy", "authority_id", "authority_name",
    "authority_code", "owner_name", "owner_code", "maintainer_name", "maintainer_code", "remark",
]  # fmt: skip


@transaction.atomic
def load_classes(*, by: Actor, at: datetime) -> int:
    """The shipped catalogue into the table; what is there already is brought up to the file."""
    require_everywhere(by, EDIT)
    shipped = shipped_classes()
    rows = [
        ThingClass(
            scheme=shipped["scheme"], kind=shipped["kind"], code=code, major_code=code[:2],
            major_name=shipped["majors"][code[:2]], name=name, name_en=name_en, source=shipped["source"],
        )
        for code, (name, name_en) in shipped["classes"].items()
    ]  # fmt: skip
    ThingClass.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["scheme", "kind", "code"],
        update_fields=["major_code", "major_name", "name", "name_en", "source"],
    )
    return len(rows)


@transaction.atomic
def load_things(
    rows: Iterable[ThingRow],
    *,
    by: Actor,
    at: datetime,
    fresh: bool = False,
    progress: Progress | None = None,
) -> int:
    """Appends things by COPY and counts the cells anew; how many came in.

    `fresh` sets indexes and foreign-key checks aside while filling (the table is locked meanwhile): for a first
    load of a city, several times faster. All or nothing: one bad row and nothing was loaded.
    """
    require_everywhere(by, EDIT)
    with indexes_aside(Thing) if fresh else nullcontext():
        count = copy_rows(Thing, COLUMNS, map(_as_row, rows), progress)
    count_cells(by=by, at=at)
    newest = Thing.objects.order_by("-pk").first()
    if newest is not None:
        record("things.load", by=by, about=newest, at=at, details={"count": count})
    return count


def _as_row(row: ThingRow) -> tuple:
    return (row[0], row[1], point_hex(row[2], row[3]), *row[4:])
