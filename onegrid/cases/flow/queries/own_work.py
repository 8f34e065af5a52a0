"""One's own steps: what somebody did with cases, each with the case it was done to. Facts, not a score."""

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import QuerySet

from onegrid.accounts.identity.models import User
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.catalog.queries import class_by_id
from onegrid.cases.flow.access import SEE
from onegrid.cases.flow.models import Step
from onegrid.cases.flow.models.timeline import OWN_VERBS
from onegrid.cases.flow.queries import require_some_reach
from onegrid.cases.flow.rules import Verb

MOST = 500  # steps that a page reckons with
USED_WITHIN = timedelta(days=90)
USED_AMONG = 100  # of one's newest reports: what is reported most often
READ = ("verb", "at", "details", "case__number", "case__text", "case__case_class")


def own_steps(*, worker: User, since: datetime, until: datetime | None = None) -> list[Step]:
    """Reports, verifications, checks and settlings by this person, newest first, MOST at the most. One query.

    Only of cases that the person may still see.
    """
    rows = _own(worker, since)
    if until is not None:
        rows = rows.filter(at__lt=until)
    return list(rows.select_related("case").only(*READ).order_by("-at")[:MOST])


def was_late(step: Step) -> bool | None:
    """Whether the stage that the step ended was past its limit; None where no clock ran."""
    clock = step.details.get("clock")
    return clock.get("late") if isinstance(clock, dict) else None


def classes_used(*, worker: User, at: datetime, limit: int = 6) -> list[CaseClass]:
    """The classes of this person's newest reports of the last 90 days, the most frequent first. One query."""
    rows = _own(worker, at - USED_WITHIN).filter(verb=Verb.OPEN, case__case_class__isnull=False)
    used = Counter(rows.order_by("-at").values_list("case__case_class", flat=True)[:USED_AMONG])
    return [class_by_id(pk) for pk, _count in used.most_common(limit)]


def _own(worker: User, since: datetime) -> QuerySet[Step]:
    """As the index of own steps says it."""
    require_some_reach(worker)
    return Step.objects.filter(
        worker.scope(SEE).q("case__area_path", "case__unit_id"),
        actor_key=worker.actor_key,
        verb__in=[*OWN_VERBS],
        at__gte=since,
    )
