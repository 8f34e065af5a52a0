"""The State Council's notice as it is printed, or as somebody types it: holidays, and days that are worked. Pure."""

import re
from datetime import date

from onegrid.places.calendars.actions import Stretch
from onegrid.places.calendars.rules import HOLIDAY, MAKEUP

# 2027年2月5日, 2月5日, 2027-02-05; or only 11日 behind 至, 到, 、: of the month that was named before.
A_DAY = re.compile(
    r"(?:(\d{4})\s*[-年/.]\s*)?(\d{1,2})\s*[-月/.]\s*(\d{1,2})\s*日?|(?:至|到|、)\s*(\d{1,2})\s*日"
)
WORKED = re.compile(r"上班|补班|works?\b", re.IGNORECASE)
NUMBERED = re.compile(r"^[一二三四五六七八九十]+、")
SENTENCE = re.compile(r"[。；;]")
BESIDE = re.compile(r"[\s:：,，、]+")


class Unclear(ValueError):
    """A line that says no day, an impossible one, or a holiday of more than two dates. `args[0]`: the line."""


def stretches_of(text: str, year: int) -> list[Stretch]:
    """ "春节：2月5日至11日放假" is off, from the first day to the last; "1月30日、2月20日上班" names single days that
    are worked. A line of the notice may say both. A day without a year is of `year`. Raises Unclear."""
    found: list[Stretch] = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        name, before = "", len(found)
        for sentence in SENTENCE.split(NUMBERED.sub("", line)):
            days = _days(sentence, year, line)
            worked = WORKED.search(sentence) is not None
            if len(days) > 2 and not worked:
                raise Unclear(line)
            name = _name(sentence) or name
            if worked:
                found += [Stretch(day, day, MAKEUP, name) for day in days]
            elif days:
                found.append(Stretch(days[0], days[-1], HOLIDAY, name))
        if len(found) == before:
            raise Unclear(line)
    return found


def _days(sentence: str, year: int, line: str) -> list[date]:
    days: list[date] = []
    try:
        for one in A_DAY.finditer(sentence):
            if one[4] is None:
                days.append(date(int(one[1] or year), int(one[2]), int(one[3])))
            else:
                days.append(days[-1].replace(day=int(one[4])))
    except (ValueError, IndexError):
        raise Unclear(line) from None
    return days


def _name(sentence: str) -> str:
    match = A_DAY.search(sentence)
    before = sentence[: match.start()] if match else ""
    return BESIDE.sub(" ", WORKED.sub("", before)).strip()
