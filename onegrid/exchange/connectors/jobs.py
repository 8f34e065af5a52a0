"""Errands on their way out, and what wakes by the clock."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.exchange.connectors import actions
from onegrid.exchange.connectors.actions.sending import QUEUE, TASK
from onegrid.kit.actors import SystemActor
from onegrid.kit.jobs import AGAIN


@app.task(name=TASK, queue=QUEUE, retry=AGAIN)
def run_errand(errand_id: int) -> None:
    actions.run_errand(errand_id=errand_id, at=timezone.now())


@app.periodic(cron="*/2 * * * *")
@app.task(name="exchange.connectors.retry", queueing_lock="exchange.connectors.retry")
def retry(timestamp: int) -> None:
    """What was killed in the middle of a try."""
    actions.retry_left_behind(at=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(
    name="exchange.connectors.ask", lock="exchange.connectors.ask", queueing_lock="exchange.connectors.ask"
)
def ask(timestamp: int) -> None:
    """Of what nothing was heard for a while."""
    actions.ask_silent(by=SystemActor("connectors"), at=timezone.now())


@app.periodic(cron="40 3 * * *")
@app.task(name="exchange.connectors.forget", queueing_lock="exchange.connectors.forget")
def forget(timestamp: int) -> None:
    actions.forget(at=timezone.now())
