"""Which application stands behind a key, and the list for those who let them in."""

from datetime import datetime

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.exchange.openplatform.access import EDIT, require_some
from onegrid.exchange.openplatform.models import ApiClient, ClientKey
from onegrid.exchange.openplatform.rules import is_key
from onegrid.kit.actors import Actor
from onegrid.kit.crypto import blind_index
from onegrid.kit.errors import NotFound
from onegrid.places.areas.models import Area

PAGE = 50


def digest_of(key: str) -> str:
    """Keyed: the table alone does not tell whether a guess is right."""
    return blind_index(key, "api_key")


def client_of_key(key: str, at: datetime) -> ApiClient | None:
    """The application that this key opens for now. One query, by unique index."""
    if not is_key(key):
        return None
    found = (
        ClientKey.objects.opening_at(at)
        .select_related("client__organisation", "client__area")
        .filter(digest=digest_of(key))
        .first()
    )
    return found.client if found else None


def clients(
    *, viewer: Actor, after: int | None = None, size: int = PAGE
) -> tuple[list[ApiClient], int | None]:
    """Applications in the viewer's reach, newest first, each with `keys` newest first; and the id to go on after."""
    require_some(viewer)
    found = ApiClient.objects.filter(viewer.scope(EDIT).q("organisation__area__path", "organisation"))
    if after is not None:
        found = found.filter(pk__lt=after)
    keys = Prefetch("keys", ClientKey.objects.order_by("-pk"))
    rows = list(
        found.select_related("organisation", "area").prefetch_related(keys).order_by("-pk")[: size + 1]
    )
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def purposes_owed(*, viewer: Actor) -> int:
    """Applications in the viewer's reach that read words hidden now, as nobody wrote what for; at most PAGE."""
    reach = viewer.scope(EDIT)
    if not reach.reaches:
        return 0
    found = ApiClient.objects.filter(reach.q("organisation__area__path", "organisation"), purpose_owed=True)
    return len(found.filter(revoked_at=None).values_list("pk")[:PAGE])


def owners(*, viewer: Actor) -> list[Organisation]:
    """Open organisations that the viewer may let an application in for."""
    require_some(viewer)
    scope = viewer.scope(EDIT).q("area__path", "pk")
    return list(
        Organisation.objects.filter(scope, closed_on=None).select_related("area").order_by("code")[:1000]
    )


def reachable_areas(*, viewer: Actor) -> list[Area]:
    """Divisions and streets that an application may be bounded to; communities and grids by the console."""
    require_some(viewer)
    scope = viewer.scope(EDIT).q("path")
    kinds = ("province", "city", "district", "street")
    return list(Area.objects.filter(scope, valid_to=None, kind__in=kinds).order_by("path")[:1000])


def client_by_id(client_id: int, *, viewer: Actor) -> ApiClient:
    """Or NotFound; the same for one outside the viewer's reach."""
    require_some(viewer)
    scope = viewer.scope(EDIT).q("organisation__area__path", "organisation")
    found = ApiClient.objects.select_related("organisation__area", "area").filter(scope, pk=client_id).first()
    if found is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    return found
