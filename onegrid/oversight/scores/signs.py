"""Signs of work that was made for the score: one statement each, over the records and what was reported where.

Each gives (user, case or None, day, key, figures). The figures are what the page shows: nobody has to believe a sign.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml
from django.db import connection

from onegrid.oversight.scores.models import SignKind

Found = tuple[int, int | None, date, str, dict[str, Any]]

DUPLICATE = """
SELECT own.reporter_id, own.case_id, own.reported_on, 'duplicate ' || own.case_id,
    json_build_object('other', other.number, 'number', matter.number)
FROM oversight_caserecord own
JOIN cases_case matter ON matter.id = own.case_id
JOIN cases_caselink link ON link.case_id = own.case_id AND link.kind = 'duplicate' AND link.ended_at IS NULL
JOIN cases_case other ON other.id = link.other_id
JOIN oversight_caserecord first ON first.case_id = other.id AND first.reporter_id = own.reporter_id
WHERE own.duplicate AND own.reporter_id IS NOT NULL AND own.reported_on BETWEEN %(since)s AND %(until)s
"""

SELF_MADE = """
SELECT reporter_id, NULL::bigint, reported_on, 'self_made ' || reporter_id || ' ' || reported_on,
    json_build_object('count', count(*), 'minutes', %(self_made_minutes)s::int,
        'numbers', (array_agg(number ORDER BY number))[1:20])
FROM (
    SELECT DISTINCT own.case_id, own.reporter_id, own.reported_on, matter.number
    FROM oversight_caserecord own
    JOIN cases_case matter ON matter.id = own.case_id
    JOIN oversight_stagerecord stage ON stage.case_id = own.case_id AND stage.verb = 'settle'
        AND stage.user_id = own.reporter_id
    WHERE own.self_handled AND own.reported_on BETWEEN %(since)s AND %(until)s
        AND stage.stopped_at - matter.opened_at <= make_interval(mins => %(self_made_minutes)s::int)
) quick GROUP BY reporter_id, reported_on HAVING count(*) >= %(self_made_least)s::int
"""

TRACK = """
SELECT reporter_id, case_id, reported_on, 'track ' || case_id,
    json_build_object('number', number, 'before', before, 'metres', round(metres), 'minutes',
        round((seconds / 60)::numeric, 1), 'kmh', round((metres / greatest(seconds, 1) * 3.6)::numeric))
FROM (
    SELECT own.reporter_id, own.case_id, own.reported_on, matter.number, lag(matter.number) OVER way AS before,
        ST_Distance(matter.point::geography, lag(matter.point) OVER way::geography) AS metres,
        extract(epoch FROM matter.opened_at - lag(matter.opened_at) OVER way) AS seconds
    FROM oversight_caserecord own JOIN cases_case matter ON matter.id = own.case_id
    WHERE own.reporter_id IS NOT NULL AND own.channel = 'grid_worker' AND matter.point IS NOT NULL
        AND own.reported_on BETWEEN %(since)s AND %(until)s
    WINDOW way AS (PARTITION BY own.reporter_id ORDER BY matter.opened_at, own.case_id)
) pair
WHERE metres >= %(track_metres)s AND metres / greatest(seconds, 1) * 3.6 > %(track_kmh)s
"""

# A step on site whose photos all say another place. A photo without a place accuses nobody.
FAR = """
SELECT user_id, case_id, ended_on, 'far ' || clock_id,
    json_build_object('number', number, 'verb', verb, 'photos', photos, 'metres', round(nearest))
FROM (
    SELECT stage.clock_id, stage.user_id, stage.case_id, stage.ended_on, stage.verb, matter.number,
        count(photo.id) AS photos,
        min(ST_Distance(photo.taken_point::geography, matter.point::geography)) AS nearest,
        count(photo.id) FILTER (WHERE photo.taken_point IS NULL) AS unplaced
    FROM oversight_stagerecord stage
    JOIN cases_case matter ON matter.id = stage.case_id AND matter.point IS NOT NULL
    JOIN cases_step step ON step.case_id = stage.case_id AND step.at = stage.stopped_at AND step.verb = stage.verb
    JOIN cases_evidence photo ON photo.step_id = step.id
    WHERE stage.user_id IS NOT NULL AND stage.verb IN ('check', 'handle', 'settle')
        AND stage.ended_on BETWEEN %(since)s AND %(until)s
    GROUP BY stage.clock_id, stage.user_id, stage.case_id, stage.ended_on, stage.verb, matter.number
) seen
WHERE unplaced = 0 AND nearest > %(far_metres)s
"""

# Checks on site without any photo, so many of them on one day.
BARE = """
SELECT stage.user_id, NULL::bigint, stage.ended_on, 'bare ' || stage.user_id || ' ' || stage.ended_on,
    json_build_object('count', count(*), 'numbers', (array_agg(matter.number ORDER BY matter.number))[1:20])
FROM oversight_stagerecord stage
JOIN cases_case matter ON matter.id = stage.case_id
JOIN cases_step step ON step.case_id = stage.case_id AND step.at = stage.stopped_at AND step.verb = stage.verb
WHERE stage.user_id IS NOT NULL AND stage.verb = 'check' AND stage.ended_on BETWEEN %(since)s AND %(until)s
    AND NOT EXISTS (SELECT FROM cases_evidence photo WHERE photo.step_id = step.id)
GROUP BY stage.user_id, stage.ended_on HAVING count(*) >= %(bare_least)s::int
"""

BURST = """
SELECT reporter_id, NULL::bigint, (month + interval '1 month - 1 day')::date,
    'burst ' || reporter_id || ' ' || to_char(month, 'YYYY-MM'),
    json_build_object('all', whole, 'last', last, 'days', %(burst_days)s::int, 'month', to_char(month, 'YYYY-MM'))
FROM (
    SELECT reporter_id, date_trunc('month', reported_on) AS month, count(*) AS whole,
        count(*) FILTER (WHERE reported_on > (date_trunc('month', reported_on) + interval '1 month')::date
            - 1 - %(burst_days)s::int) AS last
    FROM oversight_caserecord
    WHERE reporter_id IS NOT NULL AND channel = 'grid_worker'
        AND reported_on BETWEEN date_trunc('month', %(since)s::date) AND %(until)s
    GROUP BY 1, 2
) one
WHERE whole >= %(burst_least)s::int AND last * 100 >= whole * %(burst_percent)s::int
"""

STATEMENTS = {
    SignKind.DUPLICATE: DUPLICATE,
    SignKind.SELF_MADE: SELF_MADE,
    SignKind.TRACK: TRACK,
    SignKind.FAR: FAR,
    SignKind.BARE: BARE,
    SignKind.BURST: BURST,
}


@dataclass(frozen=True)
class SignLimits:
    self_made_minutes: int
    self_made_least: int
    track_kmh: int
    track_metres: int
    far_metres: int
    bare_least: int
    burst_days: int
    burst_percent: int
    burst_least: int


def sign_limits(day: date) -> SignLimits:
    """The block that began last; for days before the first, the first."""
    blocks = _blocks()
    begun = [block for block in blocks if block[0] <= day]
    return (begun or blocks[:1])[-1][1]


@lru_cache(maxsize=1)
def _blocks() -> list[tuple[date, SignLimits]]:
    rows = yaml.safe_load(files(__package__).joinpath("signs.yaml").read_text("utf-8"))
    return sorted(
        ((date.fromisoformat(row.pop("valid_from")), SignLimits(**row)) for row in rows),
        key=lambda one: one[0],
    )


def found_signs(since: date, until: date) -> Iterator[tuple[SignKind, Found]]:
    """Everything that the days since..until show."""
    given = vars(sign_limits(until)) | {"since": since, "until": until}
    for kind, words in STATEMENTS.items():
        with connection.cursor() as cursor:
            cursor.execute(words, given)
            for row in cursor.fetchall():
                yield kind, row
