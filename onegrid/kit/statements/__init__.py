"""Statements that the database prepares once a connection, for paths on which every millisecond is paid for."""

from onegrid.kit.statements.asking import Question, ask, ask_all, tell
from onegrid.kit.statements.columns import Columns, join
from onegrid.kit.statements.gathering import foreseen, gathering
from onegrid.kit.statements.together import Together, copy_in, next_id, sequence_of

__all__ = [
    "Columns",
    "Question",
    "Together",
    "ask",
    "ask_all",
    "copy_in",
    "foreseen",
    "gathering",
    "join",
    "next_id",
    "sequence_of",
    "tell",
]
