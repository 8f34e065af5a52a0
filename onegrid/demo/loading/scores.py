"""Two months of matters of the demo street, what residents said of them, and the scores of the last month."""

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.actions import rate_case
from onegrid.cases.flow.models import Case, Channel
from onegrid.cases.flow.rules import State
from onegrid.demo.caseload.loading import write_many_cases
from onegrid.demo.loading.steps import BY
from onegrid.oversight.measures.actions import rebuild_measures
from onegrid.oversight.scores import actions
from onegrid.oversight.scores.making import period_before
from onegrid.oversight.scores.models import Score
from onegrid.oversight.scores.rules import Every, Subject

MATTERS, DAYS, RATED = 500, 62, 40


def write_last_months(seed: int, at: datetime) -> int:
    """History before the sample cases, so that the newest have a story; the reporters of some rated them."""
    written = write_many_cases(MATTERS, seed, at, days=DAYS, processes=1)
    chance = Random(seed)
    closed = Case.objects.filter(state=State.CLOSED, channel__in=(Channel.RESIDENT, Channel.HOTLINE))
    for case in closed.filter(ended_at__lt=at - timedelta(hours=5)).order_by("-pk")[: RATED * 3 : 3]:
        stars = chance.choice([5, 5, 5, 4, 3, 1])
        rate_case(
            number=case.number,
            follow_code=case.follow_code,
            stars=stars,
            satisfied=stars > 1,
            at=(case.ended_at or at) + timedelta(hours=chance.randint(1, 4)),
        )
    return written


def write_scores(users: dict[str, User], at: datetime) -> None:
    """Shipped rules; the scores of the month before; an appeal; and the signs of these weeks."""
    rebuild_measures(at=at)
    actions.load_rules(by=BY, at=at)
    actions.make_due_runs(by=BY, at=at)
    first, _last = period_before(Every.MONTH, timezone.localdate(at))
    actions.find_signs(since=first, until=timezone.localdate(at), at=at)
    scored = Score.objects.filter(run__rule__subject=Subject.WORKER, points__isnull=False, user__isnull=False)
    own = scored.filter(user=users["worker"]).first() or scored.select_related("user").order_by("pk").first()
    if own is not None and own.user is not None:
        actions.appeal(
            score_id=own.pk,
            code="verify",
            reason="当天按安排参加消防演练，核实晚了两小时。",
            by=own.user,
            at=at,
        )
