"""A look at the platform every two minutes. It runs in the worker: a worker that is gone shows on the page, and
outside, where /health/ready should be watched too."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.accounts.alerts.actions import watch


@app.periodic(cron="*/2 * * * *")
@app.task(name="accounts.watch_platform", queueing_lock="accounts.watch_platform")
def watch_platform(timestamp: int) -> None:
    watch(at=timezone.now())
