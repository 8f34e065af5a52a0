"""现场联合记录: written by the street, signed by every department present, then it stands; its tasks are tracked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.queries import centre_for
from onegrid.cases.whistle.access import ANSWER, BLOW, acts_for_street, own_orgs
from onegrid.cases.whistle.actions.writing import (
    locked_call,
    locked_whistle,
    noted,
    people_of,
    require_street,
    running,
    said,
    tell,
    told,
)
from onegrid.cases.whistle.facts import SiteRecordSealed, SiteTaskDone
from onegrid.cases.whistle.models import (
    DeedChoices,
    RecordSignature,
    SiteRecord,
    SiteTask,
    Whistle,
    WhistleCall,
)
from onegrid.cases.whistle.refusals import no_such_whistle
from onegrid.cases.whistle.rules import SHORT_MAX, TASKS_MOST, WhistleState
from onegrid.cases.whistle.sealing import record_seal
from onegrid.kit.errors import NotAllowed, Refused


@dataclass(frozen=True)
class Task:
    words: str
    organisation_id: int
    due_on: date


@transaction.atomic
def write_record(
    *, whistle_id: int, findings: str, tasks: Sequence[Task] = (), by: User, at: datetime
) -> SiteRecord:
    """By the street, once a department has reported in. Written anew before it is sealed, it is signed anew.

    Refused: not_blown, whistle_is_over, nobody_there, record_sealed, words_needed, words_too_long, too_many_tasks,
    task_not_theirs (its owner is neither called nor the street's centre), task_in_the_past.
    """
    whistle = running(locked_whistle(whistle_id, by))
    require_street(by, BLOW, whistle)
    if not _present(whistle):
        raise Refused("nobody_there", _("No department has reported in yet."))
    text = said(findings, needed="words_needed")
    kept = [_task(task, whistle, at) for task in tasks]
    if len(kept) > TASKS_MOST:
        raise Refused("too_many_tasks", _("At most %(most)s tasks.") % {"most": TASKS_MOST})
    record = SiteRecord.objects.select_for_update().filter(whistle=whistle).first()
    if record is not None and record.sealed_at is not None:
        raise Refused("record_sealed", _("The joint site record is signed by all; it stands."))
    if record is None:
        record = SiteRecord(whistle=whistle)
    else:
        record.tasks.all().delete()
        record.signatures.all().delete()
    record.findings, record.written_by, record.written_at = text, by, at
    record.save()
    SiteTask.objects.bulk_create(
        SiteTask(record=record, position=place, **task) for place, task in enumerate(kept, 1)
    )
    RecordSignature.objects.create(record=record, organisation=None, by=by, at=at)
    noted(whistle, DeedChoices.RECORD, by=by, at=at, words=text, in_cases=False)
    with translation.override(settings.LANGUAGE_CODE):
        for call in _present(whistle):
            tell(whistle, people_of(call.organisation_id, at), _("the joint site record waits for you"), at)
    return record


def _present(whistle: Whistle) -> list[WhistleCall]:
    """Departments that have come, or reported from afar."""
    return list(whistle.calls.filter(report_in_at__isnull=False).select_related("organisation"))


def owners(whistle: Whistle, at: datetime) -> list[Organisation]:
    """Who may be given a task: the called departments, and the street's own centre."""
    units = [
        call.organisation for call in whistle.calls.select_related("organisation").order_by("role", "pk")
    ]
    centre = centre_for(whistle.area_path, timezone.localdate(at))
    return [*units, centre] if centre is not None and centre not in units else units


def _task(task: Task, whistle: Whistle, at: datetime) -> dict[str, object]:
    words = said(task.words, needed="words_needed", most=SHORT_MAX)
    if task.organisation_id not in {unit.pk for unit in owners(whistle, at)}:
        raise Refused("task_not_theirs", _("A task goes to a department that is called, or to the street."))
    if task.due_on < timezone.localdate(at):
        raise Refused("task_in_the_past", _("A task is due today or later."))
    return {"words": words, "organisation_id": task.organisation_id, "due_on": task.due_on}


@transaction.atomic
def sign_record(*, whistle_id: int, call_id: int, by: User, at: datetime) -> SiteRecord:
    """会签. With the last department that is present the record is sealed. Who had finished before the record was
    written (anew) signs also after the whistle has ended, else it would never be sealed.

    Refused: not_blown, whistle_is_over (withdrawn), no_record, record_sealed, not_present, signed_already.
    """
    whistle = locked_whistle(whistle_id, by)
    if whistle.state != WhistleState.FINISHED:
        running(whistle)
    call = locked_call(whistle, call_id, by)
    record = SiteRecord.objects.select_for_update().filter(whistle=whistle).first()
    if record is None:
        raise Refused("no_record", _("There is no joint site record yet."))
    if record.sealed_at is not None:
        raise Refused("record_sealed", _("The joint site record is signed by all; it stands."))
    if call.report_in_at is None:
        raise Refused("not_present", _("Only departments that have reported in sign."))
    if record.signatures.filter(organisation=call.organisation_id).exists():
        raise Refused("signed_already", _("Your department has signed already."))
    RecordSignature.objects.create(record=record, organisation=call.organisation, by=by, at=at)
    ended = whistle.state == WhistleState.FINISHED
    noted(
        whistle,
        DeedChoices.ATTEST,
        by=by,
        at=at,
        organisation=call.organisation,
        in_cases=not ended,
    )
    signed = set(record.signatures.values_list("organisation_id", flat=True))
    if {one.organisation_id for one in _present(whistle)} <= signed:
        record.sealed_at, record.seal = at, record_seal(record)
        record.save(update_fields=["sealed_at", "seal"])
        told(SiteRecordSealed(whistle.pk, record.pk), whistle)
    return record


@transaction.atomic
def finish_task(*, whistle_id: int, task_id: int, words: str, by: User, at: datetime) -> SiteTask:
    """By the owner's people, or the street for its own. Also after the whistle has ended.

    Refused: record_not_sealed, task_done, words_needed, words_too_long.
    """
    whistle = locked_whistle(whistle_id, by)
    rows = SiteTask.objects.select_for_update(of=("self",)).select_related("organisation", "record")
    task = rows.filter(pk=task_id, record__whistle=whistle).first()
    if task is None:
        raise no_such_whistle()
    if not may_finish_task(by, whistle, task):
        raise NotAllowed("not_allowed", _("Only who was given the task says that it is done."), what=ANSWER)
    if task.record.sealed_at is None:
        raise Refused("record_not_sealed", _("Tasks hold once the joint site record is signed by all."))
    if task.done_at is not None:
        raise Refused("task_done", _("This task is done already."))
    task.done_words = said(words, needed="words_needed", most=SHORT_MAX)
    task.done_at, task.done_by = at, by
    task.save(update_fields=["done_words", "done_at", "done_by"])
    noted(
        whistle,
        DeedChoices.TASK,
        by=by,
        at=at,
        organisation=task.organisation,
        words=f"{task.words}：{task.done_words}",
        in_cases=False,
    )
    told(SiteTaskDone(whistle.pk, task.pk), whistle)
    return task


def may_finish_task(by: User, whistle: Whistle, task: SiteTask) -> bool:
    if task.organisation_id in own_orgs(by.scope(ANSWER)):
        return True
    called = whistle.calls.filter(organisation=task.organisation_id).exists()
    return not called and acts_for_street(by, BLOW, whistle)
