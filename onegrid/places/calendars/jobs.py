"""What wakes by the clock: a year that nobody has published yet."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.kit.actors import SystemActor
from onegrid.places.calendars.actions import provide_years


@app.periodic(cron="10 0 * * *")
@app.task(name="places.provide_years", queueing_lock="places.provide_years")
def provide_coming_years(timestamp: int) -> None:
    """The days that the law names, until the notice is entered."""
    provide_years(by=SystemActor("calendar"), at=timezone.now())
