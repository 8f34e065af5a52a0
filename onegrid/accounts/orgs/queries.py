"""Reading organisations."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.accounts.orgs.plugins import CLOSING
from onegrid.kit.actors import Actor, require
from onegrid.kit.errors import NotAllowed, NotFound
from onegrid.kit.tiles import EXTENT, MARGIN, Tile, scope_condition

SEE, EDIT = "orgs.see", "orgs.edit"
SHOWN_FROM = 10  # zoom

_TILE = """
WITH drawn AS (
    SELECT o.id, o.name, ST_AsMVTGeom(
        ST_Transform(o.point, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), {extent}, {margin}, true
    ) AS geom
    FROM accounts_organisation o JOIN places_area a ON a.id = o.area_id
    WHERE o.kind = %(kind)s AND o.closed_on IS NULL
      AND o.point && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490) AND {scope}
)
SELECT ST_AsMVT(d.*, 'party_branch', {extent}, 'geom', 'id')
FROM (SELECT * FROM drawn WHERE geom IS NOT NULL ORDER BY id) AS d
"""


@dataclass
class OrgNode:
    organisation: Organisation
    below: list["OrgNode"] = field(default_factory=list)


def organisations(*, viewer: Actor, kind: str | None = None, after: str = "") -> QuerySet[Organisation]:
    """Open organisations in the viewer's reach ("orgs.see"), by code. NotAllowed for those who see none anywhere."""
    _require_some(viewer)
    found = Organisation.objects.filter(closed_on=None, code__gt=after).filter(_in_scope(viewer))
    found = found.select_related("area")
    return (found.filter(kind=kind) if kind else found).order_by("code")


def organisation_tree(*, viewer: Actor) -> list[OrgNode]:
    """The open organisations in reach as a forest, in one query; a node whose parent is out of reach is a root."""
    nodes = {row.pk: OrgNode(row) for row in organisations(viewer=viewer)}
    below: dict[int | None, list[OrgNode]] = defaultdict(list)
    for node in nodes.values():
        parent = node.organisation.parent_id
        below[parent if parent in nodes else None].append(node)
    for pk, node in nodes.items():
        node.below = below[pk]
    return below[None]


def organisation(organisation_id: int, *, viewer: Actor) -> Organisation:
    """One organisation in reach, open or closed, with its area and what it hangs below. NotFound elsewhere."""
    found = Organisation.objects.select_related("area", "parent").filter(pk=organisation_id).first()
    if found is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require(viewer, SEE, path=found.area.path, org_id=found.pk)
    return found


def level(*, viewer: Actor, under: Organisation | None = None) -> QuerySet[Organisation]:
    """The open organisations right below one, or, without one, the topmost in reach; each with `below`, how many
    open ones hang below it. By kind: the party branches of all grids come last."""
    _require_some(viewer)
    found = Organisation.objects.filter(closed_on=None).filter(_in_scope(viewer))
    if under is not None:
        found = found.filter(parent=under)
    else:
        above = viewer.scope(SEE).q("parent__area__path", "parent")
        found = found.filter(Q(parent=None) | ~above) if above else found.filter(parent=None)
    rank = Case(*(When(kind=kind, then=Value(place)) for place, kind in enumerate(OrgKind.values)))
    return _counted(found).order_by(rank, "code")


def found_organisations(
    *, viewer: Actor, text: str = "", kind: str = "", closed: bool = False
) -> QuerySet[Organisation]:
    """Organisations in reach by a piece of the name or the beginning of the code, by code."""
    _require_some(viewer)
    found = Organisation.objects.filter(_in_scope(viewer), closed_on__isnull=not closed)
    if text.strip():
        found = found.filter(Q(name__icontains=text.strip()) | Q(code__istartswith=text.strip()))
    return _counted(found.filter(kind=kind) if kind else found).order_by("code")


def organisations_in_reach(*, viewer: Actor, what: str, limit: int = 500) -> list[Organisation]:
    """Open organisations for which the viewer may do `what`, by code: what a form offers to choose."""
    found = Organisation.objects.filter(viewer.scope(what).q("area__path", "id"), closed_on=None)
    light = found.select_related("area").defer("point", "area__boundary", "area__centre")
    return list(light.order_by("code")[:limit])


def _counted(found: QuerySet[Organisation]) -> QuerySet[Organisation]:
    below = Count("children", filter=Q(children__closed_on=None))
    light = found.select_related("area", "parent").defer(
        "point", "parent__point", "area__boundary", "area__centre"
    )
    return light.annotate(below=below)


@dataclass(frozen=True)
class Closing:
    """What stands in the way of closing an organisation, and what else would change; sentences for people."""

    below: list[Organisation]
    obstacles: list[str]
    effects: list[str]

    @property
    def possible(self) -> bool:
        return not self.below and not self.obstacles


BELOW_SHOWN = 50


def closing(organisation: Organisation, at: datetime) -> Closing:
    """Everything that hangs on it: shown before it is closed, and asked again by the action."""
    obstacles, effects = [], []
    for _key, check in CLOSING:
        if found := check.obstacle(organisation, at):
            obstacles.append(found)
        if found := check.effect(organisation, at):
            effects.append(found)
    below = organisation.children.filter(closed_on=None).order_by("code")[:BELOW_SHOWN]
    return Closing(list(below), obstacles, effects)


def units_serving(area_path: str, kinds: Collection[OrgKind]) -> list[Organisation]:
    """Open organisations of these kinds whose area holds the place, the nearest one first.

    `area_path`: of the grid or any other area; an organisation serves it when its own area lies on that path.
    """
    above = [int(part) for part in area_path.split(".")[:-1]]
    found = Organisation.objects.filter(closed_on=None, kind__in=list(kinds), area_id__in=above)
    return sorted(found.select_related("area"), key=lambda org: (-len(org.area.path), org.code))


def party_branch_tile(tile: Tile, *, viewer: Actor) -> bytes:
    """Layer `party_branch` (id, name) of open party branches in the viewer's reach."""
    _require_some(viewer)
    if tile.z < SHOWN_FROM:
        return b""
    condition, values = scope_condition(viewer.scope(SEE), "a.path", "o.id")
    west, south, east, north = tile.bounds()
    values |= {
        "kind": OrgKind.PARTY_BRANCH.value, "z": tile.z, "x": tile.x, "y": tile.y,
        "west": west, "south": south, "east": east, "north": north,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_TILE.format(scope=condition, extent=EXTENT, margin=MARGIN), values)
        (body,) = cursor.fetchone()
    return bytes(body or b"")


def _require_some(viewer: Actor) -> None:
    if not viewer.scope(SEE).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=SEE)


def _in_scope(viewer: Actor) -> Q:
    return viewer.scope(SEE).q("area__path", "id")
