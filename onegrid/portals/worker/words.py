"""Times and distances as people say them."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def due_words(due_at: datetime | None, at: datetime, *, all_day: bool = False) -> str:
    """When something is due, seen from `at`. `all_day`: it is due on a day, and late only when that day is over."""
    if due_at is None:
        return ""
    days = (timezone.localdate(due_at) - timezone.localdate(at)).days
    if all_day:
        if days < 0:
            return _("overdue by %(span)s") % {"span": _("%(count)s d") % {"count": -days}}
        return _("due today") if days == 0 else _due_on(days, due_at)
    if due_at < at:
        return _("overdue by %(span)s") % {"span": span_words(at - due_at)}
    if due_at - at < 3 * HOUR:
        return _("due in %(span)s") % {"span": span_words(due_at - at)}
    clock = f"{timezone.localtime(due_at):%H:%M}"
    if days == 0:
        return _("due today %(time)s") % {"time": clock}
    return f"{_due_on(days, due_at)} {clock}"


def _due_on(days: int, due_at: datetime) -> str:
    return (
        _("due tomorrow")
        if days == 1
        else _("due on %(day)s") % {"day": f"{timezone.localtime(due_at):%m-%d}"}
    )


def span_words(length: timedelta) -> str:
    """Minutes below an hour and a half, hours below two days, else days; rounded down."""
    if length < 1.5 * HOUR:
        return _("%(count)s min") % {"count": max(1, int(length.total_seconds() // 60))}
    if length < 2 * DAY:
        return _("%(count)s h") % {"count": int(length / HOUR)}
    return _("%(count)s d") % {"count": length.days}


def metres_words(metres: float | None) -> str:
    """Tens of metres below a kilometre, then kilometres with one digit; empty when not known."""
    if metres is None:
        return ""
    if metres < 995:
        return _("%(count)s m away") % {"count": max(10, round(metres / 10) * 10)}
    return _("%(count)s km away") % {"count": f"{metres / 1000:.1f}"}
