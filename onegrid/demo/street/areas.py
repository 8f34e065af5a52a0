"""The forest of areas: city, district, two streets, ten communities, 96 basic and two exclusive grids."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from onegrid.demo.names import places
from onegrid.demo.town import plan
from onegrid.demo.town.frame import on_earth
from onegrid.demo.town.network import RASTER
from onegrid.demo.town.town import Town

# Codes that begin with 99 are not assigned (GB/T 2260 ends below), so nothing real is named.
CITY_CODE, DISTRICT_CODE, STREET_CODE, NEIGHBOUR_CODE = "990100", "990101", "990101001", "990101002"


@dataclass(frozen=True)
class AreaPlan:
    """An area before it is written; `parent` is a code, `shape` metres, `plot` the index of a grid in the town."""

    kind: str
    code: str
    name: str
    parent: str | None
    shape: BaseGeometry
    plot: int | None = None


def area_plans(town: Town) -> list[AreaPlan]:
    """Parents before children. The neighbour street exists so that somebody has no business here."""
    plots = town.partition.plots
    street = shapely.union_all([p.shape for p in plots], grid_size=RASTER)
    neighbour, cut = _neighbour(street)
    district = shapely.union_all([street, neighbour], grid_size=RASTER)
    plans = [
        AreaPlan("city", CITY_CODE, places.CITY, None, district),
        AreaPlan("district", DISTRICT_CODE, places.DISTRICT, CITY_CODE, district),
        AreaPlan("street", STREET_CODE, places.STREET, DISTRICT_CODE, street),
        AreaPlan("street", NEIGHBOUR_CODE, places.NEIGHBOUR_STREET, DISTRICT_CODE, neighbour),
    ]
    for number, shape in enumerate(town.partition.communities):
        plans.append(
            AreaPlan("community", community_code(number), places.COMMUNITIES[number], STREET_CODE, shape)
        )
    lone = f"{NEIGHBOUR_CODE}001"
    plans.append(AreaPlan("community", lone, places.NEIGHBOUR_COMMUNITY, NEIGHBOUR_CODE, neighbour))
    plans += grid_plans(town)
    for number, shape in enumerate(cut):
        name = f"{places.NEIGHBOUR_COMMUNITY}第{number + 1}网格"
        plans.append(AreaPlan("grid", f"{lone}-{number + 1:02d}", name, lone, shape))
    return plans


def grid_plans(town: Town) -> list[AreaPlan]:
    """Basic grids are numbered inside their community; exclusive grids carry a Z (专) and are counted apart."""
    plans, next_number = [], dict.fromkeys(range(len(places.COMMUNITIES)), 0)
    for index, plot in enumerate(town.partition.plots):
        community, code = places.COMMUNITIES[plot.community], community_code(plot.community)
        if plot.exclusive:
            name = f"{community.removesuffix('社区')}工业园专属网格"
            plans.append(AreaPlan("exclusive_grid", f"{code}-Z1", name, code, plot.shape, index))
            continue
        next_number[plot.community] += 1
        number = next_number[plot.community]
        plans.append(
            AreaPlan("grid", f"{code}-{number:02d}", f"{community}第{number}网格", code, plot.shape, index)
        )
    return plans


def community_code(number: int) -> str:
    """12 digits: street, then residents' committees from 001."""
    return f"{STREET_CODE}{number + 1:03d}"


def boundaries(plans: list[AreaPlan]) -> list[str]:
    """The shapes as multipolygons in CGCS2000, well-known binary in hex."""
    shapes = np.array([shapely.multipolygons(shapely.get_parts(p.shape)) for p in plans], dtype=object)
    return [str(text) for text in shapely.to_wkb(on_earth(shapes), hex=True)]


def _neighbour(street: BaseGeometry) -> tuple[Polygon, list[Polygon]]:
    """A strip north of the street's border, cut into four grids that share their corners."""
    (west, low), (east, _) = plan.NORTH[1], plan.NORTH[2]
    strip = Polygon([(west, low - 60), (east, low - 60), (east, low + 420), (west, low + 440)])
    strip = max(
        shapely.get_parts(shapely.difference(strip, street, grid_size=RASTER)), key=lambda part: part.area
    )
    # cuts start at corners that the street's own border has already, so that both sides share them
    corners = shapely.get_coordinates(strip.intersection(street.boundary))
    ends = [west + (east - west) * share for share in (0.25, 0.5, 0.75)]
    feet = [min(map(tuple, corners), key=lambda c: abs(c[0] - x)) for x in ends]
    cuts = [LineString([(x, y), (x + 8, low + 900)]) for x, y in feet]
    lines = shapely.unary_union([strip.exterior, *(c.intersection(strip) for c in cuts)], grid_size=RASTER)
    cut = [p for p in shapely.polygonize([lines]).geoms if p.area > 10]
    cut = sorted(cut, key=lambda p: p.centroid.x)
    return shapely.union_all(cut, grid_size=RASTER), cut
