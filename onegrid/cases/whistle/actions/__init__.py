"""The deeds of whistles."""

from onegrid.cases.whistle.actions.answering import (
    Arrival,
    finish_call,
    note_contact,
    refuse_call,
    report_in,
    sign_call,
)
from onegrid.cases.whistle.actions.blowing import (
    Wanted,
    approve_whistle,
    blow_whistle,
    decline_whistle,
    withdraw_whistle,
)
from onegrid.cases.whistle.actions.deciding import decide_refusal
from onegrid.cases.whistle.actions.editions import (
    discard_kinds,
    draft_kinds,
    drop_kind,
    keep_kind,
    keep_rate,
    load_kinds,
    publish_kinds,
    start_kinds,
)
from onegrid.cases.whistle.actions.rating import rate_whistle
from onegrid.cases.whistle.actions.recording import Task, finish_task, sign_record, write_record
from onegrid.cases.whistle.actions.silence import tell_of_silence

__all__ = [
    "Arrival",
    "Task",
    "Wanted",
    "approve_whistle",
    "blow_whistle",
    "decide_refusal",
    "decline_whistle",
    "discard_kinds",
    "draft_kinds",
    "drop_kind",
    "finish_call",
    "finish_task",
    "keep_kind",
    "keep_rate",
    "load_kinds",
    "note_contact",
    "publish_kinds",
    "rate_whistle",
    "refuse_call",
    "report_in",
    "sign_call",
    "sign_record",
    "start_kinds",
    "tell_of_silence",
    "withdraw_whistle",
    "write_record",
]
