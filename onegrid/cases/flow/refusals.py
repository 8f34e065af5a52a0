"""The rules' codes in words, and the refusals made of them."""

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onegrid.cases.flow.models import Case, StateChoices, VerbChoices
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
    "case_is_held": _("The clock of this case is held; let it run on first."),
    "check_needed": _("The result is checked on site before this case may be closed."),
    "designated_stays": _("The unit was named by a decision of the centre; the case cannot be sent back."),
    "before_photo_needed": _("A photo of the place before the work is needed as well."),
    "too_many_photos": _("At most %(photos)s files."),
}


def broken(failure: Broken, case: Case) -> Refused:
    """The refusal for a rule that said no."""
    filling = {
        "state": StateChoices(case.state).label,
        "most": NOTE_MAX,
        "photos": PHOTOS_MAX,
    }
    return Refused(failure.code, WORDS[failure.code] % filling, case=case.number, state=case.state)


def changed_meanwhile(case: Case) -> Refused:
    """Somebody was faster: who, with what, and when."""
    last = case.steps.last()
    assert last is not None  # a case is written together with its first step
    words = gettext(
        "Meanwhile %(who)s changed this case (%(step)s, %(time)s). Please look again before you go on."
    )
    shown = {
        "who": gettext("Somebody") if case.secret and last.position == 1 else last.actor_label,
        "step": VerbChoices(last.verb).label,
        "time": f"{timezone.localtime(last.at):%H:%M}",
    }
    return Refused("changed_meanwhile", words % shown, version=case.version, state=case.state)


def linked_not_ready(numbers: list[str]) -> Refused:
    """Of what closes together, these cannot be closed yet."""
    words = gettext("Linked cases are closed together, and these are not ready: %(numbers)s.")
    return Refused("linked_not_ready", words % {"numbers": ", ".join(numbers)}, numbers=numbers)


def no_such_case() -> NotFound:
    return NotFound("not_found", _("There is nothing here, or it is outside your area."))
