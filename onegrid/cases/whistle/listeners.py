"""What whistles do when a year is published: limits that run into it are counted anew."""

from collections.abc import Sequence

from onegrid.cases.whistle.actions.recounting import recount_calls
from onegrid.kit.facts import Heard, Start, listens
from onegrid.places.calendars.facts import CalendarPublished


@listens("cases.whistles_follow_calendar", to=[CalendarPublished], start=Start.NOW)
def whistles_follow_calendar(batch: Sequence[Heard]) -> None:
    recount_calls([(heard.fact.number, heard.fact.surer) for heard in batch], at=batch[-1].at)
