"""The State Council's notice as somebody types it: a line a holiday, and lines of days that are worked. Pure."""

import re
from datetime import date

from onegrid.places.calendars.actions import Stretch
from onegrid.places.calendars.rules import HOLIDAY, MAKEUP

A_DAY = re.compile(r"(?:(\d{4})\s*[-年/.]\s*)?(\d{1,2})\s*[-月/.]\s*(\d{1,2})\s*日?")
WORKED = re.compile(r"上班|补班|works?\b", re.IGNORECASE)


class Unclear(ValueError):
    """A line that says no day, an impossible one, or a holiday of more than two dates. `args[0]`: the line."""


def stretches_of(text: str, year: int) -> list[Stretch]:
    """ "春节 2月5日至2月11日" is off, from the first day to the last; "上班 1月30日、2月20日" names single days that
    people work. A day without a year is of `year`. Raises Unclear."""
    found: list[Stretch] = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        days = _days(line, year)
        worked = WORKED.search(line) is not None
        if not days or (len(days) > 2 and not worked):
            raise Unclear(line)
        name = re.sub(r"[\s:：,，、]+", " ", WORKED.sub("", line[: _first(line)])).strip()
        if worked:
            found += [Stretch(day, day, MAKEUP, name) for day in days]
        else:
            found.append(Stretch(days[0], days[-1], HOLIDAY, name))
    return found


def _days(line: str, year: int) -> list[date]:
    try:
        return [date(int(one[1] or year), int(one[2]), int(one[3])) for one in A_DAY.finditer(line)]
    except ValueError:
        raise Unclear(line) from None


def _first(line: str) -> int:
    match = A_DAY.search(line)
    return match.start() if match else len(line)
