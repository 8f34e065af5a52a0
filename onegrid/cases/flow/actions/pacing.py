"""Counting how long matters take, class by class."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from onegrid.cases.flow.limits import flow_limits
from onegrid.cases.flow.models import Channel, ClassPace
from onegrid.cases.flow.rules import State

# A walk over all closed cases, once a night: no index by the day of closing is worth its price at every step.
COUNT = """
SELECT version.scheme_id, class.kind, class.code, count(*),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY took.hours), percentile_cont(0.9) WITHIN GROUP (ORDER BY took.hours)
FROM cases_case matter
JOIN cases_caseclass class ON class.id = matter.case_class_id
JOIN cases_catalogversion version ON version.id = class.version_id
CROSS JOIN LATERAL (
    SELECT extract(epoch FROM matter.ended_at - matter.opened_at)::float8 / 3600 AS hours
) took
WHERE matter.state = %(closed)s AND matter.ended_at > %(since)s AND matter.ended_at <= %(at)s
    AND matter.ended_at >= matter.opened_at AND matter.merged_into_id IS NULL AND matter.channel <> %(imported)s
GROUP BY version.scheme_id, class.kind, class.code
"""


def count_paces(*, at: datetime) -> int:
    """The table anew from what was closed in the span of limits.yaml; how many classes. Imported history is left
    out: it was handled elsewhere, by other rules.

    Counted first and written afterwards: a transaction that has written holds up every listener while it walks.
    """
    since = at - timedelta(days=flow_limits(timezone.localdate(at)).pace_days)
    given: dict[str, Any] = {"at": at, "since": since, "closed": State.CLOSED, "imported": Channel.IMPORT}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, given)
        rows = [
            ClassPace(
                scheme_id=scheme, kind=kind, code=code, closed=closed, half_hours=half, most_hours=most,
                counted_at=at,
            )
            for scheme, kind, code, closed, half, most in cursor.fetchall()
        ]  # fmt: skip
    with transaction.atomic():
        ClassPace.objects.all().delete()
        ClassPace.objects.bulk_create(rows)
    return len(rows)
