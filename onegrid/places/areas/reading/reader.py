"""The parent of reading/child.py: starts it with limits, believes only what fits."""

import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _

from onegrid.kit.errors import Refused
from onegrid.places.areas.refusals import trouble

CHILD = Path(__file__).with_name("child.py")
MAX_FEATURES = 100_000
MAX_POINTS = 5_000_000
SECONDS = 180  # by the clock
CPU_SECONDS = 150
MEMORY = 4 * 1024**3  # address space; libraries alone map about 1 GiB of it
LARGEST_ANSWER = 1024**3
DRIVERS = ("GeoJSON", "GPKG", "ESRI Shapefile")
ENCODINGS = {"936": "gb18030", "cp936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "65001": "utf-8"}


@dataclass(frozen=True)
class Shapes:
    """Features of a file in its order: polygons (empty where `problems` says why), texts by column, what is wrong.

    A problem: {"number": 1…, "code", further figures}; with "harmless" it does not stop the import.
    """

    polygons: np.ndarray
    texts: dict[str, list[str]]
    problems: list[dict[str, Any]]


def look(file: Path, layer: str = "") -> dict[str, Any]:
    """Layers, columns, sample rows, number of features, geometry type and coordinate system of an unpacked file."""
    with tempfile.TemporaryDirectory(prefix="areas-") as folder:
        return _ask(file, Path(folder), layer=layer, columns=None, repair=False)


def shapes(file: Path, folder: Path, *, layer: str, columns: list[str], repair: bool) -> Shapes:
    """All features, their polygons flat (2D), and the texts of `columns`. What was read stays in `folder`."""
    _ask(file, folder, layer=layer, columns=columns, repair=repair)
    return shapes_again(folder)


def shapes_again(folder: Path) -> Shapes:
    """What was read into `folder` before."""
    answer = json.loads((folder / "answer.json").read_text())
    arrays = np.load(folder / "answer.npz", allow_pickle=False)
    ends = np.cumsum(arrays["sizes"]).tolist()
    body = arrays["wkb"].tobytes()
    pieces = [body[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]
    return Shapes(shapely.from_wkb(np.array(pieces, dtype=object)), answer["texts"], answer["problems"])


def _ask(file: Path, folder: Path, **request: Any) -> dict[str, Any]:
    body = {
        "path": str(file),
        "answer": str(folder / "answer"),
        "encodings": _encodings(file),
        "drivers": DRIVERS,
        "max_features": MAX_FEATURES,
        "max_points": MAX_POINTS,
        **request,
    }
    (folder / "request.json").write_text(json.dumps(body))
    _run([sys.executable, "-I", str(CHILD), str(folder / "request.json")], folder)
    answer = json.loads((folder / "answer.json").read_text())
    if "trouble" in answer:
        raise trouble(answer.pop("trouble"), answer)
    return answer


def _run(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=_environment(folder),
            capture_output=True,
            timeout=SECONDS,
            preexec_fn=_limits,
        )
    except subprocess.TimeoutExpired:
        raise Refused("file_takes_too_long", _("Reading the file took too long; it was stopped.")) from None
    if done.returncode != 0:
        raise Refused(
            "file_cannot_be_read",
            _("The file could not be read: it is damaged, or it needs too much memory or time."),
            status=done.returncode,
        )


def _limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_ANSWER, LARGEST_ANSWER))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours: no secrets, no other formats, no way out by HTTP."""
    nowhere = "http://127.0.0.1:9"
    return {
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "GDAL_SKIP": _other_drivers(),
        "GDAL_DISABLE_READDIR_ON_OPEN": "FALSE",
        "OGR_GEOJSON_MAX_OBJ_SIZE": "200",
        "http_proxy": nowhere,
        "https_proxy": nowhere,
        "OPENBLAS_NUM_THREADS": "1",
        "GDAL_NUM_THREADS": "1",
    }


@cache
def _other_drivers() -> str:
    import pyogrio  # noqa: PLC0415  only who imports files pays for loading GDAL

    return ",".join(name for name in pyogrio.list_drivers() if name not in DRIVERS)


def _encodings(file: Path) -> list[str]:
    """What a .dbf may be written in: what .cpg says, then UTF-8, then GB 18030 (which includes GBK and GB 2312)."""
    label = file.with_suffix(".cpg")
    told = label.read_text(errors="replace").strip().lower()[:40] if label.exists() else ""
    told = ENCODINGS.get(told, told)
    return [*dict.fromkeys(filter(None, [told, "utf-8", "gb18030"]))]
