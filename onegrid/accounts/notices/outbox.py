"""Deferring a delivery: the job is a row of the same transaction, so it exists exactly when the message does."""

from datetime import datetime

from procrastinate.contrib.django import app

TASK = "accounts.notices.deliver"
TO_PHONE = "accounts.notices.deliver_to_phone"
QUEUE = "messages"


def defer_delivery(message_id: int, not_before: datetime) -> None:
    app.configure_task(TASK, queue=QUEUE, schedule_at=not_before).defer(message_id=message_id)


def defer_to_phone(message_id: int, not_before: datetime) -> None:
    app.configure_task(TO_PHONE, queue=QUEUE, schedule_at=not_before).defer(message_id=message_id)
