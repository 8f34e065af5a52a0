"""The street's components: which class, where, in which grid, in which state."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import shapely
import yaml
from shapely import STRtree

from onegrid.demo.seeds import stream
from onegrid.demo.street.spots import Spots
from onegrid.demo.town.frame import lonlat
from onegrid.demo.town.town import Town

PLACEMENT = Path(__file__).with_name("placement.yaml")
STATES = ("intact", "damaged", "lost", "abandoned")
STATE_SHARE = (0.972, 0.018, 0.004, 0.006)


@dataclass(frozen=True)
class Placed:
    """`count` things as columns: class code, longitude, latitude, plot, serial in its class, state."""

    code: np.ndarray
    lonlat: np.ndarray
    plot: np.ndarray
    serial: np.ndarray
    state: np.ndarray
    department: np.ndarray


@cache
def placement() -> dict[str, tuple[int, str, str]]:
    """class → (count among 20,000, place, department)."""
    raw = yaml.safe_load(PLACEMENT.read_text(encoding="utf-8"))
    return {code: (int(row[0]), str(row[1]), str(row[2])) for code, row in raw.items()}


def counts(total: int) -> dict[str, int]:
    """How many of each class there are when there are `total`: in proportion, at least one where there is room."""
    weights = {code: row[0] for code, row in placement().items()}
    whole = sum(weights.values())
    exact = {code: total * weight / whole for code, weight in weights.items()}
    given = {code: max(int(share), 1 if total >= len(weights) else 0) for code, share in exact.items()}
    order = sorted(exact, key=lambda code: (given[code] - exact[code], code))
    step = 1 if sum(given.values()) < total else -1
    while sum(given.values()) != total:
        for code in order if step > 0 else reversed(order):
            if sum(given.values()) == total:
                break
            if step > 0 or given[code] > 1 or total < len(weights):
                given[code] = max(given[code] + step, 0)
    return given


def place(town: Town, total: int) -> Placed:
    """`total` things at their places. Serials run from north-west to south-east inside a class."""
    spots, random = Spots(town), stream(town.seed, "things")
    codes, points, departments = [], [], []
    for code, count in counts(total).items():
        _, spot, department = placement()[code]
        found = spots[spot](count)
        found = found[np.lexsort((found[:, 0], -(found[:, 1] // 250)))]
        codes.append(np.full(len(found), code))
        departments.append(np.full(len(found), department))
        points.append(found)
    xy = np.round(np.vstack(points), 2)
    code = np.concatenate(codes)
    first = np.concatenate([np.arange(1, len(p) + 1) for p in points])
    state = random.choice(np.array(STATES), p=STATE_SHARE, size=len(code))
    return Placed(code, lonlat(xy), plots_of(town, xy), first, state, np.concatenate(departments))


def plots_of(town: Town, xy: np.ndarray) -> np.ndarray:
    """The plot each point lies in; on a border the lowest number. Raises ValueError for a point outside."""
    tree = STRtree([plot.shape for plot in town.partition.plots])
    which, plot = tree.query(shapely.points(xy), predicate="intersects")
    found = np.full(len(xy), len(town.partition.plots))
    np.minimum.at(found, which, plot)
    if (found == len(town.partition.plots)).any():
        raise ValueError(f"outside the street: {xy[found == len(town.partition.plots)][:3]}")
    return found
