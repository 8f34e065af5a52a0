"""What wakes by the clock: holds whose time is over."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.cases.flow.actions import lift_ended_holds


@app.periodic(cron="*/5 * * * *")
@app.task(name="cases.lift_ended_holds", queueing_lock="cases.lift_ended_holds")
def lift_holds(timestamp: int) -> None:
    """挂账 ends by itself."""
    lift_ended_holds(at=timezone.now())
