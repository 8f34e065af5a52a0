"""Old keys go every night."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.kit.sendings.doing import forget


@app.periodic(cron="50 3 * * *")
@app.task(name="kit.forget_sendings", queueing_lock="kit.forget_sendings")
def forget_sendings(timestamp: int) -> None:
    """What waited as long as that would be refused before its key is asked for."""
    forget(at=timezone.now())
