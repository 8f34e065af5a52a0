"""What written instructions do when a year is published: clocks that run into it are counted anew."""

from collections.abc import Sequence

from onegrid.kit.facts import Heard, Start, listens
from onegrid.oversight.supervision.actions.recounting import recount_errands
from onegrid.places.calendars.facts import CalendarPublished


@listens("supervision.errands_follow_calendar", to=[CalendarPublished], start=Start.NOW)
def errands_follow_calendar(batch: Sequence[Heard]) -> None:
    recount_errands([(heard.fact.number, heard.fact.surer) for heard in batch], at=batch[-1].at)
