"""Notes of old visits go every night."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.cases.visits.actions import forget_old_notes


@app.periodic(cron="45 3 * * *")
@app.task(name="cases.forget_old_notes", queueing_lock="cases.forget_old_notes")
def forget_notes(timestamp: int) -> None:
    """What was said is kept as long as it helps the next visits."""
    forget_old_notes(at=timezone.now())
