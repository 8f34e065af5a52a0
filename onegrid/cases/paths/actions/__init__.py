"""The only door for writes: one verb a function."""

from onegrid.cases.paths.actions.aside import Vehicle, attach_report, reveal_vehicle
from onegrid.cases.paths.actions.asking import accept_sections, decline_sections, send_path
from onegrid.cases.paths.actions.drawing import choose_lead, discard_path, draw_path, open_path_case
from onegrid.cases.paths.actions.showing import record_work, show_section

__all__ = [
    "Vehicle",
    "accept_sections",
    "attach_report",
    "choose_lead",
    "decline_sections",
    "discard_path",
    "draw_path",
    "open_path_case",
    "record_work",
    "reveal_vehicle",
    "send_path",
    "show_section",
]
