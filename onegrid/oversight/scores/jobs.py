"""What wakes by the clock: scores of a period that is over, and signs of the last days."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.kit.actors import SystemActor
from onegrid.oversight.scores.actions import find_signs, make_due_runs


@app.periodic(cron="40 * * * *")
@app.task(name="scores.make_due_runs", queueing_lock="scores.make_due_runs")
def make_scores(timestamp: int) -> None:
    """Asked every hour; once a week or month there is something to do."""
    make_due_runs(by=SystemActor("scores"), at=timezone.now())


@app.periodic(cron="50 3 * * *")
@app.task(name="scores.find_signs", queueing_lock="scores.find_signs")
def look_for_signs(timestamp: int) -> None:
    """The last three days, so that what came late from a phone is looked at as well."""
    now = timezone.now()
    today = timezone.localdate(now)
    find_signs(since=today - timedelta(days=3), until=today - timedelta(days=1), at=now)
