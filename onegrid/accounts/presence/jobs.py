"""What wakes by the clock: duty that nobody ended ends, old positions go."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.accounts.presence.actions import end_forgotten, remove_old_positions


@app.periodic(cron="*/10 * * * *")
@app.task(name="accounts.end_forgotten_presence", queueing_lock="accounts.end_forgotten_presence")
def end_presences(timestamp: int) -> None:
    end_forgotten(at=timezone.now())


@app.periodic(cron="20 * * * *")
@app.task(name="accounts.remove_old_positions", queueing_lock="accounts.remove_old_positions")
def remove_positions(timestamp: int) -> None:
    """Positions do not outlive the time that is stated to the people they are of."""
    remove_old_positions(at=timezone.now())
