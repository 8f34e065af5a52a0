"""The health page: whether the coming year is published."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegrid.kit.health import WATCHED, Reading, Tone, Watched
from onegrid.places.calendars.queries import years_in_force
from onegrid.places.calendars.rules import Surety, alarm


@WATCHED.register("calendar")
class Calendar(Watched):
    """A year without its arrangement is worth a word from December on, and trouble once it has begun."""

    title, order = gettext_lazy("Working calendar"), 45

    def readings(self) -> Iterator[Reading]:
        now = timezone.now()
        today = timezone.localdate(now)
        said = {
            Surety.PUBLISHED: _("published"),
            Surety.PROVISIONAL: _("provisional: weekends and the days that the law names"),
            Surety.NOTHING: _("unknown: weekends only"),
        }
        for year, known in years_in_force(now).items():
            yield Reading(
                str(year),
                said[known],
                Tone(alarm(year, known, today)),
                _(
                    "Enter the State Council's notice on the calendar's page, or update the library of holidays."
                ),
            )
