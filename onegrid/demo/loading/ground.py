"""Addresses, base map, establishments and things of the street."""

from collections.abc import Iterator
from datetime import date, datetime

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from onegrid.accounts.orgs.models import Organisation
from onegrid.demo.loading.steps import BY, Progress
from onegrid.demo.names.places import COMMUNITIES
from onegrid.demo.street.addresses import AddressPlan
from onegrid.demo.street.areas import DISTRICT_CODE, STREET_CODE, community_code, grid_plans
from onegrid.demo.street.firms import FirmPlan
from onegrid.demo.street.things import Placed
from onegrid.demo.town import plan
from onegrid.demo.town.buildings import Building, Use
from onegrid.demo.town.frame import lonlat, on_earth
from onegrid.demo.town.plan import RoadKind
from onegrid.demo.town.town import Town
from onegrid.places.addresses.loading import AddressSeed, load_addresses
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import CGCS2000, Area
from onegrid.places.areas.queries import unit_grids_at
from onegrid.places.basemap.loading import FeatureRow, load_features
from onegrid.registry.establishments.loading import EstablishmentRow, load_establishments
from onegrid.registry.things.loading import ThingRow, load_things
from onegrid.registry.things.models import ThingClass
from onegrid.registry.things.rules import identifier

# Where an office may be, the best first; a shed never.
STANDING = {Use.GOVERNMENT: 0, Use.OFFICE: 1, Use.SHOP: 2, Use.HOME: 3, Use.SHED: 10, Use.GATEHOUSE: 10}
KNOWN_SINCE = date(2024, 1, 1)


def grid_of_plot(town: Town, areas: dict[str, Area]) -> list[Area]:
    """The grid of each plot, in the order of the town's plots."""
    found = {p.plot: areas[p.code] for p in grid_plans(town)}
    return [found[plot] for plot in range(len(town.partition.plots))]


def write_addresses(
    town: Town, plans: list[AddressPlan], areas: dict[str, Area], at: datetime, progress: Progress
) -> dict:
    """All of them; ids of communities, roads, compounds, buildings and units by the plan's keys."""
    grids = grid_of_plot(town, areas)
    points = lonlat(np.array([p.xy for p in plans]))
    seeds = (
        AddressSeed(
            p.key, p.parent, p.kind, p.name, float(lon), float(lat),
            grids[p.plot].pk if p.plot is not None else None, _path_of(p, grids, areas), KNOWN_SINCE, p.floors,
        )
        for p, (lon, lat) in zip(plans, points, strict=True)
    )  # fmt: skip
    return load_addresses(seeds, by=BY, at=at, progress=progress)


def _path_of(one: AddressPlan, grids: list[Area], areas: dict[str, Area]) -> str:
    """The grid's path; of a community or road, its community's."""
    if one.plot is not None:
        return grids[one.plot].path
    community = one.key[1]
    assert 0 <= community < len(COMMUNITIES)
    return areas[community_code(community)].path


CLASS_OF_ROAD = {
    RoadKind.ARTERIAL: "arterial", RoadKind.COLLECTOR: "secondary", RoadKind.LANE: "branch", RoadKind.DRIVE: "lane",
}  # fmt: skip
ZOOM_OF_ROAD = {"arterial": 9, "secondary": 11, "branch": 13, "lane": 15}


def write_base_map(town: Town, address_ids: dict, at: datetime, progress: Progress) -> int:
    """Water, green, roads, railway and buildings in place of what was drawn before."""
    drawn = list(_features(town, address_ids))
    shapes = shapely.to_wkb(
        shapely.set_srid(on_earth([shape for shape, _ in drawn]), CGCS2000), hex=True, include_srid=True
    )
    rows = (FeatureRow(ewkb=str(wkb), **words) for wkb, (_, words) in zip(shapes, drawn, strict=True))
    return load_features(rows, source="demo street", by=BY, at=at, progress=progress)


def _features(town: Town, address_ids: dict) -> Iterator[tuple[BaseGeometry, dict]]:
    skeleton = town.skeleton
    yield skeleton.border, {"layer": "land"}
    belt = skeleton.canal_belt.difference(skeleton.water).difference(town.street_surface)
    for shape in [belt, *(g for p in town.partition.plots for g in p.greens)]:
        yield shape, {"layer": "green", "min_zoom": 11}
    for park in town.parks:
        yield park, {"layer": "green", "name": plan.PARK_NAME, "min_zoom": 10}
    for shape in [*town.lawns, *town.sports]:
        yield shape, {"layer": "green", "min_zoom": 14}
    yield skeleton.water, {"layer": "water", "name": plan.CANAL_NAME, "min_zoom": 9}
    for lake in town.lakes:
        yield lake, {"layer": "water", "name": "云桥湖", "min_zoom": 11}
    for road in town.partition.roads:
        kind = CLASS_OF_ROAD[road.kind]
        yield (
            road.line,
            {"layer": "road", "name": road.name, "road_class": kind, "min_zoom": ZOOM_OF_ROAD[kind]},
        )
    for line in [*town.drives, *town.paths]:
        yield line, {"layer": "road", "road_class": "lane", "min_zoom": 15}
    yield skeleton.railway, {"layer": "rail", "name": plan.RAILWAY_NAME, "min_zoom": 10}
    for index, building in enumerate(town.buildings):
        yield (
            building.shape,
            {
                "layer": "building", "floors": building.floors, "height_m": building.height_m, "min_zoom": 13,
                "address_id": address_ids.get(("building", index)),
            },
        )  # fmt: skip


def write_firms(
    town: Town,
    firms: list[FirmPlan],
    areas: dict[str, Area],
    address_ids: dict,
    at: datetime,
    progress: Progress,
) -> int:
    """Establishments, each in its grid and at its building's address."""
    grids = grid_of_plot(town, areas)
    points = lonlat(np.array([f.xy for f in firms]))
    rows = (
        EstablishmentRow(
            firm.kind, firm.name, float(lon), float(lat), grids[firm.plot].pk, grids[firm.plot].path, KNOWN_SINCE,
            firm.credit_code, address_ids.get(("building", firm.building)), firm.address,
        )
        for firm, (lon, lat) in zip(firms, points, strict=True)
    )  # fmt: skip
    return load_establishments(rows, by=BY, at=at, progress=progress)


def doors(town: Town) -> dict[str, tuple[float, float]]:
    """A point inside a building of each grid, by the grid's code: a public building or shop before a home."""
    best: dict[int, Building] = {}
    for building in town.buildings:
        known = best.get(building.plot)
        if known is None or STANDING.get(building.use, 9) < STANDING.get(known.use, 9):
            best[building.plot] = building
    plots = list(best)
    points = shapely.get_coordinates(shapely.point_on_surface([best[plot].shape for plot in plots]))
    found = dict(zip(plots, lonlat(points).tolist(), strict=True))
    return {p.code: tuple(found[p.plot]) for p in grid_plans(town) if p.plot in found}


def write_things(
    town: Town, placed: Placed, areas: dict[str, Area], orgs: dict[str, Organisation], at: datetime,
    progress: Progress,
) -> int:  # fmt: skip
    """Components with identifier, grid and the department that answers for their class."""
    grids = grid_of_plot(town, areas)
    units = unit_codes(placed.lonlat)
    classes = dict(ThingClass.objects.filter(scheme="gbt47678_5_2026").values_list("code", "pk"))
    street = areas[STREET_CODE]
    columns = zip(
        placed.code.tolist(), placed.lonlat.tolist(), placed.plot.tolist(), placed.serial.tolist(),
        placed.state.tolist(), placed.department.tolist(), units, strict=True,
    )  # fmt: skip
    rows = (
        ThingRow(
            identifier(DISTRICT_CODE, code, serial), classes[code], lon, lat, grids[plot].pk, street.pk,
            grids[plot].parent_id, grids[plot].path, KNOWN_SINCE, state,
            unit_grid_code=unit, authority_id=orgs[department].pk, authority_name=orgs[department].name,
        )
        for code, (lon, lat), plot, serial, state, department, unit in columns
    )  # fmt: skip
    return load_things(rows, by=BY, at=at, progress=progress)


def unit_codes(points: np.ndarray) -> list[str]:
    """Codes of the unit grids in which points lie; "" outside all of them."""
    codes = dict(Area.objects.filter(kind=AreaKind.UNIT_GRID).values_list("pk", "code"))
    return [codes.get(pk, "") for pk in unit_grids_at(points).tolist()]
