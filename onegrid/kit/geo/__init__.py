"""Datums (坐标系) of Chinese maps, conversion between them, metres on the ground."""

from onegrid.kit.geo.convert import convert, convert_geometry
from onegrid.kit.geo.datums import Datum
from onegrid.kit.geo.metres import LocalMetres, local_metres, metres_between
from onegrid.kit.geo.walks import nearest_next

__all__ = [
    "Datum",
    "LocalMetres",
    "convert",
    "convert_geometry",
    "local_metres",
    "metres_between",
    "nearest_next",
]
