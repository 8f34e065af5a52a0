"""Reading areas. Names and borders are public (published by law: Binzhou regulation 2021, Art. 6)."""

from datetime import date

import numpy as np
from django.utils import timezone

from onegrid.places.areas.borders import GridHit, borders
from onegrid.places.areas.kinds import GRIDS, AreaKind

__all__ = ["GridHit", "grid_at", "grids_at", "unit_grid_at", "unit_grids_at"]

GRID_KINDS = tuple(str(kind) for kind in GRIDS)
UNIT_GRID_KINDS = (str(AreaKind.UNIT_GRID),)


def grid_at(lon: float, lat: float) -> GridHit | None:
    """The basic or exclusive grid of a CGCS2000 point today; None outside all grids.

    On a border (within about 1 cm) the exclusive grid wins, then the smallest code: always the same answer.
    """
    return borders(GRID_KINDS, _today()).at(lon, lat)


def grids_at(lonlat: np.ndarray) -> np.ndarray:
    """The same for many points at once: shape (n, 2) → grid ids, shape (n,), 0 = in no grid."""
    return borders(GRID_KINDS, _today()).at_all(np.asarray(lonlat, dtype=np.float64))


def unit_grid_at(lon: float, lat: float) -> GridHit | None:
    """The unit grid (单元网格) of a point today."""
    return borders(UNIT_GRID_KINDS, _today()).at(lon, lat)


def unit_grids_at(lonlat: np.ndarray) -> np.ndarray:
    """Unit grids of many points: shape (n, 2) → ids, shape (n,), 0 = none."""
    return borders(UNIT_GRID_KINDS, _today()).at_all(np.asarray(lonlat, dtype=np.float64))


def _today() -> date:
    return timezone.localdate()
