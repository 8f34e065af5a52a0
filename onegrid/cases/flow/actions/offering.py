"""Between streets and districts (移交): the first receiver stays responsible until another accepts.

After Beijing's 接诉即办 regulation Art. 14 (首接负责) and Art. 12 (what is disputed is reviewed above).
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.actions import notify
from onegrid.cases.flow.access import ARBITRATE, ESCALATE, level_of_area, may_answer, may_award, open_offer
from onegrid.cases.flow.actions.help import release_all
from onegrid.cases.flow.actions.writing import Taken, about, advance, checked_case, locked_case, noted
from onegrid.cases.flow.facts import CaseOffered, CaseTakenOver, OfferAwarded, OfferCalledOff, OfferDeclined
from onegrid.cases.flow.holders import leading, people_around
from onegrid.cases.flow.limits import TimeLimit, flow_limits
from onegrid.cases.flow.models import Case, Offer, OfferState
from onegrid.cases.flow.places import Place, place_of
from onegrid.cases.flow.queries.offers import centres_to_ask
from onegrid.cases.flow.refusals import no_such_case
from onegrid.cases.flow.rules import OFFERABLE, Level, Verb, common_path
from onegrid.cases.flow.standing import locked
from onegrid.kit.actors import Actor, SystemActor
from onegrid.kit.errors import NotAllowed, Refused
from onegrid.kit.facts import announce
from onegrid.kit.worktime import due_at
from onegrid.places.areas.models import Area
from onegrid.places.calendars.queries import working_calendar

CLOCK = SystemActor("clock")


@transaction.atomic
def offer_case(
    *, case_id: int, org_id: int, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """移交: the matter belongs to another street or district, whose centre is asked to take it over. State,
    holder and clock stay as they are until it does. Refused besides the common ones: offered_already, no_such_centre,
    awarded_stays."""
    taken = Taken(Verb.OFFER, by, at, reason)
    case = locked_case(case_id, seen_version, taken)
    if case.offered:
        raise Refused("offered_already", _("Another street is asked already."))
    if Offer.objects.filter(case=case, state__in=(OfferState.AWARDED, OfferState.STAYS)).exists():
        raise Refused("awarded_stays", _("It was decided above who has this case; it is not offered again."))
    other = next((one for one in centres_to_ask(case.area_path) if one.pk == org_id), None)
    if other is None:
        raise Refused(
            "no_such_centre", _("This is not the centre of another street or district."), org=org_id
        )
    ours = leading(Level(case.level), case.area_path, timezone.localdate(at))
    due = _due(at, flow_limits(timezone.localdate(at)).offer_answer, other.area.path)
    case.offered = True
    step = noted(case, taken.saying(to=other.name, answer_by=due.isoformat()))
    Offer.objects.create(
        case=case, from_org=ours, to_org=other, from_path=case.area_path, to_path=other.area.path,
        common_path=common_path(case.area_path, other.area.path), reason=reason.strip(),
        offered_by=by.actor_label[:80], offered_at=at, due_at=due,
    )  # fmt: skip
    announce(CaseOffered(case.pk, step.pk, other.pk), path=case.area_path, org_id=other.pk)
    people = people_around(ESCALATE, other.area.path, other.pk)
    _tell(people, case, gettext_noop("%(number)s: another street asks you to take it over"), at)
    return case


@transaction.atomic
def call_off_offer(
    *, case_id: int, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """撤回移交: whoever offered it keeps it after all; a dispute ends with it. Refused besides: not_offered."""
    taken = Taken(Verb.CALL_OFF, by, at, reason)
    case = locked_case(case_id, seen_version, taken)
    offer = _open(case)
    _ended(case, offer, OfferState.CALLED_OFF)
    step = noted(case, taken.saying(to=offer.to_org.name))
    announce(OfferCalledOff(case.pk, step.pk, offer.to_org_id), path=case.area_path, org_id=offer.to_org_id)
    return case


@transaction.atomic
def take_over_case(
    *, case_id: int, words: str = "", seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """接收移交: the other centre leads it from here, with a clock of its own; class and standard stay.

    Refused besides the common ones: not_offered."""
    taken = Taken(Verb.TAKE_OVER, by, at, words)
    case, offer = _asked(case_id, seen_version, taken)
    offer.answer, offer.answered_by, offer.answered_at = words.strip(), by.actor_label[:80], at
    _move(case, offer, OfferState.TAKEN, taken)
    return case


@transaction.atomic
def decline_offer(
    *, case_id: int, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """不接收: the other centre says why not. The nearest common level above decides, within its limit; the
    first receiver goes on meanwhile. Refused besides: not_offered."""
    taken = Taken(Verb.DECLINE, by, at, reason)
    case, offer = _asked(case_id, seen_version, taken)
    _dispute(case, offer, taken)
    return case


@transaction.atomic
def award_case(
    *, case_id: int, moves: bool, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """移交裁定: `moves`: the other centre has it from now on; else it stays. Final for this case, and offered as a
    precedent for its class around here. Refused besides the common ones: not_offered."""
    taken = Taken(Verb.AWARD, by, at, reason)
    case, offer = _asked(case_id, seen_version, taken)
    to = offer.to_org if moves else offer.from_org
    offer.decision, offer.decided_by, offer.decided_at = reason.strip(), by.actor_label[:80], at
    if not moves:
        _ended(case, offer, OfferState.STAYS)
    step = noted(case, taken.saying(to=to.name if to else ""))
    announce(
        OfferAwarded(case.pk, step.pk, offer.to_org_id, moves), path=case.area_path, org_id=offer.to_org_id
    )
    if moves:
        _move(case, offer, OfferState.AWARDED, Taken(Verb.TAKE_OVER, by, at, "", details={"awarded": True}))
    return case


def offers_run_out(*, at: datetime, most: int = 200) -> int:
    """Silence is no answer: an offer whose time is over is decided above, as if it had been declined. What was done
    before anybody answered lapses. Each in its own transaction; how many."""
    found = Offer.objects.filter(state=OfferState.WAITING, due_at__lte=at).order_by("due_at")
    return sum(
        _run_out(offer_id, case_id, at) for offer_id, case_id in found.values_list("pk", "case_id")[:most]
    )


@transaction.atomic
def _run_out(offer_id: int, case_id: int, at: datetime) -> bool:
    case = locked(case_id, CLOCK, at)
    offer = open_offer(case) if case is not None else None
    if case is None or offer is None or offer.pk != offer_id or offer.state != OfferState.WAITING:
        return False
    if case.state not in OFFERABLE:
        offer.state = OfferState.LAPSED
        offer.save(update_fields=["state"])
        return True
    with translation.override(settings.LANGUAGE_CODE):
        _dispute(case, offer, Taken(Verb.DECLINE, CLOCK, at, _("No answer within the time.")))
    return True


def _asked(case_id: int, seen_version: int | None, taken: Taken) -> tuple[Case, Offer]:
    """The case, locked, and its offer, for whoever is asked about it; to others the case is not there."""
    case = locked(case_id, taken.by, taken.at)
    if case is None:
        raise no_such_case()
    offer = open_offer(case)
    may = may_award if taken.verb == Verb.AWARD else may_answer
    if offer is None or not may(taken.by, offer):
        _refuse(case, offer, taken)
    checked_case(case, seen_version, taken)
    assert offer is not None
    return case, offer


def _refuse(case: Case, offer: Offer | None, taken: Taken) -> None:
    what = ARBITRATE if taken.verb == Verb.AWARD else ESCALATE
    scope = taken.by.scope(what)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=what)
    reached = scope.covers(case.area_path, case.unit_id) or (
        offer is not None and scope.covers(offer.to_path, offer.to_org_id)
    )
    raise _not_offered() if reached else no_such_case()


def _not_offered() -> Refused:
    return Refused("not_offered", _("This case waits for no such answer of yours."))


def _open(case: Case) -> Offer:
    offer = open_offer(case)
    if offer is None:
        raise _not_offered()
    return offer


def _dispute(case: Case, offer: Offer, taken: Taken) -> None:
    at = taken.at
    due = _due(at, flow_limits(timezone.localdate(at)).offer_decision, offer.common_path or offer.from_path)
    offer.answer, offer.answered_by, offer.answered_at = taken.words.strip(), taken.by.actor_label[:80], at
    offer.state, offer.due_at = OfferState.DISPUTED, due
    offer.save(update_fields=["answer", "answered_by", "answered_at", "state", "due_at"])
    step = noted(case, taken.saying(by=offer.to_org.name, decision_by=due.isoformat()))
    announce(OfferDeclined(case.pk, step.pk, offer.to_org_id), path=case.area_path, org_id=offer.to_org_id)
    judges = people_around(ARBITRATE, offer.common_path, None) if offer.common_path else []
    _tell(judges, case, gettext_noop("%(number)s: two streets disagree whose it is; please decide"), at)


def _move(case: Case, offer: Offer, state: OfferState, taken: Taken) -> None:
    """The case lies in the other area from now on: at its grid where the point is inside, else in the area itself."""
    place = _place(case, offer)
    case.area_path = place.path
    case.grid = Area.objects.defer("boundary").get(pk=place.grid_id) if place.grid_id else None
    case.community_id, case.street_id = place.community_id, place.street_id
    case.level = level_of_area(offer.to_org.area_id)
    case.unit = case.rule_limits = None
    case.designated = False
    release_all(case, taken.at)
    _ended(case, offer, state)
    before = offer.from_org.name if offer.from_org else ""
    step = advance(case, taken.saying(before=before, unit=offer.to_org.name))
    announce(CaseTakenOver(case.pk, step.pk, offer.to_org_id), path=case.area_path, org_id=offer.to_org_id)


def _place(case: Case, offer: Offer) -> Place:
    point = Case.objects.values_list("point", flat=True).get(pk=case.pk)
    if point is not None:
        try:
            found = place_of(point.x, point.y, "")
        except Refused:
            found = None
        if found is not None and found.path.startswith(offer.to_path):
            return found
    return place_of(None, None, "", offer.to_org.area_id)


def _ended(case: Case, offer: Offer, state: OfferState) -> None:
    case.offered = False
    offer.state = state
    offer.save()


def _due(at: datetime, limit: TimeLimit, path: str) -> datetime:
    return due_at(at, limit.limit, limit.unit, working_calendar(at, path))


def _tell(people: Sequence[User], case: Case, title: str, at: datetime) -> None:
    if people:
        with translation.override(settings.LANGUAGE_CODE):
            notify(
                people, title=_(title) % {"number": case.number}, body=about(case),
                link=f"/cases/{case.number}/", kind="case.offer", at=at,
            )  # fmt: skip
