"""The SQL that makes records from timelines and clocks, and sums from records: the same for one case and a city."""

from collections.abc import Iterable

from onegrid.oversight.measures.counters import CASE, SUMMED

ZONE = "'Asia/Shanghai'"
LOCK = "SELECT pg_advisory_xact_lock(5041117)"  # one who counts at a time
SOME = "AND {column} = ANY(%(ids)s)"


def _day(moment: str) -> str:
    return f"({moment} AT TIME ZONE {ZONE})::date"


def _user(key: str) -> str:
    return f"CASE WHEN {key} LIKE 'user:%%' THEN substr({key}, 6)::bigint END"


# working minutes by clock, where they are few; of a whole city they are a table
WORKED = "unnest(%(clocks)s::bigint[], %(minutes)s::int[]) worked(clock_id, minutes)"

STAGES = f"""
INSERT INTO oversight_stagerecord (clock_id, case_id, area_path, case_class_id, unit_id, user_id, org_id, stage, verb,
    started_at, due_at, stopped_at, due_on, ended_on, late, excused, undone, first, worked)
SELECT clock.id, clock.case_id, matter.area_path, matter.case_class_id,
    coalesce(clock.org_id, CASE WHEN step.verb = 'rework' THEN step.to_org_id END, matter.unit_id),
    {_user("step.actor_key")}, step.org_id, clock.stage, coalesce(step.verb, ''),
    clock.started_at, clock.due_at, clock.stopped_at,
    CASE WHEN clock.held_at IS NULL OR clock.stopped_at IS NOT NULL THEN {_day("clock.due_at")} END,
    {_day("clock.stopped_at")},
    coalesce(clock.stopped_at > clock.due_at, false), clock.excused,
    CASE clock.stage WHEN 'file' THEN matter.state = 'cancelled'
        WHEN 'dispatch' THEN coalesce(lead(step.verb) OVER way = 'return', false) ELSE false END,
    row_number() OVER way = 1, worked.minutes
FROM cases_stageclock clock
JOIN cases_case matter ON matter.id = clock.case_id
LEFT JOIN (
    SELECT case_id, at, verb, actor_key, org_id, to_org_id, details->'clock'->>'stage' AS stage
    FROM cases_step WHERE details ? 'clock' {{some_steps}}
    OFFSET 0  -- what else a step keeps is not carried through the join
) step ON step.case_id = clock.case_id AND step.at = clock.stopped_at AND step.stage = clock.stage
LEFT JOIN {{worked}} ON worked.clock_id = clock.id
WHERE matter.channel <> 'import' {{some}}
WINDOW way AS (PARTITION BY clock.case_id ORDER BY clock.started_at, clock.id)
"""

# Of the clocks of a case: the last handling limit, else the last one. Of its ratings: the reporter's last.
CASES = f"""
WITH clocks AS (
    SELECT case_id,
        (array_agg(due_on ORDER BY (stage = 'handle') DESC, started_at DESC, clock_id DESC))[1] AS due_on,
        bool_or(late AND NOT excused) AS late
    FROM oversight_stagerecord WHERE true {{some_clocks}} GROUP BY case_id
), way AS (
    SELECT case_id,
        min(at) FILTER (WHERE verb = 'file') AS filed_at,
        min(at) FILTER (WHERE verb = 'dispatch') AS dispatched_at,
        max(at) FILTER (WHERE verb IN ('handle', 'settle')) AS handled_at,
        max(at) FILTER (WHERE verb = 'check') AS checked_at,
        bool_or(verb = 'settle') AS settled,
        count(*) FILTER (WHERE verb = 'rework') AS reworks,
        count(*) FILTER (WHERE verb = 'return') AS returns,
        count(*) FILTER (WHERE verb = 'reopen') AS reopened,
        max(position) FILTER (WHERE verb = 'rate' AND actor_key NOT LIKE 'public:follower:%%') AS rated,
        max(position) FILTER (WHERE verb = 'reopen') AS redone,
        min(actor_key) FILTER (WHERE position = 1) AS reporter
    FROM cases_step WHERE true {{some_steps}} GROUP BY case_id
)
INSERT INTO oversight_caserecord (case_id, area_path, grid_id, community_id, street_id, case_class_id, unit_id,
    reporter_id, channel, state, reported_on, filed_on, dispatched_on, handled_on, checked_on, ended_on, due_on, late,
    valid, self_handled, duplicate, reworks, returns, reopened, pressed, rated_on, stars, satisfied, solved)
SELECT matter.id, matter.area_path, matter.grid_id, matter.community_id, matter.street_id, matter.case_class_id,
    matter.unit_id, {_user("way.reporter")}, matter.channel, matter.state, {_day("matter.opened_at")},
    {_day("way.filed_at")}, {_day("way.dispatched_at")}, {_day("way.handled_at")}, {_day("way.checked_at")},
    {_day("matter.ended_at")}, clocks.due_on, coalesce(clocks.late, false),
    way.settled OR way.filed_at IS NOT NULL, way.settled,
    EXISTS (SELECT FROM cases_caselink link WHERE link.case_id = matter.id AND link.kind = 'duplicate'
        AND link.ended_at IS NULL),
    way.reworks, way.returns, way.reopened, matter.pressed, {_day("rating.at")},
    (rating.details->>'stars')::int, (rating.details->>'satisfied')::boolean,
    CASE WHEN rating.id IS NOT NULL THEN coalesce(way.redone, 0) < way.rated END
FROM cases_case matter
JOIN way ON way.case_id = matter.id
LEFT JOIN clocks ON clocks.case_id = matter.id
LEFT JOIN cases_step rating ON rating.case_id = matter.id AND rating.position = way.rated
WHERE true {{some}}
"""


def _parts(some: str) -> str:
    """One select for each record and day column: of each record what it counts in that day, NULL for nothing; records
    that count in nothing are left out."""
    kinds = list(dict.fromkeys((one.grain, one.day) for one in SUMMED.values()))
    parts = []
    for grain, day in kinds:
        own = {name: one.where for name, one in SUMMED.items() if (one.grain, one.day) == (grain, day)}
        columns = ", ".join(
            f"CASE WHEN {own[name]} THEN 1 END AS {name}" if name in own else f"NULL::int AS {name}"
            for name in SUMMED
        )
        anything = " OR ".join(f"({where})" for where in own.values())
        table = "oversight_caserecord" if grain == CASE else "oversight_stagerecord"
        parts.append(
            f"SELECT {day} AS day, area_path, unit_id, case_class_id, {columns} FROM {table} "
            f"WHERE {day} IS NOT NULL {some} AND ({anything})"
        )
    return " UNION ALL ".join(parts)


KEYS = "day, area_path, unit_id, case_class_id"


def days(*, some: bool, sign: int = 1) -> str:
    """Adds (or, with `sign` -1, takes away) what the records count to the day rows. Of all records: into the empty
    table, where nothing can be there already."""
    names = ", ".join(SUMMED)
    sums = ", ".join(f"{sign} * count({name})" for name in SUMMED)
    parts = _parts("AND case_id = ANY(%(ids)s)" if some else "")
    added = (
        f"INSERT INTO oversight_daycount ({KEYS}, {names}) SELECT {KEYS}, {sums} FROM ({parts}) part "
        f"GROUP BY {KEYS}"
    )
    return added + _onto("oversight_daycount", SUMMED) if some else added


def _onto(table: str, names: Iterable[str]) -> str:
    onto = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in names)
    return f" ON CONFLICT ({KEYS}) DO UPDATE SET {onto}"


def open_days(*, some: bool, sign: int = 1, anew: bool = False) -> str:
    """The same for what stood open at the end of each day from %(first)s to %(through)s (dates). `anew`: the table
    is empty."""
    ids = "AND record.case_id = ANY(%(ids)s)" if some else ""
    begins, ends = (
        "greatest({begins}, %(first)s::date)",
        "least({ends} - 1, %(through)s::date)",  # least() passes over NULL: what has not ended is open still
    )
    whole, late = (
        (begins.format(begins=begin), ends.format(ends=end))
        for begin, end in (("record.reported_on", "record.ended_on"), ("stage.due_on", "stage.ended_on"))
    )
    added = f"""
INSERT INTO oversight_openday ({KEYS}, open, overdue)
SELECT {KEYS}, {sign} * sum(open), {sign} * sum(overdue) FROM (
    SELECT {whole[0]} + ago.n AS day, record.area_path, record.unit_id, record.case_class_id, 1 AS open, 0 AS overdue
    FROM oversight_caserecord record, generate_series(0, {whole[1]} - {whole[0]}) ago(n)
    WHERE record.channel <> 'import' AND {whole[0]} <= {whole[1]} {ids}
    UNION ALL
    SELECT {late[0]} + ago.n, record.area_path, record.unit_id, record.case_class_id, 0, 1
    FROM oversight_stagerecord stage
    JOIN oversight_caserecord record ON record.case_id = stage.case_id,
        generate_series(0, {late[1]} - {late[0]}) ago(n)
    WHERE stage.due_on IS NOT NULL AND {late[0]} <= {late[1]} {ids}
) part GROUP BY {KEYS}
"""
    return added if anew else added + _onto("oversight_openday", ("open", "overdue"))


EMPTY_DAYS = f"DELETE FROM oversight_daycount WHERE {' AND '.join(f'{name} = 0' for name in SUMMED)}"
EMPTY_OPEN = "DELETE FROM oversight_openday WHERE open = 0 AND overdue = 0"

# Every time of handling, cut at its pauses (working.py): from the start or a pause to the next pause or the end.
STRETCHES = f"""
SELECT clock.id, clock.calendar_version::int,
    coalesce((
        SELECT own.number FROM unnest(%(own)s::text[]) WITH ORDINALITY own(path, number)
        WHERE starts_with(matter.area_path, own.path) ORDER BY length(own.path) DESC LIMIT 1
    ), 0)::int,
    {_day("clock.started_at")} - date '2000-01-01', run.begins, run.ends
FROM cases_stageclock clock
JOIN cases_case matter ON matter.id = clock.case_id
CROSS JOIN LATERAL (
    SELECT clock.started_at AS begins, clock.stopped_at AS ends WHERE clock.paused = '[]'
    UNION ALL
    SELECT coalesce(lag(least((pause.span->>1)::timestamptz, clock.stopped_at)) OVER way, clock.started_at),
        least((pause.span->>0)::timestamptz, clock.stopped_at)
    FROM jsonb_array_elements(clock.paused) WITH ORDINALITY pause(span, place)
    WINDOW way AS (ORDER BY pause.place)
    UNION ALL
    SELECT least((clock.paused->-1->>1)::timestamptz, clock.stopped_at), clock.stopped_at WHERE clock.paused <> '[]'
) run
WHERE clock.stage = 'handle' AND clock.stopped_at IS NOT NULL AND matter.channel <> 'import' {{some}}
"""
