"""Statements that the database prepares once a connection, for paths on which every millisecond is paid for."""

from onegrid.kit.statements.asking import ask
from onegrid.kit.statements.columns import Columns
from onegrid.kit.statements.together import Together, copy_in, next_id, sequence_of

__all__ = ["Columns", "Together", "ask", "copy_in", "next_id", "sequence_of"]
