"""The process that opens a stranger's file: `python child.py request.json`. Limited in memory, time and reach.

Stands alone (no Django, no OneGrid): reads {"path", "layer", "columns", "repair", …}, writes
`answer`.json and, for shapes, `answer`.npz. Its parent trusts neither its life nor its answer's size.
"""

import codecs
import ctypes
import json
import sys

sys.modules["pyproj"] = None  # type: ignore[assignment]  # pyogrio would load it, and nothing here turns coordinates

import numpy as np  # noqa: E402
import pyogrio  # noqa: E402
import shapely  # noqa: E402

SAMPLES = 5
NEW_USER_AND_NETWORK = 0x10000000 | 0x40000000  # CLONE_NEWUSER | CLONE_NEWNET


def main(request_file: str) -> None:
    without_network()
    with open(request_file) as source:
        request = json.load(source)
    try:
        answer = shapes(request) if request["columns"] is not None else look(request)
    except Trouble as trouble:
        answer = {"trouble": trouble.code, **trouble.details}
    with open(request["answer"] + ".json", "w") as target:
        json.dump(answer, target)


class Trouble(Exception):
    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def without_network() -> None:
    """A network of its own with nothing in it, where the system lets us; proxies lead nowhere in any case."""
    ctypes.CDLL(None).unshare(NEW_USER_AND_NETWORK)


def look(request: dict) -> dict:
    """What is in the file: layers, columns, the first rows."""
    path = request["path"]
    layers = [str(name) for name, kind in guarded(lambda: pyogrio.list_layers(path)) if kind]
    if not layers:
        raise Trouble("file_has_no_layer")
    layer = request["layer"] or layers[0]
    found = guarded(lambda: pyogrio.read_info(path, layer=layer, force_feature_count=True))
    if found["driver"] not in request["drivers"]:
        raise Trouble("file_kind_unknown")
    if not found["features"]:
        raise Trouble("file_has_no_features")
    if found["features"] > request["max_features"]:
        raise Trouble(
            "file_has_too_many_features", count=int(found["features"]), most=request["max_features"]
        )
    rows, encoding = attributes(request, layer, None, SAMPLES)
    columns = list(rows)
    return {
        "layers": layers,
        "layer": layer,
        "driver": found["driver"],
        "features": int(found["features"]),
        "geometry": str(found["geometry_type"]),
        "crs": found["crs"],
        "encoding": encoding,
        "columns": columns,
        "sample": [[rows[c][i] for c in columns] for i in range(min(SAMPLES, int(found["features"])))],
    }


def shapes(request: dict) -> dict:
    """Polygons as flat, valid WKB in answer.npz; texts of the wanted columns; what is wrong, feature by feature."""
    wanted = [column for column in request["columns"] if column]
    texts, encoding = attributes(request, request["layer"], wanted, None)
    missing = [column for column in wanted if column not in texts]
    if missing:
        raise Trouble("column_is_missing", column=missing[0], columns=known_columns(request))
    raw = guarded(
        lambda: pyogrio.raw.read(request["path"], layer=request["layer"], columns=[], force_2d=True)[2]
    )
    if len(raw) > request["max_features"]:
        raise Trouble("file_has_too_many_features", count=len(raw), most=request["max_features"])
    geometries = shapely.from_wkb(raw, on_invalid="ignore")
    if shapely.get_num_coordinates(geometries).sum() > request["max_points"]:
        raise Trouble("file_has_too_many_points", most=request["max_points"])
    kept, problems = [], []
    for number, geometry in enumerate(geometries, start=1):
        shape, problem = area_of_ground(geometry, request["repair"])
        kept.append(shape)
        if problem:
            problems.append({"number": number, **problem})
    flat = shapely.to_wkb(np.array(kept, dtype=object))
    sizes = np.array([len(piece) for piece in flat], dtype=np.int64)
    np.savez(request["answer"] + ".npz", wkb=np.frombuffer(b"".join(flat), dtype=np.uint8), sizes=sizes)
    return {"texts": texts, "problems": problems, "count": len(kept), "encoding": encoding}


def area_of_ground(geometry, repair: bool):
    """(valid MultiPolygon, None or what is wrong). With `repair`, rings that cross are untangled."""
    nothing = shapely.MultiPolygon()
    if geometry is None or shapely.is_empty(geometry):
        return nothing, {"code": "geometry_is_empty"}
    if geometry.geom_type not in ("Polygon", "MultiPolygon"):
        return nothing, {"code": "geometry_is_no_polygon", "found": geometry.geom_type}
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        return nothing, {"code": "coordinates_are_not_numbers"}
    repaired = False
    if not shapely.is_valid(geometry):
        if not repair:
            reason, _bracket, place = shapely.is_valid_reason(geometry).partition("[")
            return nothing, {
                "code": "geometry_is_not_valid",
                "reason": reason.strip(),
                "place": place.rstrip("]"),
            }
        geometry, repaired = polygons_of(shapely.make_valid(geometry)), True
        if shapely.is_empty(geometry):
            return nothing, {"code": "geometry_is_empty"}
    shape = geometry if geometry.geom_type == "MultiPolygon" else shapely.MultiPolygon([geometry])
    return shape, {"code": "repaired", "harmless": True} if repaired else None


def polygons_of(geometry):

    parts = [part for part in shapely.get_parts(shapely.get_parts(geometry)) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts)


def attributes(request: dict, layer: str, columns: list | None, rows: int | None) -> tuple[dict, str]:
    """{column: texts} and the encoding they were in. A .dbf is read byte by byte and decoded by trying."""
    is_dbf = request["path"].endswith(".shp")
    more = {"encoding": "ISO-8859-1"} if is_dbf else {}
    meta, _fids, _geometry, fields = guarded(
        lambda: pyogrio.raw.read(request["path"], layer=layer, read_geometry=False, max_features=rows, **more)
    )
    names = [str(name) for name in meta["fields"]]
    values = [[as_text(value) for value in field] for field in fields]
    encoding = "utf-8"
    if is_dbf:
        encoding = encoding_of(
            [*names, *(text for column in values for text in column)], request["encodings"]
        )
        names = [decoded(name, encoding) for name in names]
        values = [[decoded(text, encoding) for text in column] for column in values]
    table = dict(zip(names, values, strict=True))
    return (table if columns is None else {c: table[c] for c in columns if c in table}), encoding


def known_columns(request: dict) -> list:
    return list(attributes(request, request["layer"], None, 1)[0])


def encoding_of(texts: list, candidates: list) -> str:
    """The first of the candidates (what .cpg says, UTF-8, GB 18030) in which every text can be read."""
    for encoding in candidates:
        try:
            for text in texts:
                decoded(text, encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        return encoding
    raise Trouble("encoding_unknown", tried=", ".join(candidates))


def decoded(text: str, encoding: str) -> str:
    """Bytes that came as Latin-1; a character cut in half at the end of a full column is dropped."""
    return codecs.getincrementaldecoder(encoding)("strict").decode(text.encode("latin-1"))


def as_text(value) -> str:
    """A cell as text: 371602.0 → "371602", nothing → ""."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) or type(value).__name__.startswith("float"):
        return str(int(value)) if float(value).is_integer() else str(value)
    return str(value).strip()[:200]


def guarded(work):
    """GDAL's own complaints become one trouble, with its first words."""
    try:
        return work()
    except MemoryError:
        raise Trouble("file_needs_too_much_memory") from None
    except Exception as failure:
        raise Trouble("file_cannot_be_read", why=str(failure).splitlines()[0][:200]) from None


if __name__ == "__main__":
    main(sys.argv[1])
