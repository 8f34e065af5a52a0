"""A vehicle track as rows (id, time, lng, lat), read from a CSV file or from what was typed."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from math import isfinite

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from onegrid.cases.paths.rules import Fix
from onegrid.kit.errors import Refused
from onegrid.kit.geo import Datum, convert

BYTES_MOST = 5 * 1024 * 1024
COLUMNS = {
    "id": ("id", "agent_id", "vehicle", "vehicle_id", "车辆", "车牌", "编号"),
    "time": ("time", "timestamp", "at", "时间"),
    "lng": ("lng", "lon", "longitude", "x", "经度"),
    "lat": ("lat", "latitude", "y", "纬度"),
}


def read_track(content: bytes, *, datum: Datum, vehicle: str = "", most: int) -> list[Fix]:
    """The points of one vehicle in CGCS2000; times without a zone are those of the house.

    Refused: track_unreadable (row, what), columns_missing, which_vehicle (several, and none named), no_such_vehicle,
    too_many_points, track_too_large.
    """
    if len(content) > BYTES_MOST:
        raise Refused(
            "track_too_large", _("The track is larger than %(most)s MB.") % {"most": BYTES_MOST // 1024**2}
        )
    rows = [row for row in _rows(_text(content)) if any(cell.strip() for cell in row)]
    if not rows:
        raise Refused("track_too_short", _("The track has no two points that belong together."))
    places = _columns(rows[0])
    body = rows[1:] if places else rows
    places = places or {"id": 0, "time": 1, "lng": 2, "lat": 3}
    if len(body) > most * 20:
        raise _too_many(most)
    fixes = _of_vehicle(body, places, vehicle.strip(), datum)
    if len(fixes) > most:
        raise _too_many(most)
    return fixes


def _too_many(most: int) -> Refused:
    return Refused("too_many_points", _("A track has at most %(most)s points.") % {"most": most})


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("track_unreadable", _("The file is no text in UTF-8 or GB 18030."))


def _rows(text: str) -> list[list[str]]:
    """Lines end as any system ends them."""
    lines = csv.reader(io.StringIO(text, newline=None))
    try:
        return list(lines)
    except csv.Error:  # a cell without end
        words = _("Row %(row)s is no point: %(what)s")
        raise Refused(
            "track_unreadable", words % {"row": lines.line_num, "what": "…"}, row=lines.line_num
        ) from None


def _columns(head: list[str]) -> dict[str, int] | None:
    """Where each column stands; None when the first row is a point already."""
    names = [cell.strip().lower() for cell in head]
    found = {
        key: next((names.index(one) for one in known if one in names), -1) for key, known in COLUMNS.items()
    }
    if all(place < 0 for place in found.values()):
        return None
    if missing := [key for key in ("time", "lng", "lat") if found[key] < 0]:
        raise Refused("columns_missing", _("Missing columns: %(names)s.") % {"names": ", ".join(missing)})
    return found


def _of_vehicle(rows: Iterable[list[str]], places: dict[str, int], wanted: str, datum: Datum) -> list[Fix]:
    by_vehicle: dict[str, list[Fix]] = {}
    for number, row in enumerate(rows, start=1):
        try:
            name = row[places["id"]].strip() if places["id"] >= 0 else ""
            by_vehicle.setdefault(name, []).append(_fix(row, places))
        except (IndexError, ValueError):
            shown = ",".join(row)[:60]
            words = _("Row %(row)s is no point: %(what)s") % {"row": number, "what": shown}
            raise Refused("track_unreadable", words, row=number) from None
    if wanted:
        if wanted not in by_vehicle:
            raise Refused("no_such_vehicle", _("The track has no vehicle “%(name)s”.") % {"name": wanted})
        return _moved(by_vehicle[wanted], datum)
    if len(by_vehicle) > 1:
        names = sorted(by_vehicle)[:20]
        words = _("The file holds several vehicles; please name one: %(names)s") % {"names": ", ".join(names)}
        raise Refused("which_vehicle", words, vehicles=names)
    return _moved(next(iter(by_vehicle.values()), []), datum)


def _fix(row: list[str], places: dict[str, int]) -> Fix:
    lon, lat = float(row[places["lng"]]), float(row[places["lat"]])
    if not (isfinite(lon) and isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError("not on earth")
    return Fix(_moment(row[places["time"]]).timestamp(), lon, lat)


def _moment(text: str) -> datetime:
    found = parse_datetime(text.strip().replace("/", "-"))
    if found is None or not 1990 <= found.year <= 2100:
        raise ValueError("no time of a vehicle")
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _moved(fixes: list[Fix], datum: Datum) -> list[Fix]:
    return [Fix(fix.at, *convert(fix.lon, fix.lat, datum, Datum.CGCS2000)) for fix in fixes]


def read_line(text: str) -> list[tuple[float, float]]:
    """A drawn or typed line "lng,lat lng,lat …" (also ; or new lines between), CGCS2000. Refused: line_unreadable."""
    try:
        pairs = [pair.split(",") for pair in text.replace(";", " ").split()]
        line = [(float(lon), float(lat)) for lon, lat in pairs]
    except ValueError:
        line = []
    on_earth = all(isfinite(x) and isfinite(y) and abs(x) <= 180 and abs(y) <= 90 for x, y in line)
    if len(line) < 2 or len(line) > 1000 or not on_earth:
        words = _("Please draw at least two points, or write them as longitude,latitude.")
        raise Refused("line_unreadable", words)
    return line
