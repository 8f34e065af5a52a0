"""Many rows at once: COPY with progress, and indexes set aside while a table is filled."""

from onegrid.kit.bulk.aside import indexes_aside
from onegrid.kit.bulk.rows import Progress, copy_rows, point_hex, reserve_ids

__all__ = ["Progress", "copy_rows", "indexes_aside", "point_hex", "reserve_ids"]
