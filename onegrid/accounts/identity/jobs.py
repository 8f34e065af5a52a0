"""Old sessions and sign-ins go every night."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.accounts.identity.actions.forgetting import forget_sign_ins


@app.periodic(cron="15 3 * * *")
@app.task(name="accounts.forget_sign_ins", queueing_lock="accounts.forget_sign_ins")
def forget_old_sign_ins(timestamp: int) -> None:
    forget_sign_ins(at=timezone.now())
