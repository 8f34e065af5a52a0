"""Counting tries in the database, each in one statement, so that two at once are two."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from onegrid.kit.crypto import blind_index
from onegrid.kit.errors import Refusal
from onegrid.kit.throttle.models import Attempts
from onegrid.kit.throttle.rules import Limit

COUNT = """
INSERT INTO kit_attempts AS old (purpose, who, since, count) VALUES (%(purpose)s, %(who)s, %(at)s, 1)
ON CONFLICT (purpose, who) DO UPDATE SET
    count = CASE WHEN old.since <= %(begin)s THEN 1 ELSE old.count + 1 END,
    since = CASE WHEN old.since <= %(begin)s THEN %(at)s ELSE old.since END
RETURNING since, count
"""


class TooMany(Refusal):
    """Asked too often; `details["retry_after"]` says in how many seconds it makes sense again."""

    status = 429

    def __init__(self, limit: Limit, seconds: int) -> None:
        words = _("Too many tries from your network. Please try again in %(minutes)s minutes.")
        super().__init__("too_many_tries", words % {"minutes": -(-seconds // 60)}, retry_after=seconds)


def spend(limit: Limit, *, who: str, at: datetime) -> None:
    """Counts one try; TooMany when it is one too many. `who`: rules.caller_of an address.

    Call it outside a transaction that may be rolled back: the count must stand when what was tried is refused.
    """
    given: dict[str, Any] = {"purpose": limit.purpose, "who": _hidden(who), "at": at, "begin": at - limit.per}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, given)
        since, count = cursor.fetchone()
    if count > limit.most:
        raise TooMany(limit, limit.wait(since, at))


def refuse_if_spent(limit: Limit, *, who: str, at: datetime) -> None:
    """TooMany when the limit is used up; counts nothing. For limits on failures only."""
    spent = Attempts.objects.filter(
        purpose=limit.purpose, who=_hidden(who), since__gt=at - limit.per, count__gte=limit.most
    ).first()
    if spent is not None:
        raise TooMany(limit, limit.wait(spent.since, at))


def forget(*, before: datetime) -> int:
    """Removes counts that began before; how many."""
    return Attempts.objects.filter(since__lt=before).delete()[0]


def _hidden(who: str) -> str:
    return blind_index(who, "throttle")
