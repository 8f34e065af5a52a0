"""The only door for changes of areas. Areas are opened and closed, never deleted.

Changes of the forest run one after another (a lock inside the transaction): codes stay unique, parents stay open.
"""

from onegrid.places.areas.actions.drafts import (
    IMPORT_STEP,
    Asker,
    check_now,
    choose,
    confirm,
    discard,
    run_step,
    start_import,
    take_over,
)
from onegrid.places.areas.actions.forest import (
    NewArea,
    close_area,
    open_area,
    open_areas,
    rename_area,
    set_levels,
)
from onegrid.places.areas.actions.nets import open_fishnet
from onegrid.places.areas.actions.redrawing import replace_area
from onegrid.places.areas.actions.reopening import closed_with, reopen_area

__all__ = [
    "IMPORT_STEP",
    "Asker",
    "NewArea",
    "check_now",
    "choose",
    "close_area",
    "closed_with",
    "confirm",
    "discard",
    "open_area",
    "open_areas",
    "open_fishnet",
    "rename_area",
    "reopen_area",
    "replace_area",
    "run_step",
    "set_levels",
    "start_import",
    "take_over",
]
