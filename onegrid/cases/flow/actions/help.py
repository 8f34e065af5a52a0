"""Helping units (协办): the lead unit answers for the whole, each helper for its part.

After Beijing's 接诉即办 regulation Art. 14 (首接负责): the first receiver leads the others, who report to it in time.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from onegrid.accounts.notices.actions import notify
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.queries import helpers_around
from onegrid.cases.flow.access import HANDLE
from onegrid.cases.flow.actions.writing import Taken, about, checked_case, locked_case, noted
from onegrid.cases.flow.facts import HelpAsked, HelpGiven
from onegrid.cases.flow.holders import people_of_unit
from onegrid.cases.flow.models import Assist, AssistState, Case, Step
from onegrid.cases.flow.refusals import no_such_case
from onegrid.cases.flow.rules import Verb
from onegrid.cases.flow.standing import locked
from onegrid.kit.actors import Actor, require
from onegrid.kit.errors import Refused
from onegrid.kit.facts import announce

HELPERS_MOST = 10
FARTHEST = timedelta(days=365)


@transaction.atomic
def ask_help(
    *,
    case_id: int,
    unit_id: int,
    task: str,
    due_at: datetime | None = None,
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """请求协办: another unit, be it another street's of the district, does a part of it, until `due_at`, at the
    latest to the end of the lead unit's clock.

    Refused besides the common ones: no_such_unit, helps_itself, helps_already, too_many_helpers, due_in_the_past.
    """
    taken = Taken(Verb.ASK_HELP, by, at, task)
    case = locked_case(case_id, seen_version, taken)
    unit = _helper(case, unit_id, at)
    if due_at is not None:  # of a case whose clock stands still nobody knows the end
        due_at = min(due_at, at + FARTHEST)
    due = min(filter(None, [due_at, case.due_at]), default=None)
    if due is not None and due <= at:
        raise Refused("due_in_the_past", _("The helping unit needs time: the date has passed already."))
    details = {"unit": unit.name, "due_at": due.isoformat() if due else None}
    step = noted(case, Taken(Verb.ASK_HELP, by, at, task, details=details))
    Assist.objects.create(case=case, org=unit, task=task.strip()[:500], asked_at=at, due_at=due)
    announce(HelpAsked(case.pk, step.pk, unit.pk), path=case.area_path, org_id=unit.pk)
    with translation.override(settings.LANGUAGE_CODE):
        _tell(unit, case, _("%(number)s: your unit is asked to help") % {"number": case.number}, at)
    return case


def helpers_free(case: Case, units: Iterable[Organisation]) -> list[Organisation]:
    """Those that the dispatch list wants to help, without the leading unit and whom is asked already."""
    wanted = [unit for unit in units if unit.pk != case.unit_id]
    if not wanted:
        return []
    asked = set(_open_parts(case).values_list("org_id", flat=True))
    return [unit for unit in wanted if unit.pk not in asked][: max(HELPERS_MOST - len(asked), 0)]


def call_helpers(case: Case, units: Sequence[Organisation], step: Step, at: datetime) -> None:
    """配合单位 of the dispatch list are asked by the dispatch itself, until the end of the lead unit's clock."""
    for unit in units:
        with translation.override(settings.LANGUAGE_CODE):
            task, title = _("Help, as the dispatch list says"), _("%(number)s: your unit is asked to help")
            Assist.objects.create(case=case, org=unit, task=task, asked_at=at, due_at=case.due_at)
            _tell(unit, case, title % {"number": case.number}, at)
        announce(HelpAsked(case.pk, step.pk, unit.pk), path=case.area_path, org_id=unit.pk)


def release_all(case: Case, at: datetime) -> None:
    """Without a leading unit nobody is there to be helped."""
    _open_parts(case).update(state=AssistState.RELEASED, ended_at=at)


def _open_parts(case: Case) -> QuerySet[Assist]:
    return Assist.objects.filter(case=case, state=AssistState.ASKED)


def _helper(case: Case, unit_id: int, at: datetime) -> Organisation:
    unit = next((unit for unit in helpers_around(case.area_path, at) if unit.pk == unit_id), None)
    if unit is None:
        raise Refused(
            "no_such_unit", _("This unit does not serve the place, or no longer exists."), unit=unit_id
        )
    if unit.pk == case.unit_id:
        raise Refused("helps_itself", _("This unit leads the case already."))
    open_ones = set(_open_parts(case).values_list("org_id", flat=True))
    if unit.pk in open_ones:
        raise Refused("helps_already", _("This unit is asked already."))
    if len(open_ones) >= HELPERS_MOST:
        raise Refused(
            "too_many_helpers", _("More than %(most)s helping units at once.") % {"most": HELPERS_MOST}
        )
    return unit


@transaction.atomic
def give_help(*, case_id: int, words: str, seen_version: int | None = None, by: Actor, at: datetime) -> Case:
    """协办反馈: the helping unit says what it did. For its own people; to others the case is not there."""
    taken = Taken(Verb.GIVE_HELP, by, at, words)
    case = locked(case_id, by, at)
    if case is None:
        raise no_such_case()
    assist = _own(case, by)
    checked_case(case, seen_version, taken)
    details = {"unit": assist.org.name, "late": bool(assist.due_at and at > assist.due_at)}
    step = noted(case, Taken(Verb.GIVE_HELP, by, at, words, details=details))
    assist.state, assist.result, assist.ended_at = AssistState.DONE, words.strip(), at
    assist.save(update_fields=["state", "result", "ended_at"])
    announce(HelpGiven(case.pk, step.pk, assist.org_id), path=case.area_path, org_id=case.unit_id)
    if case.unit is not None:
        with translation.override(settings.LANGUAGE_CODE):
            title = _("%(number)s: %(unit)s has done its part") % {
                "number": case.number,
                "unit": assist.org.name,
            }
            _tell(case.unit, case, title, at)
    return case


def _own(case: Case, by: Actor) -> Assist:
    """The open part that is this person's unit's, or of a unit whose whole area they reach."""
    open_ones = list(
        _open_parts(case).select_related("org__area").defer("org__area__boundary").order_by("pk")
    )
    scope = by.scope(HANDLE)
    for assist in open_ones:
        if any(reach.org_id == assist.org_id for reach in scope.reaches):
            return assist
    for assist in open_ones:
        if scope.covers(assist.org.area.path, assist.org_id):
            return assist
    require(by, HANDLE, path=case.area_path, org_id=case.unit_id)
    raise Refused("not_asked", _("Your unit is not asked to help with this case, or has done its part."))


@transaction.atomic
def release_help(
    *, case_id: int, unit_id: int, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """The helping unit is not needed any more. Refused besides the common ones: not_asked."""
    taken = Taken(Verb.ASK_HELP, by, at, reason)
    case = locked_case(case_id, seen_version, taken)
    assist = (
        Assist.objects.filter(case=case, org=unit_id, state=AssistState.ASKED).select_related("org").first()
    )
    if assist is None:
        raise Refused("not_asked", _("Your unit is not asked to help with this case, or has done its part."))
    noted(case, Taken(Verb.ASK_HELP, by, at, reason, details={"unit": assist.org.name, "released": True}))
    assist.state, assist.ended_at = AssistState.RELEASED, at
    assist.save(update_fields=["state", "ended_at"])
    return case


def _tell(unit: Organisation, case: Case, title: str, at: datetime) -> None:
    people = people_of_unit(unit.pk, HANDLE)
    if people:
        notify(people, title=title, body=about(case), link=f"/cases/{case.number}/", kind="case.help", at=at)
