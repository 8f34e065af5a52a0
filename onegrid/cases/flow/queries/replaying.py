"""A day that has passed, step by step: where, what kind of matter, which step. Nobody's name, no number of a case."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from onegrid.cases.flow.queries import require_some_reach
from onegrid.kit.actors import Actor

LOOKED_AT = 4_000  # steps of all areas, of which a page tells those in scope
PLACE_DIGITS = 3  # of a degree: about 100 m
PAGE = f"""
SELECT s.id, s.at, s.verb, c.area_path, c.unit_id, c.case_class_id, ST_X(c.point), ST_Y(c.point)
FROM (
    SELECT id, at, verb, case_id FROM cases_step
    WHERE at >= %s AND at < %s AND (at, id) > (%s, %s) ORDER BY at, id LIMIT {LOOKED_AT}
) s JOIN cases_case c ON c.id = s.case_id ORDER BY s.at, s.id
"""


@dataclass(frozen=True)
class Past:
    """`steps`: (second of the day, lon, lat, class, verb), place rounded and None where there was none. `later`: the
    key of the next page; None: the day is over."""

    steps: list[tuple[int, float | None, float | None, int | None, str]]
    later: str | None


def steps_of_day(*, viewer: Actor, day: date, after: str = "") -> Past:
    """One page: one statement, LOOKED_AT steps, whatever the scope leaves of them."""
    scope = require_some_reach(viewer)
    midnight = timezone.make_aware(datetime.combine(day, time.min))
    at, pk = _key(after) or (midnight - timedelta(microseconds=1), 0)
    with connection.cursor() as cursor:
        cursor.execute(PAGE, [midnight, midnight + timedelta(days=1), at, pk])
        rows = cursor.fetchall()
    found = [
        (int((at - midnight).total_seconds()), _rounded(lon), _rounded(lat), class_id, verb)
        for _pk, at, verb, path, unit_id, class_id, lon, lat in rows
        if scope.covers(path, unit_id)
    ]
    return Past(found, _words(rows[-1]) if len(rows) == LOOKED_AT else None)


def _rounded(degrees: float | None) -> float | None:
    return None if degrees is None else round(degrees, PLACE_DIGITS)


def _words(row: tuple) -> str:
    return f"{row[1].timestamp():.6f}_{row[0]}"


def _key(given: str) -> tuple[datetime, int] | None:
    moment, _dash, pk = given.partition("_")
    whole, _point, part = moment.partition(".")
    if not (
        whole.isdecimal() and part.isdecimal() and pk.isdecimal() and len(given) < 40 and len(whole) < 12
    ):
        return None
    at = datetime.fromtimestamp(int(whole), tz=timezone.get_current_timezone())
    return at + timedelta(microseconds=int(part[:6].ljust(6, "0"))), int(pk[:18])
