"""Arranging visits, recording one, and opening what is sealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.actions import open_case
from onegrid.cases.flow.models import Case, Channel
from onegrid.cases.visits.access import DO, PLAN
from onegrid.cases.visits.facts import HouseholdVisited
from onegrid.cases.visits.kinds import kinds_on
from onegrid.cases.visits.models import Visit, VisitPlan
from onegrid.cases.visits.queries import not_there
from onegrid.cases.visits.rules import (
    EVERY_DAYS_MOST,
    NAME_MAX,
    NOTES_KEPT,
    PHONE_MAX,
    PURPOSE_MAX,
    Kind,
    Outcome,
    Told,
    faults,
    next_visit,
)
from onegrid.kit.actors import Actor, require
from onegrid.kit.audit import record
from onegrid.kit.errors import Refused
from onegrid.kit.facts import announce
from onegrid.places.addresses.kinds import PUBLIC_RANK, RANKS, AddressKind
from onegrid.places.addresses.models import Address


@transaction.atomic
def plan_visits(
    *,
    address_id: int,
    reason: str,
    name: str = "",
    phone: str = "",
    every_days: int | None = None,
    by: Actor,
    at: datetime,
) -> VisitPlan:
    """A household that is looked in on from today. The audit names the row, never who or why.

    Refused: address_without_grid, unknown_reason, bad_every_days, name_too_long, planned_already.
    """
    address = Address.objects.filter(pk=address_id, valid_to=None).first()
    require(by, PLAN, path=address.area_path if address else None)
    if address is None:
        raise not_there()
    if address.grid_id is None:
        raise Refused("address_without_grid", _("This address lies in no grid."))
    kind = _kind(reason, at)
    days = every_days if every_days is not None else kind.every_days
    if not 1 <= days <= EVERY_DAYS_MOST:
        words = _("Between 1 and %(most)s days.")
        raise Refused("bad_every_days", words % {"most": EVERY_DAYS_MOST})
    name, phone = _tidy(name), _tidy(phone)
    if len(name) > NAME_MAX or len(phone) > PHONE_MAX:
        raise Refused("name_too_long", _("Name or phone is too long."))
    if VisitPlan.objects.filter(address=address, ended_at=None).exists():
        raise Refused("planned_already", _("This household is visited already."))
    plan = VisitPlan.objects.create(
        address=address,
        grid_id=address.grid_id,
        area_path=address.area_path,
        reason=kind.code,
        name=name or None,
        phone=phone or None,
        every_days=days,
        next_on=timezone.localdate(at),
        created_at=at,
    )
    record("visits.plan", by=by, about=plan, at=at)
    return plan


def _kind(reason: str, at: datetime) -> Kind:
    found = kinds_on(timezone.localdate(at)).get(reason)
    if found is None:
        raise Refused("unknown_reason", _("There is no such reason."))
    return found


@transaction.atomic
def end_plan(*, plan_id: int, by: Actor, at: datetime) -> VisitPlan:
    """No more visits: name, phone and what was said are erased with it; that visits were made stays."""
    plan = _locked(plan_id, by, PLAN)
    _end(plan, at)
    record("visits.end", by=by, about=plan, at=at)
    return plan


def _end(plan: VisitPlan, at: datetime) -> None:
    plan.ended_at, plan.next_on, plan.name, plan.phone = at, None, None, None
    plan.save(update_fields=["ended_at", "next_on", "name", "phone", "last_on"])
    plan.visits.update(met=None, words=None)


def record_visit(
    *,
    plan_id: int,
    told: Told,
    key: str,
    by: User,
    at: datetime,
) -> Visit:
    """走访记录. A need becomes a case at the building, without name or room: whoever handles it asks the visitor.

    Moved away ends the plan. The same key again gives the same visit. Refused: bad_idempotency_key, visit_incomplete
    (details.codes), and what open_case refuses.
    """
    if not 0 < len(key) <= 64 or "\x00" in key:
        raise Refused("bad_idempotency_key", _("The key of a form has 1 to 64 characters."))
    before = Visit.objects.filter(by=by, key=key).first()
    if before is not None:
        return before
    try:
        with transaction.atomic():
            return _written(_locked(plan_id, by, DO), told, key, by, at)
    except IntegrityError:
        return Visit.objects.get(by=by, key=key)  # the same form was first


def _written(plan: VisitPlan, told: Told, key: str, by: User, at: datetime) -> Visit:
    today = timezone.localdate(at)
    wrong = list(faults(told, today))
    if wrong:
        raise Refused("visit_incomplete", _("The record of the visit is incomplete."), codes=wrong)
    case = _case(plan, told.need.strip(), key, by, at) if told.need.strip() else None
    visit = Visit.objects.create(
        plan=plan,
        by=by,
        at=at,
        outcome=told.outcome,
        met=_tidy(told.met) or None if told.outcome == Outcome.MET else None,
        words=_tidy(told.words) or None,
        case=case,
        key=key,
    )
    plan.last_on = today
    if told.outcome == Outcome.MOVED:
        _end(plan, at)
    else:
        plan.next_on = next_visit(told, plan.every_days, today)
        plan.save(update_fields=["last_on", "next_on"])
    announce(HouseholdVisited(visit.pk), path=plan.area_path)
    return visit


def _case(plan: VisitPlan, need: str, key: str, by: User, at: datetime) -> Case:
    building = _public(plan.address)
    with translation.override(settings.LANGUAGE_CODE):
        text = _("Found on a visit: %(need)s") % {"need": need}
    place: dict[str, Any] = {"area_id": plan.grid_id}
    if building is not None and building.point is not None:
        place = {"lon": building.point.x, "lat": building.point.y}
    return open_case(
        channel=Channel.GRID_WORKER,
        text=text,
        address=building.full_name if building is not None else "",
        idempotency_key=f"visit:{by.pk}:{key}",
        by=by,
        at=at,
        **place,
    )


def _public(address: Address) -> Address | None:
    """The address, or what of it anybody may look up: down to the building."""
    ids = [int(step) for step in address.path.split(".")[:-1]]
    rows = {row.pk: row for row in Address.objects.filter(pk__in=ids)}
    public = [rows[pk] for pk in ids if pk in rows and RANKS[AddressKind(rows[pk].kind)] <= PUBLIC_RANK]
    return public[-1] if public else None


@dataclass(frozen=True)
class OpenedFile:
    """What is sealed about a household, in the clear. `visits`: day, outcome, who was met, what was said."""

    plan_id: int
    reason: str
    name: str
    phone: str
    visits: list[Visit]


@transaction.atomic
def open_file(*, plan_id: int, purpose: str, by: Actor, at: datetime) -> OpenedFile:
    """Who lives there, why they are visited and what was said, for a purpose that is put on record.

    Refused: purpose_needed.
    """
    plan = _locked(plan_id, by, DO)
    purpose = _tidy(purpose)
    if not 0 < len(purpose) <= PURPOSE_MAX:
        words = _("Please say what you need it for, in at most %(most)s characters.")
        raise Refused("purpose_needed", words % {"most": PURPOSE_MAX})
    visits = list(plan.visits.order_by("-at")[:10])
    record("visits.open", by=by, about=plan, at=at, reason=purpose)
    return OpenedFile(plan.pk, plan.reason, plan.name or "", plan.phone or "", visits)


def _locked(plan_id: int, by: Actor, what: str) -> VisitPlan:
    plan = VisitPlan.objects.select_for_update(of=("self",)).filter(pk=plan_id, ended_at=None).first()
    require(by, what, path=plan.area_path if plan else None)
    if plan is None:
        raise not_there()
    return plan


def _tidy(text: str) -> str:
    return text.replace("\x00", "").strip()


@transaction.atomic
def forget_old_notes(*, at: datetime) -> int:
    """Whom one met and what was said is erased NOTES_KEPT after the visit; how many. That it was made stays."""
    kept = Q(met__isnull=False) | Q(words__isnull=False)
    return Visit.objects.filter(kept, at__lt=at - NOTES_KEPT).update(met=None, words=None)
