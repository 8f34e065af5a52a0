"""Where a report is: by point, by address words, or, failing both, the area everybody here shares. Reading only."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.kit.errors import Refusal, Refused
from onegrid.places.addresses.queries import find_addresses
from onegrid.places.areas.kinds import GRIDS, AreaKind
from onegrid.places.areas.models import Area
from onegrid.places.areas.queries import GridHit, grid_at, grid_hits


@dataclass(frozen=True)
class Place:
    """Copied into the case. Without a grid the case lies in the smallest area that is certain."""

    path: str
    grid_id: int | None = None
    community_id: int | None = None
    street_id: int | None = None
    lon: float | None = None
    lat: float | None = None
    address: str = ""


def place_of(lon: float | None, lat: float | None, address: str, area_id: int | None = None) -> Place:
    """`area_id`: where it lies when there is no point, for a channel that knows (another system's own district).

    Refused: place_needed, outside_all_grids, place_unknown (no such address, and many streets),
    no_area_yet (nothing is set up), area_closed.
    """
    if lon is not None and lat is not None:
        return _by_point(lon, lat)
    if area_id is not None:
        return _by_area(area_id)
    if not address:
        raise Refused("place_needed", _("Please say where it is: on the map, by position, or in words."))
    return _by_address(address) or _shared_area()


Where = tuple[float | None, float | None, str, int | None]  # the arguments of `place_of`


def places_of(wanted: Sequence[Where]) -> list[Place | Refusal]:
    """`place_of` for many; whether an area has changed is asked once for all points."""
    points = [(lon, lat) for lon, lat, _address, _area in wanted if lon is not None and lat is not None]
    inside = [point for point in points if _on_earth(*point)]
    hits = dict(zip(inside, grid_hits(inside), strict=True))
    found: list[Place | Refusal] = []
    for lon, lat, address, area_id in wanted:
        try:
            if lon is not None and lat is not None:
                found.append(_at_point(lon, lat, hits.get((lon, lat))))
            else:
                found.append(place_of(lon, lat, address, area_id))
        except Refusal as refusal:
            found.append(refusal)
    return found


def _by_point(lon: float, lat: float) -> Place:
    return _at_point(lon, lat, grid_at(lon, lat) if _on_earth(lon, lat) else None)


def _on_earth(lon: float, lat: float) -> bool:
    return isfinite(lon) and isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90


def _at_point(lon: float, lat: float, hit: GridHit | None) -> Place:
    if hit is None:
        raise Refused(
            "outside_all_grids", _("This place lies outside the area that is served here."), lon=lon, lat=lat
        )
    return Place(hit.path, hit.grid_id, hit.community_id, hit.street_id, lon, lat)


def _by_address(words: str) -> Place | None:
    """The first address found; only its areas are taken, because a door is not where the matter lies."""
    found = next(iter(find_addresses(words, limit=1)), None)
    if found is None or found.address.grid_id is None:
        return None
    return _in_area(Area.objects.get(pk=found.address.grid_id))


def _by_area(area_id: int) -> Place:
    area = Area.objects.valid_on(timezone.localdate()).filter(pk=area_id).first()
    if area is None:
        raise Refused("area_closed", _("This area does not exist, or no longer."), area=area_id)
    return _in_area(area)


def _shared_area() -> Place:
    """The only street there is, or the only area at the top: whoever works there finds the exact place."""
    today = timezone.localdate()
    streets = Area.objects.valid_on(today).filter(kind=AreaKind.STREET).order_by("path")[:2]
    tops = Area.objects.valid_on(today).filter(parent=None).order_by("path")[:2]
    for candidates in (list(streets), list(tops)):
        if len(candidates) == 1:
            return _in_area(candidates[0])
    if not tops:
        raise Refused("no_area_yet", _("No street is set up here yet, so nothing can be taken in."))
    raise Refused("place_unknown", _("This address is not known. Please show the place on the map."))


def _in_area(area: Area) -> Place:
    ids = [int(part) for part in area.path.split(".") if part]
    kinds = dict(Area.objects.filter(pk__in=ids).values_list("kind", "pk"))
    grid = area.pk if area.kind in GRIDS else None
    return Place(area.path, grid, kinds.get(AreaKind.COMMUNITY), kinds.get(AreaKind.STREET))
