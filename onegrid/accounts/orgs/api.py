"""Organisations for signed-in staff, within their reach."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from onegrid.accounts.orgs import queries
from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.kit.actors import viewer_of
from onegrid.kit.tiles import Tile, tile_answer

router = Router(tags=["organisations"])


class OrganisationOut(Schema):
    id: int
    kind: str
    code: str
    name: str
    parent_id: int | None
    area_id: int
    phone: str
    point: list[float] | None  # [lon, lat], CGCS2000

    @staticmethod
    def resolve_point(obj: Organisation) -> list[float] | None:
        return [obj.point.x, obj.point.y] if obj.point else None


@router.get("/organisations", response=list[OrganisationOut])
def organisations(
    request: HttpRequest,
    kind: OrgKind | None = None,
    after: str = Query("", max_length=32),
    limit: int = Query(50, ge=1, le=200),
):
    """A page in the order of codes; ask again with the last one's `code` in `after`."""
    return queries.organisations(viewer=viewer_of(request), kind=kind, after=after)[:limit]


@router.get("/tiles/party-branches/{int:z}/{int:x}/{int:y}.mvt", url_name="party_branches_tile")
def party_branches_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Layer `party_branch` (id, name), from zoom 10."""
    return tile_answer(request, Tile(z, x, y), partial(queries.party_branch_tile, viewer=viewer_of(request)))
