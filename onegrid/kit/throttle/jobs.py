"""Old counts go every night."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.kit.throttle.counting import forget

LONGEST = timedelta(days=1)  # no limit spans more


@app.periodic(cron="40 3 * * *")
@app.task(name="kit.forget_attempts", queueing_lock="kit.forget_attempts")
def forget_attempts(timestamp: int) -> None:
    """What is over counts for nothing any more."""
    forget(before=timezone.now() - LONGEST)
