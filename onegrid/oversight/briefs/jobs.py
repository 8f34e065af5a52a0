"""The morning."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.oversight.briefs.actions import make_briefs


@app.periodic(cron="*/10 * * * *")
@app.task(name="oversight.make_briefs", lock="oversight.make_briefs", queueing_lock="oversight.make_briefs")
def make_morning_briefs(timestamp: int) -> None:
    """Every ten minutes from the hour that limits.yaml names, until all are there."""
    make_briefs(at=timezone.now())
