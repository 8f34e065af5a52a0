"""Handing matters of a compound to its firm, and what the firm says before it feeds back."""

import logging
import re
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.actions import notify
from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.catalog.queries import edition, standards_of, version_id_in_force
from onegrid.cases.flow.access import HANDLE, require_case
from onegrid.cases.flow.actions import dispatch_case, file_case, handle_case, verify_case
from onegrid.cases.flow.actions.writing import Photos, Taken, about, locked_case, noted
from onegrid.cases.flow.models import Case, Channel, EvidenceKind
from onegrid.cases.flow.rules import State, Verb
from onegrid.cases.repairs.facts import RepairAccepted
from onegrid.cases.repairs.models import Repair
from onegrid.cases.repairs.queries import workers_of
from onegrid.cases.repairs.straight import straight_classes
from onegrid.kit.actors import Actor
from onegrid.kit.errors import NotFound, Refusal, Refused
from onegrid.kit.facts import announce
from onegrid.registry.dwellings.models import Compound
from onegrid.registry.dwellings.queries import compound_at, manager_on
from onegrid.registry.facilities.models import Facility
from onegrid.registry.facilities.periods import periods
from onegrid.registry.facilities.queries import facility_named

LOG = logging.getLogger(__name__)
LABEL = r"[A-Z0-9]{8}"  # what the code on a label looks like
FRESH = (State.REPORTED, State.VERIFIED)


@transaction.atomic
def hand_over_repairs(*, case_ids: Sequence[int], by: Actor, at: datetime) -> list[Repair]:
    """报修直达: of these new cases, those of a straight class, or of a labelled facility, inside a managed compound
    go to its firm by the ordinary steps. What does not fit, or is refused, stays where it is: with people."""
    day = timezone.localdate(at)
    cases = Case.objects.filter(pk__in=case_ids, state__in=FRESH, repair=None).exclude(channel=Channel.IMPORT)
    straight = straight_classes(day)
    done = []
    for case in cases.select_related("case_class").defer("reporter_name", "reporter_phone").order_by("pk"):
        known = case.case_class is not None and case.case_class.code in straight
        if not known and not re.search(LABEL, case.address):
            continue
        repair = _handed_over(case, by, at)
        if repair is not None:
            done.append(repair)
    return done


def _handed_over(case: Case, by: Actor, at: datetime) -> Repair | None:
    """None when there is no compound, no firm or no class, or a step was refused: then nothing is written."""
    day = timezone.localdate(at)
    facility = facility_named(case.address)
    compound = facility.compound if facility else _compound_of(case)
    firm = manager_on(compound.pk, day) if compound else None
    case_class = case.case_class or (_class_of(facility, at) if facility else None)
    if compound is None or firm is None or case_class is None or len(standards_of(case_class)) > 1:
        return None
    try:
        with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
            _steps(case, case_class, firm, by, at)
            return _written(case.pk, firm.pk, compound, facility, at, straight=True)
    except Refusal as refusal:  # it stays with people, as if nobody had tried
        LOG.warning("%s stays: %s", case.number, refusal.code)
        return None


def _steps(case: Case, case_class: CaseClass, firm: Organisation, by: Actor, at: datetime) -> None:
    if case.state == State.REPORTED:
        words = _("A repair goes straight to the firm; nobody looked on site before (local rule).")
        verify_case(case_id=case.pk, words=words, by=by, at=at)
    rows = standards_of(case_class)
    file_case(case_id=case.pk, class_id=case_class.pk, standard_id=rows[0].pk if rows else None, by=by, at=at)
    words = _("%(firm)s manages the compound.") % {"firm": firm.name}
    dispatch_case(case_id=case.pk, unit_id=firm.pk, words=words, by=by, at=at)


def _compound_of(case: Case) -> Compound | None:
    return compound_at(
        case.point.x if case.point else None, case.point.y if case.point else None, case.address
    )


def _class_of(facility: Facility, at: datetime) -> CaseClass | None:
    day = timezone.localdate(at)
    kind = periods(day).kinds.get(facility.kind)
    version = version_id_in_force(day)
    return edition(version).by_key("event", kind.case_class) if kind and version else None


@transaction.atomic
def note_firms(*, of: Sequence[tuple[int, int]], by: Actor, at: datetime) -> list[Repair]:
    """Cases that somebody sent to a firm by hand, each (case id, unit id), become its repairs too."""
    kinds = Organisation.objects.filter(pk__in={unit for _case, unit in of}, kind=OrgKind.PROPERTY_FIRM)
    firms = set(kinds.values_list("pk", flat=True))
    wanted = {case: unit for case, unit in of if unit in firms}
    cases = Case.objects.filter(pk__in=wanted, unit__in=firms).order_by("pk")
    return [
        _written(case.pk, case.unit_id or 0, _compound_of(case), facility_named(case.address), at)
        for case in cases
        if case.unit_id == wanted[case.pk]
    ]


def _written(
    case_id: int,
    firm_id: int,
    compound: Compound | None,
    facility: Facility | None,
    at: datetime,
    *,
    straight: bool = False,
) -> Repair:
    """One a case: sent to another firm, it begins anew; heard a second time, it stays."""
    there = Repair.objects.select_for_update().filter(case=case_id).first()
    if there is not None and there.firm_id == firm_id:
        return there
    fresh = {
        "firm_id": firm_id, "compound": compound, "facility": facility, "straight": straight, "handed_at": at,
        "accepted_at": None, "visit_at": None, "worker": None, "assigned_at": None,
    }  # fmt: skip
    repair, _new = Repair.objects.update_or_create(case_id=case_id, defaults=fresh)
    return repair


@transaction.atomic
def accept_repair(
    *,
    case_id: int,
    visit_at: datetime | None = None,
    words: str = "",
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> Repair:
    """接单: the firm takes it, and says when somebody comes. Refused: accepted_before, in_the_past."""
    repair = _locked(case_id, by)
    if repair.accepted_at is not None:
        raise Refused("accepted_before", _("Your firm took it before."))
    if visit_at is not None and visit_at < at:
        raise Refused("in_the_past", _("This time is over already."))
    said = _("Taken by the firm.")
    if visit_at is not None:
        when = f"{timezone.localtime(visit_at):%m-%d %H:%M}"
        said = _("Taken by the firm; somebody comes at %(time)s.") % {"time": when}
    _note(case_id, f"{said} {words}".strip(), seen_version, by, at)
    repair.accepted_at, repair.visit_at = at, visit_at
    repair.save(update_fields=["accepted_at", "visit_at"])
    announce(RepairAccepted(case_id, repair.firm_id), path=repair.case.area_path, org_id=repair.firm_id)
    return repair


@transaction.atomic
def assign_repair(
    *, case_id: int, worker_id: int, seen_version: int | None = None, by: Actor, at: datetime
) -> Repair:
    """派工: one of the firm's own people does it, and is told. Refused: not_of_the_firm, has_it_already."""
    repair = _locked(case_id, by)
    people = {one.pk: one for one in workers_of(repair.firm_id, timezone.localdate(at))}
    worker = people.get(worker_id)
    if worker is None:
        raise Refused("not_of_the_firm", _("Only people of the firm can be sent."), worker=worker_id)
    if repair.worker_id == worker_id:
        raise Refused("has_it_already", _("This person has it already."))
    _note(case_id, _("Given to %(name)s.") % {"name": worker.display_name}, seen_version, by, at)
    repair.worker, repair.assigned_at = worker, at
    repair.accepted_at = repair.accepted_at or at
    repair.save(update_fields=["worker", "assigned_at", "accepted_at"])
    _tell(worker, repair.case, at)
    return repair


@transaction.atomic
def feed_back_repair(
    *,
    case_id: int,
    words: str,
    before: Photos = (),
    after: Photos = (),
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """处置反馈: photos of before stand in a note, those of after in the ordinary step of handling."""
    _locked(case_id, by)
    if before:
        taken = Taken(Verb.NOTE, by, at, _("Before the repair."), before, EvidenceKind.BEFORE)
        case = locked_case(case_id, seen_version, taken)
        noted(case, taken)
        seen_version = None  # it was right a moment ago, in this transaction
    return handle_case(case_id=case_id, words=words, photos=after, seen_version=seen_version, by=by, at=at)


def _locked(case_id: int, by: Actor) -> Repair:
    """The repair of a case that its firm has now; whoever may not handle it there does not see it."""
    rows = Repair.objects.select_for_update(of=("self",)).select_related("case")
    repair = rows.filter(case=case_id).first()
    if repair is None or repair.case.unit_id != repair.firm_id:
        raise NotFound("not_found", _("There is no case with this number here."))
    require_case(by, HANDLE, repair.case)
    if repair.case.state != State.DISPATCHED:
        raise Refused("step_not_allowed", _("The firm does not have it now."), state=repair.case.state)
    return repair


def _note(case_id: int, words: str, seen_version: int | None, by: Actor, at: datetime) -> None:
    taken = Taken(Verb.NOTE, by, at, words)
    noted(locked_case(case_id, seen_version, taken), taken)


def _tell(worker: User, case: Case, at: datetime) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        notify(
            [worker],
            title=_("%(number)s: a repair was given to you") % {"number": case.number},
            body=about(case),
            link=f"/property/repairs/{case.number}/",
            kind="repair",
            at=at,
        )
