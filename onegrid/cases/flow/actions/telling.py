"""Clocks speak: once when the set share of a limit is used, once when it is over."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from onegrid.accounts.notices.actions import notify
from onegrid.cases.flow.access import DECIDE, PRESS
from onegrid.cases.flow.actions.writing import about
from onegrid.cases.flow.facts import CaseDueSoon, CaseOverdue
from onegrid.cases.flow.holders import nearest_with, people_to_tell
from onegrid.cases.flow.models import Case, StageClock
from onegrid.cases.flow.standing import locked, standing_of
from onegrid.kit.actors import SystemActor
from onegrid.kit.facts import announce

BY = SystemActor("clock")
BATCH = 200
logger = logging.getLogger(__name__)


def clocks_to_tell(at: datetime, most: int) -> list[tuple[int, int]]:
    """(clock, case) about which something is to be said by now, the longest waiting first; from one small index."""
    found = StageClock.objects.filter(stopped_at=None, held_at=None, tell_at__lte=at).order_by("tell_at")
    return list(found.values_list("pk", "case_id")[:most])


def tell_of_clocks(*, at: datetime, most: int = 2000) -> int:
    """Tells of every clock that approaches or is over, each in its own transaction; how many were told.

    A run that is cut off leaves the rest to the next: the mark, the fact and the notices of one clock are written
    together. At most `most` in one run.
    """
    told = 0
    while told < most and (batch := clocks_to_tell(at, min(BATCH, most - told))):
        now = sum(_told(clock_id, case_id, at) for clock_id, case_id in batch)
        if not now:  # all of them moved meanwhile; the next run looks again
            break
        told += now
    return told


def _told(clock_id: int, case_id: int, at: datetime) -> bool:
    """What is wrong with one case does not keep the clocks behind it silent; it is in the log, every minute."""
    try:
        return tell_of_clock(clock_id=clock_id, case_id=case_id, at=at)
    except Exception:
        logger.exception("nothing can be told of clock %s of case %s", clock_id, case_id)
        return False


@transaction.atomic
def tell_of_clock(*, clock_id: int, case_id: int, at: datetime) -> bool:
    """Due soon: the holder is told. Overdue: the holder, and the nearest shift leader and leader. False when somebody
    has moved the case, or told, in between."""
    case = locked(case_id, BY, at)
    clock = standing_of(case).clock if case is not None else None
    if case is None or clock is None or clock.pk != clock_id:
        return False
    if clock.held_at is not None or clock.tell_at is None or clock.tell_at > at:
        return False
    over = at > clock.due_at
    clock.tell_at = (
        None if over else clock.due_at + timedelta.resolution
    )  # at its very end it is not over yet
    clock.save(update_fields=["tell_at"])
    kind = CaseOverdue if over else CaseDueSoon
    announce(kind(case.pk, clock.pk), path=case.area_path, org_id=case.unit_id)
    _tell(case, clock, over, at)
    return True


def _tell(case: Case, clock: StageClock, over: bool, at: datetime) -> None:
    people = people_to_tell(case, at)
    if over:
        people = [*people, *nearest_with(DECIDE, case), *nearest_with(PRESS, case)]
    people = list({person.pk: person for person in people}.values())
    if not people:
        return
    with translation.override(settings.LANGUAGE_CODE):
        title = _("%(number)s is overdue: %(stage)s") if over else _("%(number)s is due soon: %(stage)s")
        notify(
            people,
            title=title % {"number": case.number, "stage": clock.get_stage_display()},
            body=about(case),
            link=f"/cases/{case.number}/",
            kind="case.overdue" if over else "case.due_soon",
            at=at,
            urgent=case.urgent,
        )
