"""One's own steps: what somebody did with cases, each with the case it was done to. Facts, not a score."""

from collections import Counter
from datetime import datetime, timedelta

from onegrid.accounts.identity.models import User
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow.access import SEE
from onegrid.cases.flow.models import Step
from onegrid.cases.flow.models.timeline import OWN_VERBS
from onegrid.cases.flow.queries import require_some_reach
from onegrid.cases.flow.rules import Verb

MOST = 500  # steps that a page reckons with
USED_WITHIN = timedelta(days=90)


def own_steps(*, worker: User, since: datetime, until: datetime | None = None) -> list[Step]:
    """Reports, verifications, checks and settlings by this person, newest first, MOST at the most. One query.

    Only of cases that the person may still see.
    """
    require_some_reach(worker)
    rows = Step.objects.filter(
        worker.scope(SEE).q("case__area_path", "case__unit_id"),
        actor_key=worker.actor_key,
        verb__in=[*OWN_VERBS],
        at__gte=since,
    )
    if until is not None:
        rows = rows.filter(at__lt=until)
    return list(rows.select_related("case__case_class").order_by("-at")[:MOST])


def was_late(step: Step) -> bool | None:
    """Whether the stage that the step ended was past its limit; None where no clock ran."""
    clock = step.details.get("clock")
    return clock.get("late") if isinstance(clock, dict) else None


def classes_used(*, worker: User, at: datetime, limit: int = 6) -> list[CaseClass]:
    """The classes of this person's own reports of the last 90 days, the most frequent first."""
    steps = own_steps(worker=worker, since=at - USED_WITHIN)
    classes = [step.case.case_class for step in steps if step.verb == Verb.OPEN and step.case.case_class]
    known = {row.pk: row for row in classes}
    return [known[pk] for pk, _count in Counter(row.pk for row in classes).most_common(limit)]
