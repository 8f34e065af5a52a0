"""The only door for writes: one verb a function."""

from onegrid.cases.flow.actions.contact import reveal_contact
from onegrid.cases.flow.actions.intake import open_case
from onegrid.cases.flow.actions.many import open_cases
from onegrid.cases.flow.actions.office import (
    cancel_case,
    close_case,
    dispatch_case,
    file_case,
    handle_case,
    return_case,
)
from onegrid.cases.flow.actions.passing import pass_on_tasks
from onegrid.cases.flow.actions.site import check_case, rework_case, settle_case, verify_case

__all__ = [
    "cancel_case",
    "check_case",
    "close_case",
    "dispatch_case",
    "file_case",
    "handle_case",
    "open_case",
    "open_cases",
    "pass_on_tasks",
    "return_case",
    "reveal_contact",
    "rework_case",
    "settle_case",
    "verify_case",
]
