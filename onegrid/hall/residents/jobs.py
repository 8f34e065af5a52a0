"""Codes and sessions that are over go every night."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.hall.residents.actions import forget_old
from onegrid.hall.residents.actions.asking import forget_old_requests


@app.periodic(cron="50 3 * * *")
@app.task(name="hall.forget_sign_ins", queueing_lock="hall.forget_sign_ins")
def forget_sign_ins(timestamp: int) -> None:
    """Nothing of them is needed any more."""
    forget_old(at=timezone.now())


@app.periodic(cron="55 3 * * *")
@app.task(name="hall.forget_requests", queueing_lock="hall.forget_requests")
def forget_requests(timestamp: int) -> None:
    """Who asked about his data is forgotten when the time for it is over."""
    forget_old_requests(at=timezone.now())
