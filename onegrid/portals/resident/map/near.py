"""What is near me: public matters of a community, on a map and as a list of the same numbers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegrid.accounts.portraits.queries import who_is_shown
from onegrid.cases.flow.places import Place, place_of
from onegrid.cases.flow.queries.near import PublicMatter, public_matters
from onegrid.kit.errors import Refused
from onegrid.places.areas.models import Area
from onegrid.places.basemap.queries import point_map_config
from onegrid.portals.resident.forms import PlaceForm
from onegrid.portals.resident.hall.places import reading
from onegrid.portals.resident.limits import count_who

EDGE = 0.002  # degrees around the outermost matters, about two hundred metres


@require_GET
def near(request: HttpRequest) -> HttpResponse:
    """Of the community that was chosen, or in which the given point or address lies."""
    place = reading(request)
    form = PlaceForm(request.GET if {"lon", "address"} & set(request.GET) else None)
    found = None if place.chosen else _around(request, form)
    area, grid = place.chosen, None
    if found is not None:
        wanted = {pk for pk in (found.community_id or found.street_id, found.grid_id) if pk}
        known = Area.objects.defer("boundary").in_bulk(wanted)
        area = known.get(found.community_id or found.street_id or 0)
        grid = known.get(found.grid_id or 0)
    person, portrayed = who_is_shown(grid.pk, timezone.now()) if grid else (None, False)
    rows = public_matters(area, at=timezone.now()) if area else []
    context = {
        "place": place,
        "form": form,
        "area": area,
        "grid": grid,
        "person": person,
        "portrayed": portrayed,
        "asked": form.is_bound,
        "rows": list(enumerate(rows, 1)),
        "near_map": _map(rows),
        "point_map": None,
    }
    return render(request, "resident/near.html", context, status=400 if form.errors else 200)


def _around(request: HttpRequest, form: PlaceForm) -> Place | None:
    if not form.is_bound or not form.is_valid():
        return None
    count_who(request)
    given = form.cleaned_data
    try:
        return place_of(given["lon"], given["lat"], given["address"])
    except Refused as refusal:
        form.add_error(None, str(refusal.message))
        return None


def _map(rows: list[PublicMatter]) -> dict[str, Any] | None:
    """As <street-map> takes it; None where there is no map or nothing to show on it."""
    config = point_map_config()
    placed = [(number, row) for number, row in enumerate(rows, 1) if row.at]
    if config is None or not placed:
        return None
    lons, lats = [row.at[0] for _n, row in placed if row.at], [row.at[1] for _n, row in placed if row.at]
    config["bounds"] = [min(lons) - EDGE, min(lats) - EDGE, max(lons) + EDGE, max(lats) + EDGE]
    config["stops"] = [
        {
            "at": row.at,
            "sign": str(number),
            "label": f"{number} {row.matter or _('Not classed yet')}: {row.state_words}",
        }
        for number, row in placed
    ]
    return config
