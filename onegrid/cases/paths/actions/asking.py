"""From the lead to the helpers: one dispatch, one clock, and each unit's answer."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from onegrid.accounts.notices.actions import notify
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.access import DISPATCH, HANDLE
from onegrid.cases.flow.actions import dispatch_case
from onegrid.cases.flow.actions.help import call_helpers, helpers_free
from onegrid.cases.flow.actions.writing import about
from onegrid.cases.flow.holders import people_of_unit
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.rules import State
from onegrid.cases.flow.standing import locked
from onegrid.cases.paths.access import answers_for
from onegrid.cases.paths.facts import PathSectionAnswered, PathSectionsAsked
from onegrid.cases.paths.models import PathCase, PathSection, SectionLevel
from onegrid.cases.paths.queries import path_story
from onegrid.cases.paths.rules import SECTION_STEPS, Deed, SectionState
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import NotAllowed, Refused
from onegrid.kit.facts import announce


@transaction.atomic
def send_path(*, path_id: int, by: Actor, at: datetime) -> PathCase:
    """派遣: the lead unit has the case, and the units of the other sections are asked to help. Once more: who was not
    asked, or did not accept, is asked (again). The lead unit's own sections need no asking.

    Refused: no_case_yet, not_filed, nobody_to_ask, and what dispatch_case refuses.
    """
    path, case = opened_path(path_id, by, at)
    if case.state == State.FILED:
        words = path.lead_reason or _("Lead of a path: %(rule)s") % {"rule": path.get_lead_rule_display()}
        case = dispatch_case(case_id=case.pk, unit_id=path.lead_id, words=words, by=by, at=at)
    elif case.state == State.DISPATCHED:
        reached = [by.scope(what).covers(case.area_path, case.unit_id) for what in (DISPATCH, HANDLE)]
        if not any(reached):
            raise NotAllowed("not_allowed", _("Your role does not include this."), what=DISPATCH)
    else:
        raise Refused(
            "not_filed",
            _("The lead case is sent when it is filed, and helpers are asked while it is handled."),
        )
    rows = [row for row in _streets(path) if (SectionState(row.state), Deed.ASK) in SECTION_STEPS]
    if not rows:
        raise Refused("nobody_to_ask", _("Every unit along the way is asked already."))
    units = {row.unit.pk: row.unit for row in rows if row.unit is not None and row.unit_id != case.unit_id}
    step = case.steps.last()
    assert step is not None  # a dispatched case has steps
    call_helpers(case, helpers_free(case, units.values()), step, at)
    for row in rows:
        row.state = SectionState.ACCEPTED if row.unit_id == case.unit_id else SectionState.ASKED
        row.save(update_fields=["state"])
    record("paths.send", by=by, about=path, at=at, details={"units": sorted(units)})
    announce(PathSectionsAsked(path.pk, case.pk), path=case.area_path, org_id=case.unit_id)
    return path


def opened_path(path_id: int, by: Actor, at: datetime) -> tuple[PathCase, Case]:
    """A path in sight with its case, whose row is locked as by every step of it. Refused: no_case_yet."""
    path = path_story(path_id=path_id, viewer=by).path
    if path.case_id is None:
        raise Refused("no_case_yet", _("This path is a draft; open its case first."))
    case = locked(path.case_id, by, at)
    assert case is not None  # a foreign key holds it
    return path, case


def _streets(path: PathCase) -> list[PathSection]:
    rows = PathSection.objects.select_for_update(of=("self",)).filter(path=path, level=SectionLevel.STREET)
    rows = rows.select_related("unit__area").defer(
        "unit__point", "unit__area__boundary", "unit__area__centre"
    )
    return list(rows.order_by("position"))


@transaction.atomic
def accept_sections(*, path_id: int, by: Actor, at: datetime) -> list[PathSection]:
    """A unit takes its sections. Refused: no_case_yet, not_asked."""
    path, case, rows = _asked(path_id, by, at)
    return _answered(path, case, rows, SectionState.ACCEPTED, "", by, at)


@transaction.atomic
def decline_sections(*, path_id: int, reason: str, by: Actor, at: datetime) -> list[PathSection]:
    """A unit says why its sections are not its own; the lead stays responsible for all of the way and is told.
    Refused: no_case_yet, not_asked, reason_needed, reason_too_long."""
    if not reason.strip():
        raise Refused("reason_needed", _("Please give the reason."))
    if len(reason) > 500:
        raise Refused("reason_too_long", _("The reason is too long."), most=500)
    path, case, rows = _asked(path_id, by, at)
    return _answered(path, case, rows, SectionState.DECLINED, reason.strip(), by, at)


def _asked(path_id: int, by: Actor, at: datetime) -> tuple[PathCase, Case, list[PathSection]]:
    path, case = opened_path(path_id, by, at)
    rows = [row for row in _streets(path) if answers_for(by, row) and row.state == SectionState.ASKED]
    if not rows or case.state != State.DISPATCHED:
        raise Refused("not_asked", _("Your unit is not asked about this path now."))
    return path, case, rows


def _answered(
    path: PathCase,
    case: Case,
    rows: Sequence[PathSection],
    state: SectionState,
    reason: str,
    by: Actor,
    at: datetime,
) -> list[PathSection]:
    for row in rows:
        row.state, row.answer, row.answered_by, row.answered_at = state, reason, by.actor_label[:80], at
        row.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    accepted = state == SectionState.ACCEPTED
    units = {row.unit.pk: row.unit for row in rows if row.unit is not None}
    record(
        "paths.answer",
        by=by,
        about=path,
        at=at,
        reason=reason,
        details={"accepted": accepted, "units": sorted(units)},
    )
    for unit in units.values():
        announce(
            PathSectionAnswered(path.pk, case.pk, unit.pk, accepted), path=case.area_path, org_id=case.unit_id
        )
        _tell(path, case, unit, accepted, at)
    return list(rows)


def _tell(path: PathCase, case: Case, unit: Organisation, accepted: bool, at: datetime) -> None:
    people = people_of_unit(case.unit_id or path.lead_id, HANDLE)
    if not people:
        return
    with translation.override(settings.LANGUAGE_CODE):
        words = (
            _("%(number)s: %(unit)s takes its part of the way")
            if accepted
            else _("%(number)s: %(unit)s does not take its part of the way")
        )
        notify(
            people, title=words % {"number": case.number, "unit": unit.name}, body=about(case),
            link=f"/paths/{path.pk}/", kind="case.path", at=at,
        )  # fmt: skip
