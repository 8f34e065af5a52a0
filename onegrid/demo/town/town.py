"""The whole town from a seed: skeleton, grids, and everything that stands in them."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from onegrid.demo.town import grounds, network, partition
from onegrid.demo.town.buildings import Building, Compound, Use
from onegrid.demo.town.compounds import build_plot
from onegrid.demo.town.network import Skeleton
from onegrid.demo.town.partition import Partition
from onegrid.demo.town.plan import RoadKind


@dataclass
class Town:
    """Metres throughout; indices refer to `partition.plots` (grids) and `compounds`."""

    seed: int
    skeleton: Skeleton
    partition: Partition
    buildings: list[Building] = field(default_factory=list)
    compounds: list[Compound] = field(default_factory=list)
    drives: list[LineString] = field(default_factory=list)
    paths: list[LineString] = field(default_factory=list)
    lawns: list[Polygon] = field(default_factory=list)
    sports: list[Polygon] = field(default_factory=list)
    squares: list[Polygon] = field(default_factory=list)
    lakes: list[Polygon] = field(default_factory=list)
    parks: list[BaseGeometry] = field(default_factory=list)

    @cached_property
    def street_surface(self) -> BaseGeometry:
        """Arterials, collectors and lanes, red line to red line."""
        return shapely.union_all([r.surface for r in self.partition.roads])

    @cached_property
    def households(self) -> list[int]:
        """Households of each plot."""
        counts = [0] * len(self.partition.plots)
        for building in self.buildings:
            counts[building.plot] += building.households
        return counts

    def fingerprint(self) -> str:
        """A digest of every shape and number: equal seeds give equal towns."""
        digest = hashlib.sha256()
        for plot in self.partition.plots:
            digest.update(shapely.to_wkb(plot.shape))
        for b in self.buildings:
            digest.update(shapely.to_wkb(b.shape))
            digest.update(f"{b.use}{b.floors}{b.units}{b.flats}{b.plot}{b.compound}".encode())
        return digest.hexdigest()


def build(seed: int) -> Town:
    """Draw the lines, cut the grids, furnish each of them."""
    skeleton = network.draw()
    cut = partition.divide(skeleton, seed)
    town = Town(seed, skeleton, cut)
    fronts = shapely.union_all([r.surface for r in cut.roads if r.kind != RoadKind.LANE])
    ways = town.street_surface
    for number, plot in enumerate(cut.plots):
        if plot.exclusive:
            _add(town, grounds.lay_industry(number, plot, seed))
            continue
        buildings, compounds = build_plot(number, plot, (fronts, ways), seed, len(town.compounds))
        town.buildings += buildings
        town.compounds += compounds
        if plot.ground is not None:
            _add(town, grounds.lay_ground(number, plot, seed))
        if plot.park:
            park = max(plot.greens, key=lambda p: p.area)
            town.parks.append(park)
            _add(town, grounds.lay_park(number, park, seed))
    for compound in town.compounds:
        town.drives += compound.drives
        town.lawns += compound.lawns
    return town


def _add(town: Town, laid: grounds.Laid) -> None:
    town.buildings += laid.buildings
    town.drives += laid.drives
    town.paths += laid.paths
    town.lawns += laid.lawns
    town.sports += laid.sports
    town.squares += laid.squares
    town.lakes += laid.lakes


def homes(town: Town) -> list[Building]:
    return [b for b in town.buildings if b.use == Use.HOME]
