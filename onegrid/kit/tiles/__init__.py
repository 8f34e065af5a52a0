"""Map tiles: which square of the map is asked for, and how a vector tile is answered."""

from onegrid.kit.tiles.answers import tile_answer
from onegrid.kit.tiles.rules import EXTENT, MARGIN, Tile, degrees_around
from onegrid.kit.tiles.scoped import scope_condition

__all__ = ["EXTENT", "MARGIN", "Tile", "degrees_around", "scope_condition", "tile_answer"]
