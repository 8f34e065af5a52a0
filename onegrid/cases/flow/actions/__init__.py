"""The only door for writes: one verb a function."""

from onegrid.cases.flow.actions.afterwards import (
    add_as_follower,
    add_to_report,
    rate_as_follower,
    rate_case,
    reopen_case,
    withdraw_report,
)
from onegrid.cases.flow.actions.alarm import raise_alarm
from onegrid.cases.flow.actions.aside import photos_set_aside, set_photos_aside
from onegrid.cases.flow.actions.callers import look_up_caller
from onegrid.cases.flow.actions.calling import end_call
from onegrid.cases.flow.actions.contact import reveal_contact
from onegrid.cases.flow.actions.duty import arbitrate_case, object_to_duty
from onegrid.cases.flow.actions.exporting import export_cases
from onegrid.cases.flow.actions.following import follow_case, stop_following
from onegrid.cases.flow.actions.forgetting import correct_name, forget_contact, forget_old_contacts
from onegrid.cases.flow.actions.help import ask_help, give_help, release_help
from onegrid.cases.flow.actions.holding import lift_ended_holds, lift_hold, put_hold
from onegrid.cases.flow.actions.intake import open_case
from onegrid.cases.flow.actions.levels import escalate_case, hand_down_case
from onegrid.cases.flow.actions.linking import link_case, unlink_case
from onegrid.cases.flow.actions.many import open_cases
from onegrid.cases.flow.actions.merging import merge_case, unmerge_case
from onegrid.cases.flow.actions.noting import note_case, press_case
from onegrid.cases.flow.actions.offering import (
    award_case,
    call_off_offer,
    decline_offer,
    offer_case,
    offers_run_out,
    take_over_case,
)
from onegrid.cases.flow.actions.office import (
    cancel_case,
    close_case,
    dispatch_case,
    file_case,
    handle_case,
    return_case,
)
from onegrid.cases.flow.actions.pacing import count_paces
from onegrid.cases.flow.actions.passing import pass_on_tasks
from onegrid.cases.flow.actions.recalling import recall_case
from onegrid.cases.flow.actions.saving import delete_filter, rename_filter, save_filter
from onegrid.cases.flow.actions.site import check_case, rework_case, settle_case, verify_case
from onegrid.cases.flow.actions.spot import report_settled
from onegrid.cases.flow.actions.telling import tell_of_clocks
from onegrid.cases.flow.actions.time import apply_for, decide_application, take_back_application
from onegrid.cases.flow.actions.together import take_together

__all__ = [
    "add_as_follower",
    "add_to_report",
    "apply_for",
    "arbitrate_case",
    "ask_help",
    "award_case",
    "call_off_offer",
    "cancel_case",
    "check_case",
    "close_case",
    "correct_name",
    "count_paces",
    "decide_application",
    "decline_offer",
    "delete_filter",
    "dispatch_case",
    "end_call",
    "escalate_case",
    "export_cases",
    "file_case",
    "follow_case",
    "forget_contact",
    "forget_old_contacts",
    "give_help",
    "hand_down_case",
    "handle_case",
    "lift_ended_holds",
    "lift_hold",
    "link_case",
    "look_up_caller",
    "merge_case",
    "note_case",
    "object_to_duty",
    "offer_case",
    "offers_run_out",
    "open_case",
    "open_cases",
    "pass_on_tasks",
    "photos_set_aside",
    "press_case",
    "put_hold",
    "raise_alarm",
    "rate_as_follower",
    "rate_case",
    "recall_case",
    "release_help",
    "rename_filter",
    "reopen_case",
    "report_settled",
    "return_case",
    "reveal_contact",
    "rework_case",
    "save_filter",
    "set_photos_aside",
    "settle_case",
    "stop_following",
    "take_back_application",
    "take_over_case",
    "take_together",
    "tell_of_clocks",
    "unlink_case",
    "unmerge_case",
    "verify_case",
    "withdraw_report",
]
