"""Establishments in bulk."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.bulk import Progress, copy_rows, point_hex
from onegrid.places.areas.access import require_everywhere
from onegrid.registry.establishments.access import EDIT
from onegrid.registry.establishments.models import Establishment

COLUMNS = [
    "kind", "name", "point", "grid_id", "area_path", "opened_on", "credit_code", "address_id", "address_text",
]  # fmt: skip


class EstablishmentRow(NamedTuple):
    """One establishment to load; `kind` as in EstablishmentKind; `credit_code` checked by the caller."""

    kind: str
    name: str
    lon: float
    lat: float
    grid_id: int | None
    area_path: str
    opened_on: date
    credit_code: str = ""
    address_id: int | None = None
    address_text: str = ""


@transaction.atomic
def load_establishments(
    rows: Iterable[EstablishmentRow], *, by: Actor, at: datetime, progress: Progress | None = None
) -> int:
    """Appends establishments by COPY; how many came in."""
    require_everywhere(by, EDIT)
    ready = ((row[0], row[1], point_hex(row[2], row[3]), *row[4:]) for row in rows)
    count = copy_rows(Establishment, COLUMNS, ready, progress)
    newest = Establishment.objects.order_by("-pk").first()
    if newest is not None:
        record("establishments.load", by=by, about=newest, at=at, details={"count": count})
    return count
