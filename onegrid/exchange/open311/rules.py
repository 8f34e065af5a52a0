"""What GeoReport v2 asks for in numbers and words. Pure.

Source: the specification as published at wiki.open311.org/GeoReport_v2 (not part of this repository).
"""

from datetime import datetime, timedelta

SPAN = timedelta(days=90)  # a search without, or between, dates
ROWS = 1_000  # the first so many are returned
IDS_MOST = 200  # numbers in one list
ROUNDED = 3  # decimals of a published position: about 100 m, the size of a corner, not of a door

OPEN, CLOSED = "open", "closed"
STATUSES = (OPEN, CLOSED)


class BadSpan(Exception):
    """More than SPAN, or the wrong way round; `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def span(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """[from, to] to search: with one end SPAN from it, without any the last SPAN."""
    if start is None and end is None:
        return now - SPAN, now
    if start is None and end is not None:
        return end - SPAN, end
    assert start is not None  # one of the two is there
    if end is None:
        return start, start + SPAN
    if end < start:
        raise BadSpan("dates_reversed")
    if end - start > SPAN:
        raise BadSpan("span_too_long")
    return start, end


def parts(listed: str) -> list[str]:
    """ "a, b,,c" → a, b, c: how GeoReport writes several values."""
    return [part for given in listed.split(",") if (part := given.strip())]
