"""The rules' codes in words."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onegrid.cases.whistle.rules import CALLED_MOST, CASES_MOST, WORDS_MAX
from onegrid.kit.errors import NotFound, Refused

WORDS = {
    "ask_needed": _("Please say what the departments are to do."),
    "words_needed": _("Please say in a few words."),
    "words_too_long": _("The text is longer than %(most)s characters."),
    "reason_needed": _("Please give the reason."),
    "nobody_called": _("Please choose at least one department."),
    "one_lead": _("Exactly one department leads."),
    "too_many_called": _("At most %(called)s departments."),
    "too_many_cases": _("At most %(cases)s cases."),
    "call_is_over": _("This department owes nothing more here."),
    "call_is_refused": _("This department has refused; the district decides first."),
    "step_done": _("This step is done already."),
    "report_in_first": _("Please report in first; then feed back what was done."),
    "bad_stars": _("Please give one to five stars."),
    "whistle_is_over": _("This whistle has ended; nothing more can be done with it."),
    "not_blown": _("This whistle has not been approved yet."),
    "too_late_to_refuse": _("Who has reported in does not refuse any more."),
}


def refused(code: str, **details: object) -> Refused:
    filling = {"most": WORDS_MAX, "called": CALLED_MOST, "cases": CASES_MOST}
    return Refused(code, str(WORDS[code]) % filling, **details)


def no_such_whistle() -> NotFound:
    return NotFound("not_found", gettext("There is nothing here, or it is outside your area."))
