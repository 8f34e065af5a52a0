"""超时未应: a limit that passes in silence is spoken of once: to the district and to the department's leader."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onegrid.cases.whistle.actions.writing import BY, deciders, leaders_of, noted, people_of, tell, told
from onegrid.cases.whistle.facts import WhistleEscalated
from onegrid.cases.whistle.models import DeedChoices, SiteTask, StepChoices, Whistle, WhistleCall
from onegrid.cases.whistle.rules import DECIDE, CallState, WhistleState

MOST = 200
logger = logging.getLogger(__name__)


def tell_of_silence(*, at: datetime, most: int = MOST) -> int:
    """Every call whose next step is overdue, and every task; how many were spoken of. Each in its own transaction."""
    due = WhistleCall.objects.filter(tell_at__lte=at).order_by("tell_at")
    calls = list(due.values_list("pk", "whistle_id")[:most])
    tasks = SiteTask.objects.filter(done_at=None, told_at=None, due_on__lt=timezone.localdate(at))
    found = sum(_quietly(escalate_call, at, call_id=pk, whistle_id=whistle) for pk, whistle in calls)
    for pk in list(tasks.order_by("due_on").values_list("pk", flat=True)[:most]):
        found += _quietly(remind_of_task, at, task_id=pk)
    return found


def _quietly(deed: Callable[..., bool], at: datetime, **about: int) -> bool:
    """What is wrong with one keeps the others from nothing; it is in the log, every minute."""
    try:
        return deed(at=at, **about)
    except Exception:
        logger.exception("nothing can be told of %s", about)
        return False


@transaction.atomic
def escalate_call(*, whistle_id: int, call_id: int, at: datetime) -> bool:
    """False when somebody has moved meanwhile."""
    rows = Whistle.objects.select_for_update(of=("self",)).select_related(
        "kind", "street", "area", "blown_by"
    )
    whistle = rows.get(pk=whistle_id)
    call = WhistleCall.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=call_id)
    if whistle.state != WhistleState.RUNNING or call.tell_at is None or call.tell_at > at:
        return False
    step: str = DECIDE if call.state == CallState.REFUSED else call.owed or ""
    call.tell_at, call.escalated = None, call.escalated + 1
    call.save(update_fields=["tell_at", "escalated"])
    noted(
        whistle,
        DeedChoices.ESCALATE,
        by=BY,
        at=at,
        organisation=call.organisation,
        details={"step": step},
    )
    told(WhistleEscalated(whistle.pk, call.pk), whistle, call)
    people = [*deciders(whistle, at), whistle.blown_by]
    if step != DECIDE:
        people += leaders_of(call.organisation_id, at) or people_of(call.organisation_id, at)
    with translation.override(settings.LANGUAGE_CODE):
        title = _("overdue: %(step)s, %(unit)s")
        filling = {"step": StepChoices(step).label, "unit": call.organisation.name}
        tell(whistle, people, title % filling, at, "whistle.overdue")
    return True


@transaction.atomic
def remind_of_task(*, task_id: int, at: datetime) -> bool:
    """The owner of a task of a joint record is told once when its day has passed."""
    task = SiteTask.objects.select_for_update(of=("self",)).get(pk=task_id)
    if task.done_at is not None or task.told_at is not None:
        return False
    task.told_at = at
    task.save(update_fields=["told_at"])
    rows = Whistle.objects.select_related("kind", "area", "blown_by")
    whistle = rows.get(record__tasks=task)
    with translation.override(settings.LANGUAGE_CODE):
        people = [*people_of(task.organisation_id, at), whistle.blown_by]
        tell(whistle, people, _("a task is overdue: %(unit)s") % {"unit": task.organisation.name}, at)
    return True
