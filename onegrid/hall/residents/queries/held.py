"""What is kept about somebody who holds a phone, who looked at it, and requests about it. Reading only."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from onegrid.accounts.identity.queries import organisations_then
from onegrid.cases.flow.access import PhoneHolder
from onegrid.cases.flow.queries.own import HeldContact, call_paths_of, calls_of, contacts_of, paths_of
from onegrid.hall.activities.models import SignUp
from onegrid.hall.answers.models import Question
from onegrid.hall.residents.access import ANSWER
from onegrid.hall.residents.models import DataRequest
from onegrid.hall.residents.queries import own_matters
from onegrid.hall.residents.rules import RequestState, parted
from onegrid.kit.actors import Actor, Scope, require
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.audit.queries import looks_at, looks_for
from onegrid.kit.errors import NotAllowed, NotFound
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import Area

SHOWN = 50
LOOKS = 50
# Entries that mean: somebody read a name or a phone in the clear.
READING = [
    "cases.reveal_contact",
    "hall.reveal_sign_up",
    "hall.reveal_request",
    "cases.forget_contact",
    "cases.correct_contact",
]


@dataclass(frozen=True)
class Held:
    """Everything that is tied to one phone."""

    contacts: list[HeldContact]
    follows: int
    questions: int
    places: int
    calls: int

    @property
    def anything(self) -> bool:
        return bool(self.contacts or self.follows or self.questions or self.places or self.calls)


@dataclass(frozen=True)
class Look:
    """Somebody read it, or looked for the phone. `organisation`: theirs; no person is named."""

    at: datetime
    organisation: str
    purpose: str
    number: str


def held_about(*, viewer: PhoneHolder, at: datetime) -> Held:
    """What is kept with the viewer's phone; of each kind counted to SHOWN."""
    found = own_matters(viewer=viewer, at=at)
    contacts = contacts_of(viewer=viewer, limit=SHOWN)
    calls = calls_of(viewer=viewer, limit=SHOWN)
    return Held(contacts, len(found.follows), len(found.questions), len(found.places), len(calls))


def looks_about(*, viewer: PhoneHolder) -> list[Look]:
    """Who looked: reveals of contacts on the viewer's reports, sign-ups and requests, and look-ups of the phone."""
    contacts = {one.case_id: one.number for one in contacts_of(viewer=viewer, limit=SHOWN)}
    places = SignUp.objects.filter(phone_index=viewer.phone_index).values_list("pk", flat=True)[:SHOWN]
    own = DataRequest.objects.filter(phone_index=viewer.phone_index).order_by("-pk")
    asked = own.values_list("pk", flat=True)[:SHOWN]
    things = {"cases.case": list(contacts), "hall.signup": list(places), "hall.datarequest": list(asked)}
    entries = looks_at(things, verbs=READING, limit=LOOKS) + looks_for(viewer.phone_index, limit=LOOKS)
    entries.sort(key=lambda entry: -entry.pk)
    names = organisations_then({_user(one): one.at for one in entries if _user(one)})
    return [
        Look(
            one.at,
            names.get(_user(one)) or one.actor_label.partition("(")[2].rstrip(")") or str(_("The platform")),
            one.reason,
            contacts.get(int(one.object_id), "") if one.object_kind == "cases.case" else "",
        )
        for one in entries[:LOOKS]
    ]


def _user(entry: AuditEntry) -> int:
    kind, _sign, number = entry.actor_key.partition(":")
    return int(number) if kind == "user" and number.isdecimal() else 0


def own_requests(*, viewer: PhoneHolder) -> list[tuple[DataRequest, str]]:
    """The viewer's own, the newest first, each with the name of the area whose officer answers ("": everywhere)."""
    rows = DataRequest.objects.filter(phone_index=viewer.phone_index).defer("phone")
    return with_places(list(rows.order_by("-id")[:SHOWN]))


def with_places(rows: list[DataRequest]) -> list[tuple[DataRequest, str]]:
    """Each with the name of its area. One query."""
    ids = {row.pk: int(row.area_path.rstrip(".").rpartition(".")[2]) for row in rows if row.area_path}
    names = dict(Area.objects.filter(pk__in=set(ids.values())).values_list("pk", "name"))
    return [(row, names.get(ids.get(row.pk, 0), "")) for row in rows]


def answering_paths(*, viewer: PhoneHolder) -> list[str]:
    """Whose data officers answer: one area for each street in which something is kept with the phone. Of a call that
    was answered above one of them, that one's."""
    questions = Question.objects.filter(phone_index=viewer.phone_index).values_list("area_path", flat=True)
    places = SignUp.objects.filter(phone_index=viewer.phone_index).exclude(activity__area_path="")
    paths = {
        *paths_of(viewer=viewer),
        *questions.distinct(),
        *places.values_list("activity__area_path", flat=True).distinct(),
    }
    desks = call_paths_of(viewer=viewer)
    paths |= {desk for desk in desks if not any(path.startswith(desk) for path in paths)}
    above = {int(step) for path in paths for step in path.split(".") if step}
    streets = Area.objects.filter(pk__in=above, kind=AreaKind.STREET).values_list("path", flat=True)
    return parted(sorted(paths), streets)


def requests_in_reach(
    *, viewer: Actor, state: str = RequestState.OPEN, limit: int = SHOWN
) -> list[DataRequest]:
    """Those that the viewer answers, the most urgent first; whose they are is not read."""
    rows = DataRequest.objects.filter(_scope(viewer).q("area_path"), state=state).defer("phone", "name")
    return list(rows.order_by("due_on", "id")[:limit])


def request_in_reach(request_id: int, *, viewer: Actor) -> DataRequest:
    _scope(viewer)
    found = DataRequest.objects.defer("phone").filter(pk=request_id).first()
    if found is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require(viewer, ANSWER, path=found.area_path or None)
    return found


def requests_waiting(*, viewer: Actor) -> int:
    """How many wait, counted to 100; 0 for whom they do not concern."""
    scope = viewer.scope(ANSWER)
    if not scope.reaches:
        return 0
    waiting = DataRequest.objects.filter(scope.q("area_path"), state=RequestState.OPEN)
    return len(waiting.values_list("pk")[:100])


def _scope(viewer: Actor) -> Scope:
    scope = viewer.scope(ANSWER)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=ANSWER)
    return scope
