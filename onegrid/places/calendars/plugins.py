"""The health page: whether the coming year is published."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegrid.kit.health import WATCHED, Reading, Tone, Watched
from onegrid.places.calendars.models import CalendarVersion
from onegrid.places.calendars.rules import DayRow, Surety, alarm, surety


@WATCHED.register("calendar")
class Calendar(Watched):
    """A year without its arrangement is worth a word from December on, and trouble once it has begun."""

    title, order = gettext_lazy("Working calendar"), 45

    def readings(self) -> Iterator[Reading]:
        today = timezone.localdate(timezone.now())
        published = CalendarVersion.objects.exclude(published_at=None).order_by("published_at", "number")
        days: list[DayRow] = []
        if (version := published.last()) is not None:
            rows = version.days.filter(area_path="", day__year__in=(today.year, today.year + 1))
            days = [DayRow(*row) for row in rows.values_list("area_path", "day", "kind", "provisional")]
        said = {
            Surety.PUBLISHED: _("published by the State Council's notice"),
            Surety.PROVISIONAL: _("provisional: weekends and the days that the law names"),
            Surety.NOTHING: _("unknown: weekends only"),
        }
        for year in (today.year, today.year + 1):
            known = surety(year, days)
            yield Reading(
                str(year),
                said[known],
                Tone(alarm(year, known, today)),
                _(
                    "Enter the State Council's notice on the calendar's page, or update the library of holidays."
                ),
            )
