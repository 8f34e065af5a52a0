"""A report's map: borders of the file and what does not fit, for the map element, and as SVG where none is drawn."""

from dataclasses import dataclass
from math import cos, radians
from typing import Any

WIDTH = 800


@dataclass(frozen=True)
class Drawn:
    """One shape: an SVG path, what it is, and a title for pointing devices."""

    path: str
    kind: str
    title: str


@dataclass(frozen=True)
class Drawing:
    height: int
    shapes: list[Drawn]
    width: int = WIDTH


def drawing(collection: dict[str, Any]) -> Drawing | None:
    """None when there is nothing to draw."""
    features = [f for f in collection.get("features", []) if f["geometry"]["coordinates"]]
    points = [point for feature in features for ring in _rings(feature["geometry"]) for point in ring]
    if not points:
        return None
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = cos(radians((south + north) / 2))
    scale = (WIDTH - 16) / max((east - west) * squeeze, north - south, 1e-9)

    def place(point: list[float]) -> str:
        return f"{8 + (point[0] - west) * squeeze * scale:.1f},{8 + (north - point[1]) * scale:.1f}"

    shapes = [
        Drawn(
            " ".join(f"M{' L'.join(place(p) for p in ring)}Z" for ring in _rings(feature["geometry"])),
            feature["properties"]["kind"],
            _title(feature["properties"]),
        )
        for feature in features
    ]
    return Drawing(round(16 + (north - south) * scale), shapes)


def split(collection: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The borders, and what does not fit, as two collections of GeoJSON."""
    features = [f for f in collection.get("features", []) if f["geometry"]["coordinates"]]
    areas = [f for f in features if f["properties"]["kind"] == "area"]
    problems = [f for f in features if f["properties"]["kind"] != "area"]
    return {"type": "FeatureCollection", "features": areas}, {
        "type": "FeatureCollection",
        "features": problems,
    }


def boxes(collection: dict[str, Any]) -> dict[int, list[float]]:
    """Number of a misfit → [west, south, east, north] in degrees, of those that are drawn."""
    _, problems = split(collection)
    return {
        f["properties"]["number"]: _box(f["geometry"]) for f in problems["features"] if _rings(f["geometry"])
    }


def _box(geometry: dict[str, Any]) -> list[float]:
    points = [point for ring in _rings(geometry) for point in ring]
    lon, lat = [point[0] for point in points], [point[1] for point in points]
    return [min(lon), min(lat), max(lon), max(lat)]


def _rings(geometry: dict[str, Any]) -> list[Any]:
    if geometry["type"] == "Polygon":
        return [*geometry["coordinates"]]
    if geometry["type"] == "MultiPolygon":
        return [ring for polygon in geometry["coordinates"] for ring in polygon]
    return []


def _title(properties: dict[str, Any]) -> str:
    if properties["kind"] == "area":
        return f"{properties['code']} {properties['name']}"
    return f"{properties['number']}"
