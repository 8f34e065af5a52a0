"""What wakes by the clock: limits that pass in silence."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.cases.whistle.actions import tell_of_silence


@app.periodic(cron="* * * * *")
@app.task(name="cases.whistle_silence", lock="cases.whistle_silence", queueing_lock="cases.whistle_silence")
def tell_silence(timestamp: int) -> None:
    """超时未应 goes to the district and the department's leader."""
    tell_of_silence(at=timezone.now())
