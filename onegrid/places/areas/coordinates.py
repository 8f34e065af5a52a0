"""From the coordinates of a file to degrees of CGCS2000: the file's own word against the declared datum."""

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from onegrid.kit.errors import Refused
from onegrid.kit.geo import Datum, convert
from onegrid.places.areas.rules import Complaint, complaint

LONGEST = 10_000  # characters of a .prj


def degrees_of_file(
    polygons: np.ndarray, content: dict, declared: Datum
) -> tuple[np.ndarray, dict[int, Complaint]]:
    """Polygons in CGCS2000, and complaints by position. Raises Refused when the file contradicts the declaration."""
    crs = _crs(content)
    if crs is not None:
        _compare(crs, declared)
        if crs.is_projected:
            polygons = _unprojected(polygons, crs)
    complaints = {
        i: found
        for i, bounds in enumerate(shapely.bounds(polygons).tolist())
        if (found := _bounds_complaint(bounds))
    }
    if complaints or declared in (Datum.CGCS2000, Datum.WGS84):
        return polygons, complaints
    return shapely.transform(
        polygons, lambda p: np.column_stack(convert(p[:, 0], p[:, 1], declared, Datum.CGCS2000))
    ), {}


def told_datum(content: dict) -> str:
    """What the file says of itself, for the preview: a name, or "" when it says nothing."""
    crs = _crs(content)
    return crs.name if crs is not None else ""


def _crs(content: dict) -> CRS | None:
    """GeoJSON without a word is reported as EPSG:4326 by its reader: that says nothing."""
    text = content.get("crs") or ""
    if not text or (content.get("driver") == "GeoJSON" and text == "EPSG:4326"):
        return None
    try:
        crs = CRS.from_user_input(text[:LONGEST])
    except CRSError as failure:
        raise _unknown(text[:60]) from failure
    if crs.geodetic_crs is None or not (crs.is_geographic or crs.is_projected):
        raise _unknown(crs.name)
    return crs


def _unknown(name: str) -> Refused:
    return Refused(
        "datum_of_file_unknown",
        _("The file says that its coordinates are “%(name)s”. Convert them to CGCS2000 first.")
        % {"name": name},
        found=name,
    )


def _base(crs: CRS) -> Datum | None:
    name = (crs.geodetic_crs.datum.name if crs.geodetic_crs and crs.geodetic_crs.datum else "").lower()
    if ("china" in name and "2000" in name) or "cgcs2000" in name.replace(" ", ""):
        return Datum.CGCS2000
    return Datum.WGS84 if "world geodetic system 1984" in name or "wgs" in name else None


def _compare(crs: CRS, declared: Datum) -> None:
    """GCJ-02 and BD-09 have no name in a .prj; such files call themselves WGS 84."""
    base = _base(crs)
    if base is None:
        raise _unknown(crs.name)
    shifted = declared in (Datum.GCJ02, Datum.BD09)
    if shifted and (base == Datum.CGCS2000 or crs.is_projected):
        raise Refused(
            "datum_contradicts_file",
            _("You declared %(declared)s, but the file says “%(found)s”.")
            % {"declared": declared.label, "found": crs.name},
            declared=str(declared),
            found=crs.name,
        )


def _unprojected(polygons: np.ndarray, crs: CRS) -> np.ndarray:
    """Metres of a national grid (such as 3-degree zones) to its own degrees."""
    back = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    return shapely.transform(polygons, lambda p: np.column_stack(back.transform(p[:, 0], p[:, 1])))


def _bounds_complaint(bounds: list[float]) -> Complaint | None:
    west, south, east, north = bounds
    if west != west:  # an empty one: complained about elsewhere
        return None
    place = {"x": round(west, 3), "y": round(south, 3)}
    if west > 3 and east < 54 and south > 73 and north < 136:  # China with its axes exchanged
        return complaint("axes_are_swapped", **place)
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        return complaint("coordinates_are_not_degrees", **place)
    return None
