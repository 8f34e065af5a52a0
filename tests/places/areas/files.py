"""Makes files of areas as strangers send them."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import shapely


def geojson(path: Path, rows: list[tuple[dict, object]]) -> Path:
    """rows: (properties, shapely geometry or None)."""
    features = [
        {"type": "Feature", "properties": properties, "geometry": shape.__geo_interface__ if shape else None}
        for properties, shape in rows
    ]
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), "utf-8"
    )
    return path


def vector(path: Path, rows: list[tuple[dict, object]], crs: str = "EPSG:4490", **more) -> Path:
    """A GeoPackage or Shapefile by its suffix."""
    columns = list(rows[0][0])
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.array([shape for _p, shape in rows], dtype=object)),
        field_data=[np.array([p[c] for p, _shape in rows], dtype=object) for c in columns],
        fields=columns,
        geometry_type=more.pop("geometry_type", "Polygon"),
        crs=crs,
        **more,
    )
    return path


def zipped(target: Path, parts: list[Path], prefix: str = "") -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.write(part, prefix + part.name)
    return target


def shapefile(folder: Path, rows: list[tuple[dict, object]], drop: tuple[str, ...] = (), **more) -> Path:
    """A zipped Shapefile without the parts in `drop`."""
    place = folder / "parts"
    place.mkdir()
    vector(place / "网格.shp", rows, **more)
    parts = [part for part in sorted(place.iterdir()) if part.suffix not in drop]
    return zipped(folder / "网格.zip", parts, prefix="export/")
