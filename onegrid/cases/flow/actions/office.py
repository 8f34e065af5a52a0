"""What is done at a desk: file, dispatch, feed back, close, return, cancel."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import ClassKind, Precedent, Standard
from onegrid.cases.catalog.queries import (
    Route,
    class_by_id,
    precedents_for,
    route,
    standards_of,
    units_for,
    valid_on,
)
from onegrid.cases.flow.actions.closing import close_family, family_locked
from onegrid.cases.flow.actions.help import call_helpers, helpers_free, release_all
from onegrid.cases.flow.actions.informing import Said, inform
from onegrid.cases.flow.actions.merging import refuse_with_merged
from onegrid.cases.flow.actions.writing import Photos, Taken, advance, locked_case
from onegrid.cases.flow.facts import (
    CaseCancelled,
    CaseClosed,
    CaseDispatched,
    CaseFiled,
    CaseHandled,
    CaseReturned,
)
from onegrid.cases.flow.models import Case, EvidenceKind
from onegrid.cases.flow.rules import Verb
from onegrid.cases.flow.standing import objectors
from onegrid.kit.actors import Actor
from onegrid.kit.errors import Refused
from onegrid.kit.facts import announce
from onegrid.kit.statements import gathering


@transaction.atomic
@gathering()
def file_case(
    *,
    case_id: int,
    class_id: int,
    standard_id: int | None = None,
    words: str = "",
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """立案 under a class and, where the class has any, one row of its filing standard; the row sets the limit.

    Refused besides the common ones: class_not_in_force, standard_needed, standard_of_another_class.
    """
    case_class = class_by_id(class_id)
    rows = standards_of(case_class)
    standard = next((row for row in rows if row.pk == standard_id), None)
    details = {"class": f"{case_class.version} {case_class.kind} {case_class.code}"} | _copied(standard)
    taken = Taken(Verb.FILE, by, at, words, details=details)
    case = locked_case(case_id, seen_version, taken)
    if case_class.kind != ClassKind.EVENT or not valid_on(case_class.version_id, timezone.localdate(at)):
        raise Refused("class_not_in_force", _("This class is not in force."), code=case_class.code)
    if rows and standard_id is None:
        raise Refused("standard_needed", _("Please choose the condition that is met."))
    if standard_id is not None and standard is None:
        raise Refused("standard_of_another_class", _("This condition belongs to another class."))
    case.case_class, case.standard = case_class, standard
    step = advance(case, taken)
    announce(CaseFiled(case.pk, step.pk), path=case.area_path, org_id=case.unit_id)
    inform(case, step, Said.FILED, at)
    return case


def _copied(standard: Standard | None) -> dict[str, object]:
    """The row as it stood, in the timeline."""
    if standard is None:
        return {}
    return {
        "standard": {
            "condition": standard.filing_condition,
            "limit": standard.limit,
            "unit": standard.unit,
            "closing": standard.closing_condition,
            "mark": standard.mark,
        }
    }


@transaction.atomic
@gathering()
def dispatch_case(
    *,
    case_id: int,
    unit_id: int | None = None,
    words: str = "",
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """派遣 to a unit; without one, to the unit that the dispatch list names. Refused: no_such_unit, reason_needed,
    unit_objected.

    With the list's unit its rule's limits replace the catalogue's, and its helping units are asked at once. Another
    unit than the list's needs a reason, or a precedent that names it; a unit that objected on this case a reason in
    any case.
    """
    case = locked_case(case_id, seen_version, Taken(Verb.DISPATCH, by, at, words))
    assert case.case_class is not None  # a filed case has its class
    case_class = class_by_id(case.case_class.pk)
    suggested = route(case_class, case.area_path, at)
    by_list = unit_id is None or unit_id == suggested.organisation.pk
    unit = suggested.organisation if unit_id is None or by_list else _unit(case, unit_id, at)
    if not words.strip() and unit.pk in objectors(case):
        raise Refused(
            "unit_objected",
            _("%(unit)s said that it is not its duty. Please give the reason, or choose another unit.")
            % {"unit": unit.name},
            unit=unit.pk,
        )
    precedent = None if by_list else _precedent(case, unit)
    if not by_list and precedent is None and not words.strip():
        raise Refused(
            "reason_needed",
            _("The dispatch list names %(unit)s. Please give the reason for another unit.")
            % {"unit": suggested.organisation.name},
        )
    case.unit = unit
    case.rule_limits = limits_kept(suggested) if by_list else None
    helpers = helpers_free(case, suggested.helpers) if by_list else []
    details = {"by_list": by_list, "why": suggested.why if by_list else "", "rule": suggested.rule_id}
    if precedent is not None:
        details |= {"precedent": precedent.pk, "why": precedent.reason}
    if helpers:
        details["helpers"] = [helper.name for helper in helpers]
    step = advance(case, Taken(Verb.DISPATCH, by, at, words, details=details))
    announce(CaseDispatched(case.pk, step.pk, unit.pk), path=case.area_path, org_id=unit.pk)
    call_helpers(case, helpers, step, at)
    return case


def _precedent(case: Case, unit: Organisation) -> Precedent | None:
    """What the centre decided about this class around here, when it named this unit: reason enough."""
    assert case.case_class is not None
    found = precedents_for(class_by_id(case.case_class.pk), case.area_path)
    return next((one for one in found if one.organisation_id == unit.pk), None)


def limits_kept(found: Route) -> dict[str, list] | None:
    """stage → [limit, unit], as the case keeps them: rules change, a case that has been sent does not."""
    return {stage: [told.limit, told.unit] for stage, told in found.limits.items()} or None


def _unit(case: Case, unit_id: int, at: datetime) -> Organisation:
    """An open organisation that serves the place; an abolished one, or another street's, is not there."""
    for unit in units_for(case.area_path, timezone.localdate(at)):
        if unit.pk == unit_id:
            return unit
    raise Refused("no_such_unit", _("This unit does not serve the place, or no longer exists."), unit=unit_id)


@transaction.atomic
@gathering()
def handle_case(
    *,
    case_id: int,
    words: str,
    photos: Photos = (),
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """处置反馈: what was done. The words are shown to the reporter."""
    taken = Taken(Verb.HANDLE, by, at, words, photos, EvidenceKind.AFTER)
    case = locked_case(case_id, seen_version, taken)
    step = advance(case, taken)
    announce(CaseHandled(case.pk, step.pk), path=case.area_path, org_id=case.unit_id)
    return case


@transaction.atomic
@gathering()
def return_case(
    *, case_id: int, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """回退: not the unit's duty; it goes back to the dispatcher, who sends it again."""
    taken = Taken(Verb.RETURN, by, at, reason)
    case = locked_case(case_id, seen_version, taken)
    unit_id = case.unit_id
    case.unit = case.rule_limits = None
    release_all(case, at)
    step = advance(case, taken)
    announce(CaseReturned(case.pk, step.pk, unit_id or 0), path=case.area_path, org_id=unit_id)
    return case


@transaction.atomic
@gathering()
def close_case(
    *, case_id: int, words: str = "", seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """结案: the outcome is right on site. What was merged into it, or is linked with it, is closed with it.

    Refused besides the common ones: linked_not_ready, linked_busy.
    """
    taken = Taken(Verb.CLOSE, by, at, words)
    family = family_locked(case_id)
    case = locked_case(case_id, seen_version, taken)
    step = advance(case, taken)
    announce(CaseClosed(case.pk, step.pk), path=case.area_path, org_id=case.unit_id)
    inform(case, step, Said.CLOSED, at)
    close_family(case, family, words=words, by=by, at=at)
    return case


@transaction.atomic
@gathering()
def cancel_case(
    *, case_id: int, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """作废: does not meet the filing condition. The reason is shown to the reporter.

    Refused besides the common ones: others_merged_into_it.
    """
    taken = Taken(Verb.CANCEL, by, at, reason)
    case = locked_case(case_id, seen_version, taken)
    refuse_with_merged(case)
    step = advance(case, taken)
    announce(CaseCancelled(case.pk, step.pk), path=case.area_path, org_id=case.unit_id)
    inform(case, step, Said.CANCELLED, at)
    return case
