"""What a street needs before a matter can be closed in it, and how much of that is there. Reading only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from onegrid.accounts.duties.models import Duty
from onegrid.accounts.identity.models import Posting
from onegrid.accounts.orgs.models import OrgKind
from onegrid.accounts.orgs.queries import EDIT
from onegrid.cases.catalog.models import CaseClass, CatalogVersion
from onegrid.cases.catalog.queries import centre_for, units_for
from onegrid.cases.catalog.rules import ancestors
from onegrid.cases.flow.access import CLOSE, DISPATCH, FILE, HANDLE, VERIFY
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.rules import State
from onegrid.kit.actors import Actor, require
from onegrid.kit.actors.scope import path_range
from onegrid.kit.statements import ask
from onegrid.places.areas.kinds import GRIDS, AreaKind
from onegrid.places.areas.models import Area

STREETS_SHOWN = 300
AT_THE_DESK = (FILE, DISPATCH, CLOSE)


@dataclass(frozen=True)
class Need:
    """`count`: how many there are; `lacking`: how many are not as they must be, such as grids without a border."""

    code: str
    count: int
    lacking: int = 0

    @property
    def met(self) -> bool:
        return self.count > 0 and not self.lacking


def streets_to_open(*, viewer: Actor) -> list[Area]:
    """Open streets whose organisations the viewer may edit, by code."""
    found = Area.objects.valid_on(timezone.localdate()).filter(kind=AreaKind.STREET)
    return list(found.filter(viewer.scope(EDIT).q("path")).defer("boundary").order_by("code")[:STREETS_SHOWN])


def street_needs(*, street: Area | None, viewer: Actor, at: datetime) -> list[Need]:
    """In the order in which they are met. Without a street nothing is there but what came with the installation."""
    if street is None:
        codes = ("grids", "centre", "units", "workers", "desk", "officers")
        return [*(Need(code, 0) for code in codes), _classes(), Need("closed", 0)]
    require(viewer, EDIT, path=street.path)
    day = timezone.localdate(at)
    people = _people(street.path, [VERIFY, *AT_THE_DESK, HANDLE])
    centre = centre_for(street.path, day)
    units = [unit for unit in units_for(street.path, day) if unit.kind != OrgKind.STREET_CENTRE]
    grids, borderless = _grids(street, at)
    return [
        Need("grids", len(grids), borderless),
        Need("centre", int(centre is not None)),
        Need("units", len(units)),
        Need("workers", people[VERIFY], len(grids) - _with_somebody(grids, at)),
        Need("desk", max(people[one] for one in AT_THE_DESK), sum(not people[one] for one in AT_THE_DESK)),
        Need("officers", people[HANDLE]),
        _classes(),
        Need("closed", int(_one_closed(street))),
    ]


def any_case() -> bool:
    """Whether anything was ever reported here."""
    return Case.objects.exists()


def _grids(street: Area, at: datetime) -> tuple[list[int], int]:
    """The street's grids, and how many of its areas have no border: a point finds no grid there."""
    rows = Area.objects.below(street.path).valid_on(timezone.localdate(at))
    found = list(rows.exclude(kind=AreaKind.UNIT_GRID).values_list("pk", "kind", "area_m2"))
    return [pk for pk, kind, _size in found if kind in GRIDS], sum(size is None for _pk, _kind, size in found)


def _with_somebody(grids: Sequence[int], at: datetime) -> int:
    """Of these grids, how many have a post or a duty of their own. In the others whoever serves above answers."""
    posts = Posting.objects.serving_on(timezone.localdate(at)).filter(area__in=grids)
    duties = Duty.objects.valid_at(at).filter(area__in=grids)
    return len({*posts.values_list("area_id", flat=True), *duties.values_list("area_id", flat=True)})


def _classes() -> Need:
    published = CaseClass.objects.filter(version__status=CatalogVersion.Status.PUBLISHED)
    return Need("classes", published.count())


def _one_closed(street: Area) -> bool:
    return Case.objects.filter(street=street, state=State.CLOSED).exists()


def _people(path: str, permissions: Sequence[str]) -> dict[str, int]:
    """Permission → how many people hold it for the street, for what lies in it or above it."""
    above = "{" + ",".join(map(str, ancestors(path))) + "}"
    asked = "{" + ",".join(permissions) + "}"
    found = ask(_HOLDING, [asked, timezone.localdate().isoformat(), above, *path_range(path)])
    return {what: 0 for what in permissions} | {what: count for what, count in found}


# Grants that are valid (GrantQuerySet.reaching); one that is bounded to an organisation counts where that serves.
_HOLDING = """
SELECT asked.what, count(DISTINCT permit.user_id)
FROM unnest($1::varchar[]) AS asked(what)
JOIN accounts_role role ON role.permissions @> ARRAY[asked.what]::varchar[]
JOIN accounts_grant permit ON permit.role_id = role.id
    AND permit.valid_from <= $2::date AND (permit.valid_to IS NULL OR permit.valid_to > $2::date)
JOIN accounts_user person ON person.id = permit.user_id AND person.is_active
LEFT JOIN accounts_organisation org ON org.id = permit.organisation_id
LEFT JOIN places_area area ON area.id = coalesce(permit.area_id, org.area_id)
WHERE area.id IS NULL OR area.id = ANY($3::bigint[]) OR (area.path >= $4 AND area.path < $5)
GROUP BY asked.what
"""
