"""Who came is forgotten a month after the end."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.hall.activities.actions import forget_names


@app.periodic(cron="0 4 * * *")
@app.task(name="hall.forget_names", queueing_lock="hall.forget_names")
def forget_who_came(timestamp: int) -> None:
    """Nobody needs the names any more."""
    forget_names(at=timezone.now())
