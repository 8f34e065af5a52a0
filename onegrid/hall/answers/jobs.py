"""Who asked is forgotten some time after the answer."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.hall.answers.actions import forget_phones


@app.periodic(cron="10 4 * * *")
@app.task(name="hall.forget_phones", queueing_lock="hall.forget_phones")
def forget_who_asked(timestamp: int) -> None:
    """Nobody is to be told any more."""
    forget_phones(at=timezone.now())
