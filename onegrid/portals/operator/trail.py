"""What was done to one thing, in words, newest first: read from the audit trail by those who may."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from onegrid.kit.actors import Actor
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.audit.queries import SEE, entries_about

SHOWN = 30
VERBS = {
    "orgs.open": _("Opened"),
    "orgs.change": _("Changed"),
    "orgs.move": _("Moved"),
    "orgs.close": _("Closed down"),
    "orgs.reopen": _("Reopened"),
    "areas.open": _("Opened"),
    "areas.rename": _("Renamed"),
    "areas.close": _("Closed down"),
    "areas.reopen": _("Reopened"),
    "addresses.open": _("Opened"),
    "addresses.rename": _("Renamed"),
    "addresses.close": _("Closed down"),
    "compounds.record": _("Put on the record"),
    "compounds.dwellings": _("Doors written down"),
    "compounds.hand_over": _("Management handed over"),
    "establishments.open": _("Put on the record"),
    "establishments.close": _("Closed down"),
    "things.place": _("Put on the record"),
    "things.move": _("Position corrected"),
    "things.status": _("State changed"),
    "users.create": _("Account opened"),
    "users.change_name": _("Name changed"),
    "users.change_phone": _("Private phone changed"),
    "users.reveal_phone": _("Private phone looked at"),
    "users.reset_password": _("Password reset"),
    "users.change_password": _("Own password changed"),
    "users.lock": _("Account locked"),
    "users.unlock": _("Account unlocked"),
    "users.end_wait": _("Wait ended"),
    "users.end_session": _("Session ended"),
    "users.leave": _("Left for good"),
    "users.take_back": _("Account taken back"),
    "users.transfer": _("Transferred"),
}


@dataclass(frozen=True)
class Told:
    """`what`: the deed in words; `more`: what changed, if it can be said."""

    at: datetime
    who: str
    what: str
    reason: str
    more: str = ""


def told(
    about: Model,
    *,
    viewer: Actor,
    path: str | None,
    org_id: int | None = None,
    more: Callable[[AuditEntry], str] = lambda entry: "",
) -> list[Told] | None:
    """None for whoever may not read the trail there."""
    if not viewer.scope(SEE).covers(path, org_id):
        return None
    return in_words(list(entries_about(about, viewer=viewer, path=path, org_id=org_id)[:SHOWN]), more)


def in_words(entries: list[AuditEntry], more: Callable[[AuditEntry], str] = lambda entry: "") -> list[Told]:
    """The same from entries that a room has handed out for the history of its thing."""
    return [
        Told(entry.at, entry.actor_label, str(VERBS.get(entry.verb, entry.verb)), entry.reason, more(entry))
        for entry in entries
    ]


def pairs_of(details: Mapping[str, object]) -> list[tuple[object, object]]:
    """[before, after] of every value that an entry says changed."""
    return [(value[0], value[1]) for value in details.values() if isinstance(value, list) and len(value) == 2]
