"""Whose duty it is: objection by the unit, decision by the centre."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.actions import notify
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.actions import remember_precedent
from onegrid.cases.catalog.queries import class_by_id, units_for
from onegrid.cases.catalog.rules import ancestors
from onegrid.cases.flow.access import ARBITRATE
from onegrid.cases.flow.actions.writing import Taken, about, advance, locked_case, noted
from onegrid.cases.flow.facts import CaseArbitrated, CaseObjected
from onegrid.cases.flow.holders import people_with
from onegrid.cases.flow.models import Application, ApplicationKind, ApplicationState, Case, Decision
from onegrid.cases.flow.rules import Verb
from onegrid.cases.flow.standing import standing_of
from onegrid.kit.actors import Actor
from onegrid.kit.errors import NotAllowed, Refused
from onegrid.kit.facts import announce
from onegrid.places.areas.models import Area


@transaction.atomic
def object_to_duty(
    *, case_id: int, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """职责异议: the unit says it is not its duty. It stays responsible, and its clock runs on, until somebody decided
    (首接负责). Refused besides the common ones: objected_already, designated_stays."""
    taken = Taken(Verb.OBJECT, by, at, reason)
    case = locked_case(case_id, seen_version, taken)
    if _open_objection(case) is not None:
        raise Refused("objected_already", _("The unit's objection waits for a decision already."))
    clock = standing_of(case).clock
    assert clock is not None  # a dispatched case has a running clock
    step = noted(case, taken)
    Application.objects.create(
        case=case,
        clock=clock,
        kind=ApplicationKind.OBJECTION,
        reason=reason.strip(),
        org=case.unit,
        asked_by=person(by),
        asked_at=at,
    )
    announce(CaseObjected(case.pk, step.pk, case.unit_id or 0), path=case.area_path, org_id=case.unit_id)
    arbiters = people_with(ARBITRATE, case)
    if arbiters:
        with translation.override(settings.LANGUAGE_CODE):
            notify(
                arbiters,
                title=_("%(number)s: %(unit)s says it is not its duty")
                % {"number": case.number, "unit": case.unit.name if case.unit else ""},
                body=about(case),
                link=f"/cases/{case.number}/",
                kind="case.objection",
                at=at,
            )
    return case


@transaction.atomic
def arbitrate_case(
    *, case_id: int, unit_id: int, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """职责裁定: the centre names the unit, which may not send it back any more. Its clock starts anew.

    Refused besides the common ones: no_such_unit. An objection that waits is granted when another unit is named,
    and the decision on it is remembered as a precedent.
    """
    taken = Taken(Verb.ARBITRATE, by, at, reason)
    case = locked_case(case_id, seen_version, taken)
    unit = next((u for u in units_for(case.area_path, timezone.localdate(at)) if u.pk == unit_id), None)
    if unit is None:
        raise Refused(
            "no_such_unit", _("This unit does not serve the place, or no longer exists."), unit=unit_id
        )
    before, objection = case.unit, _open_objection(case)
    other = before is None or before.pk != unit.pk
    case.unit, case.designated = unit, True
    if other:  # the rule spoke for the unit it names
        case.rule_limits = None
    details = {"unit": unit.name, "before": before.name if before else "", "objected": objection is not None}
    step = advance(case, Taken(Verb.ARBITRATE, by, at, reason, details=details))
    if objection is not None:
        objection.state = ApplicationState.GRANTED if other else ApplicationState.REFUSED
        objection.decided_at = at
        objection.save(update_fields=["state", "decided_at"])
        Decision.objects.create(
            application=objection, step=step, by=person(by), granted=other, words=reason.strip(), at=at
        )
        _remember(case, unit, reason, by, at)
    announce(CaseArbitrated(case.pk, step.pk, unit.pk), path=case.area_path, org_id=unit.pk)
    return case


def _remember(case: Case, unit: Organisation, reason: str, by: Actor, at: datetime) -> None:
    """The decision is a precedent for this class in the street, offered at the next dispatch."""
    area = case.street or Area.objects.get(pk=ancestors(case.area_path)[-1])
    assert case.case_class is not None  # a dispatched case has its class
    remember_precedent(
        case_class=class_by_id(case.case_class.pk),
        area=area,
        organisation=unit,
        reason=reason,
        case_number=case.number,
        by=by,
        at=at,
    )


def _open_objection(case: Case) -> Application | None:
    return Application.objects.filter(
        case=case, kind=ApplicationKind.OBJECTION, state=ApplicationState.WAITING
    ).first()


def person(by: Actor) -> User:
    """Applications and decisions are made by people who sign in, not by processes."""
    if not isinstance(by, User):
        raise NotAllowed("people_only", _("Only a signed-in person may do this."))
    return by
