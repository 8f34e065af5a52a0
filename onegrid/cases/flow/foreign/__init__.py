"""Requests of another system in a table, read by a mapping. Reads only; what fits goes through open_case."""

from onegrid.cases.flow.foreign.mapping import Foreign, Reading
from onegrid.cases.flow.foreign.tables import Row, rows_of

__all__ = ["Foreign", "Reading", "Row", "rows_of"]
