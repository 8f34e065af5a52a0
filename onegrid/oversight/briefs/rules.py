"""Comparing a day with the same weekday before, and words without numbers of people. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9][0-9 \-]{5,}[0-9Xx](?![0-9A-Za-z])")


def same_weekdays(day: date, weeks: int) -> list[date]:
    """The same weekday in each of the weeks before, the latest first."""
    return [day - timedelta(weeks=number) for number in range(1, weeks + 1)]


def mean_of(counts: Mapping[date, int], days: Sequence[date]) -> Fraction | None:
    """The mean over these days; a day without a row counts nothing. None when none of them has anything: then nobody
    knows whether anything was counted at all."""
    if not any(day in counts for day in days):
        return None
    return Fraction(sum(counts.get(day, 0) for day in days), len(days))


def share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def without_numbers(words: str) -> str:
    """What somebody wrote, with phones, identity and bank numbers masked: runs of seven digits and more keep their
    first three."""

    def masked(found: re.Match[str]) -> str:
        digits = [sign for sign in found.group() if sign.isalnum()]
        return "".join(digits[:3]) + "•" * (len(digits) - 3) if len(digits) >= 7 else found.group()

    return LONG_NUMBER.sub(masked, words)
