"""What wakes by the clock: replies that approach their end or are over it."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.oversight.supervision.actions import tell_of_instructions


@app.periodic(cron="* * * * *")
@app.task(
    name="oversight.tell_of_instructions",
    lock="oversight.tell_of_instructions",
    queueing_lock="oversight.tell_of_instructions",
)
def tell_of_replies(timestamp: int) -> None:
    """即将超时、超时 are said once each."""
    tell_of_instructions(at=timezone.now())
