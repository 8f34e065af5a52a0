"""The only doors through which written instructions change."""

from onegrid.oversight.supervision.actions.answering import (
    accept_reply,
    ask_again,
    ask_time,
    give_time,
    refuse_time,
    remind_unit,
    reply,
    sign,
    withdraw,
)
from onegrid.oversight.supervision.actions.reading import read_instruction
from onegrid.oversight.supervision.actions.telling import tell_of_instructions
from onegrid.oversight.supervision.actions.writing import write_instruction

__all__ = [
    "accept_reply",
    "ask_again",
    "ask_time",
    "give_time",
    "read_instruction",
    "refuse_time",
    "remind_unit",
    "reply",
    "sign",
    "tell_of_instructions",
    "withdraw",
    "write_instruction",
]
