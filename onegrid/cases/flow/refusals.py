"""The rules' codes in words, and the refusals made of them."""

from django.utils.translation import gettext_lazy as _

from onegrid.cases.flow.models import Case, StateChoices
from onegrid.cases.flow.rules import NOTE_MAX, PHOTOS_MAX, Broken
from onegrid.kit.errors import NotFound, Refused

WORDS = {
    "case_is_final": _("This case is finished; nothing more can be done with it."),
    "step_not_allowed": _("This step does not fit the case's state now: %(state)s."),
    "never_dispatched": _("The case was settled on the spot; there is no unit to send it back to."),
    "reason_needed": _("Please give the reason."),
    "words_needed": _("Please say what was done."),
    "photo_needed": _("A photo of the result is needed."),
    "words_too_long": _("The text is longer than %(most)s characters."),
    "too_many_photos": _("At most %(photos)s photos."),
}


def broken(failure: Broken, case: Case) -> Refused:
    """The refusal for a rule that said no."""
    filling = {
        "state": StateChoices(case.state).label,
        "most": NOTE_MAX,
        "photos": PHOTOS_MAX,
    }
    return Refused(failure.code, WORDS[failure.code] % filling, case=case.number, state=case.state)


def no_such_case() -> NotFound:
    return NotFound("not_found", _("There is nothing here, or it is outside your area."))
