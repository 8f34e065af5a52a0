"""Messages on their way out."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.accounts.notices import actions
from onegrid.accounts.notices.outbox import QUEUE, TASK


@app.task(name=TASK, queue=QUEUE)
def deliver(message_id: int) -> None:
    actions.deliver(message_id=message_id, at=timezone.now())
