"""Codes and sessions that are over go every night."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.hall.residents.actions import forget_old


@app.periodic(cron="50 3 * * *")
@app.task(name="hall.forget_sign_ins", queueing_lock="hall.forget_sign_ins")
def forget_sign_ins(timestamp: int) -> None:
    """Nothing of them is needed any more."""
    forget_old(at=timezone.now())
