"""告知: who reported a matter or follows it, and left a phone, is told what became of it (docs/decisions/0020)."""

from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.notices.actions import tell_phones
from onegrid.accounts.notices.queries import phones_are_reached
from onegrid.cases.flow.models import Case, Channel, Follower, Step


class Said(StrEnum):
    """What is told."""

    FILED = "filed"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"
    LINKED = "linked"
    EXTENDED = "extended"
    SUSPENDED = "suspended"
    MESSAGE = "message"


# The number and what happened: no place, no class, no name, no code.
WORDS = {
    Said.FILED: _("Your matter %(number)s is filed and will be handled."),
    Said.CLOSED: _(
        "Your matter %(number)s is closed. With number and code you can read the answer and rate it."
    ),
    Said.CANCELLED: _("Your matter %(number)s was not taken on. With number and code you can read why."),
    Said.MERGED: _(
        "Your matter %(number)s is handled together with another report of it. Your number stays."
    ),
    Said.LINKED: _("Your matter %(number)s is handled and closed together with a related one."),
    Said.EXTENDED: _("Your matter %(number)s takes longer: it is now due on %(day)s."),
    Said.MESSAGE: _("There is a message about your matter %(number)s. With number and code you can read it."),
    Said.SUSPENDED: _("Your matter %(number)s has to wait until %(day)s and goes on after that."),
}


def inform(case: Case, step: Step, said: Said, at: datetime, *, until: datetime | None = None) -> None:
    """In the transaction of the step, once a person: the step's id is part of the message's key.

    What was read in from elsewhere is history. Followers of a confidential case are not told: it is not there for
    them. Costs nothing where no channel reaches phones.
    """
    if case.channel == Channel.IMPORT or not phones_are_reached():
        return
    phones = {f"case.{case.pk}.{step.pk}.{person}": phone for person, phone in _phones(case).items() if phone}
    if not phones:
        return
    given = {"number": case.number, "day": timezone.localdate(until).isoformat() if until else ""}
    with translation.override(settings.LANGUAGE_CODE):
        tell_phones(phones, text=WORDS[said] % given, at=at)


def _phones(case: Case) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    if case.reporter_phone_index:  # read only where there is one; a step keeps what it reads of the row apart
        found["reporter"] = Case.objects.values_list("reporter_phone", flat=True).get(pk=case.pk)
    if not case.secret:
        rows = Follower.objects.filter(case=case, left_at=None, phone__isnull=False)
        found |= {f"follower.{pk}": phone for pk, phone in rows.order_by("pk").values_list("pk", "phone")}
    return found
