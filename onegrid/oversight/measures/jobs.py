"""What wakes by the clock: the day that is over."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.oversight.measures.actions import count_days


@app.periodic(cron="10 * * * *")
@app.task(name="measures.count_days", queueing_lock="measures.count_days")
def count_the_day(timestamp: int) -> None:
    """What stood open, and overdue, when yesterday ended. Asked every hour; once a day there is something to do."""
    count_days(at=timezone.now())
