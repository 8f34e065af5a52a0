"""The only door for changes of areas. Areas are opened and closed, never deleted.

Changes of the forest run one after another (a lock inside the transaction): codes stay unique, parents stay open.
"""

from onegrid.places.areas.actions.forest import (
    NewArea,
    close_area,
    open_area,
    open_areas,
    rename_area,
    set_levels,
)
from onegrid.places.areas.actions.redrawing import replace_area

__all__ = [
    "NewArea",
    "close_area",
    "open_area",
    "open_areas",
    "rename_area",
    "replace_area",
    "set_levels",
]
