"""Days, hours and spans as people say them."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onegrid.cases.flow.models import Case, ClassPace

A_DAY_AND_A_HALF = 36  # hours: more is said in days


def due_words(case: Case, now: datetime) -> str:
    """Until when the running step is to be done: "tomorrow, until 18:00"; "" for what has ended or has no clock."""
    if case.is_final:
        return ""
    if case.holds_open:
        return _("It waits for something at the moment; the time does not run.")
    if case.due_at is None:
        return ""
    if case.due_at < now:
        late = _("It was due %(when)s and is late. Whoever answers for it has been told.")
        return late % {"when": moment_words(case.due_at, now)}
    return _("until %(when)s") % {"when": moment_words(case.due_at, now)}


def moment_words(when: datetime, now: datetime) -> str:
    """today 18:00, tomorrow 10:00, Friday 28 November 18:00."""
    local, today = timezone.localtime(when), timezone.localtime(now).date()
    time = f"{local:%H:%M}"
    days = (local.date() - today).days
    near = {-1: _("yesterday %(time)s"), 0: _("today %(time)s"), 1: _("tomorrow %(time)s")}
    if days in near:
        return near[days] % {"time": time}
    given = {"weekday": date_format(local, "l"), "date": date_format(local, "MONTH_DAY_FORMAT"), "time": time}
    return _("%(weekday)s, %(date)s %(time)s") % given


def span_words(hours: float) -> str:
    """At least one hour; from a day and a half on in days, always rounded up: nobody waits longer than was said."""
    if hours <= A_DAY_AND_A_HALF:
        count = max(1, -int(-hours // 1))
        return ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count}
    count = -(-timedelta(hours=hours) // timedelta(days=1))
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


def pace_words(pace: ClassPace | None) -> str:
    """How long matters of this kind usually take."""
    if pace is None:
        return _(
            "Too few matters of this kind were closed in the last year to say how long it usually takes."
        )
    words = _(
        "Half of such matters were done within %(half)s, nine of ten within %(most)s (%(closed)s in the last year)."
    )
    given = {"half": span_words(pace.half_hours), "most": span_words(pace.most_hours), "closed": pace.closed}
    return words % given
