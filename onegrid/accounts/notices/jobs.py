"""Messages on their way out."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.accounts.notices import actions, channels
from onegrid.accounts.notices.outbox import QUEUE, TASK, TO_PHONE
from onegrid.kit.jobs import AGAIN

SHIPPED = channels.CHANNELS  # importing the module enters the shipped channels


@app.task(name=TASK, queue=QUEUE, retry=AGAIN)
def deliver(message_id: int) -> None:
    actions.deliver(message_id=message_id, at=timezone.now())


@app.task(name=TO_PHONE, queue=QUEUE, retry=AGAIN)
def deliver_to_phone(message_id: int) -> None:
    actions.deliver_to_phone(message_id=message_id, at=timezone.now())
