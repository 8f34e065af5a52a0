"""What every installation watches: database, queue, listeners, disk, copies, certificate."""

import re
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegrid.kit.facts.queries import listener_states
from onegrid.kit.health.certificates import days_left
from onegrid.kit.health.checks import PULSE
from onegrid.kit.health.watching import WATCHED, Reading, Tone, Watched, toned

GIGABYTE = 2**30


@WATCHED.register("checks")
class Checks(Watched):
    """What /health/ready says to supervisors."""

    title, order = gettext_lazy("Readiness"), 10

    def readings(self) -> Iterator[Reading]:
        named = {"database": _("Database"), "migrations": _("Tables"), "relay": _("News between rooms")}
        named["files"] = _("File store")
        for name, well in PULSE.outcome().items():
            advice = "" if well else _("The log of the web process says more.")
            yield Reading(
                named.get(name, name),
                _("well") if well else _("failing"),
                Tone.GOOD if well else Tone.BAD,
                advice,
            )


# Sessions of this database that do something, the age in seconds of the oldest statement and transaction, its size.
_SESSIONS = """
SELECT count(*), current_setting('max_connections')::int,
       coalesce(max(extract(epoch FROM clock_timestamp() - query_start)) FILTER (WHERE state = 'active'), 0),
       coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0),
       count(*) FILTER (WHERE wait_event_type = 'Lock'),
       pg_database_size(current_database())
FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND backend_type = 'client backend'
"""


@WATCHED.register("database")
class Database(Watched):
    title, order = gettext_lazy("Database"), 20

    def readings(self) -> Iterator[Reading]:
        begun = time.monotonic()
        used, most, statement, transaction, waiting, size = _row(_SESSIONS)
        answered = 1000 * (time.monotonic() - begun)
        yield Reading(
            _("Answers after"),
            _("%(ms)s ms") % {"ms": _number(answered)},
            toned(answered, warn=200, bad=2000),
            _("The machine or its disk is busy."),
        )
        yield Reading(
            _("Connections"),
            f"{used} / {most}",
            toned(used / most, warn=0.7, bad=0.9),
            _("Fewer web processes, or a higher max_connections."),
        )
        yield Reading(
            _("Oldest statement"),
            _seconds(statement),
            toned(statement, warn=30, bad=300),
            _("See the slow statements below."),
        )
        yield Reading(
            _("Oldest transaction"),
            _seconds(transaction),
            toned(transaction, warn=300, bad=3600),
            _("Facts wait until it ends: look for a long import."),
        )
        yield Reading(
            _("Waiting for a lock"),
            str(waiting),
            toned(waiting, warn=5, bad=30),
            _("Somebody holds a row for long."),
        )
        yield Reading(_("Size"), _bytes(size))


_QUEUE = """
SELECT count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()),
       count(*) FILTER (WHERE status = 'doing'), count(*) FILTER (WHERE status = 'failed'),
       (SELECT coalesce(max(extract(epoch FROM now() - greatest(scheduled_at, at))), 0) FROM (
            SELECT job.scheduled_at, event.at FROM procrastinate_jobs job
            JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'
            WHERE job.status = 'todo' AND coalesce(job.scheduled_at, now()) <= now() ORDER BY job.id LIMIT 1
        ) AS oldest)
FROM (SELECT status, scheduled_at FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')
      LIMIT 100000) AS jobs
"""


@WATCHED.register("queue")
class Queue(Watched):
    title, order = gettext_lazy("Jobs"), 30

    def readings(self) -> Iterator[Reading]:
        due, doing, failed, age = _row(_QUEUE)
        yield Reading(
            _("Jobs due"), _number(due), toned(due, warn=1000, bad=20000), _("Is a worker running?")
        )
        yield Reading(
            _("The oldest waits since"),
            _seconds(age),
            toned(age, warn=60, bad=600),
            _("Is a worker running?"),
        )
        yield Reading(_("At work"), _number(doing))
        yield Reading(
            _("Failed for good"),
            _number(failed),
            toned(failed, warn=1, bad=100),
            _("The log of the worker names each."),
        )


@WATCHED.register("listeners")
class Listeners(Watched):
    """Each that is not where it should be, and how far the slowest is behind."""

    title, order = gettext_lazy("News between rooms"), 40

    def readings(self) -> Iterator[Reading]:
        states = [state for state in listener_states() if state.known]
        behind = max((state.behind for state in states), default=0)
        yield Reading(
            _("The slowest listener is behind by"),
            _("%(count)s facts") % {"count": _number(behind)},
            toned(behind, warn=2000, bad=50000),
            _("Is the relay running?"),
        )
        parked = sum(state.parked for state in states)
        yield Reading(
            _("Parked"),
            _number(parked),
            toned(parked, warn=1, bad=100),
            _("`onegrid facts parked` says why; `onegrid facts replay` tries again."),
        )
        for state in states:
            if state.error:
                yield Reading(state.name, state.error[:200], Tone.WARN, _("It tries again by itself."))


@WATCHED.register("disk")
class Disk(Watched):
    title, order = gettext_lazy("Disk"), 50

    def readings(self) -> Iterator[Reading]:
        usage = shutil.disk_usage(settings.MEDIA_ROOT.parent)
        used = 1 - usage.free / usage.total
        yield Reading(
            _("Free"),
            _("%(free)s of %(total)s") % {"free": _bytes(usage.free), "total": _bytes(usage.total)},
            Tone.BAD if usage.free < GIGABYTE else toned(used, warn=0.85, bad=0.95),
            _("Remove old logs and copies, or give it a larger disk."),
        )


_STREAM = """
SELECT slot.active, slot.wal_status, pg_wal_lsn_diff(pg_current_wal_lsn(), slot.restart_lsn)
FROM pg_replication_slots slot WHERE slot.slot_name = 'onegrid_backup'
"""


@WATCHED.register("copies")
class Copies(Watched):
    """The stream of the database's log; a database of the city's own has its own watch."""

    title, order = gettext_lazy("Copies"), 60

    def readings(self) -> Iterator[Reading]:
        found = _row(_STREAM)
        if not found:
            yield Reading(
                _("Stream of the log"),
                _("none"),
                Tone.WARN if settings.OWN_DATABASE else Tone.GOOD,
                _("Set ONEGRID_BACKUP: without copies a dead disk takes everything."),
            )
            return
        active, status, behind = found
        tone = Tone.BAD if status == "lost" or (not active and behind > GIGABYTE) else Tone.WARN
        yield Reading(
            _("Stream of the log"),
            _("running") if active else _("away"),
            Tone.GOOD if active else tone,
            _("The disk of the copies may be full or gone; see backup.log."),
        )
        yield Reading(_("Log that waits for it"), _bytes(behind or 0))


@WATCHED.register("certificate")
class Certificate(Watched):
    title, order = gettext_lazy("Certificate"), 70

    def readings(self) -> Iterator[Reading]:
        if not settings.SITE_URL.startswith("https://"):
            yield Reading(_("TLS"), _("not at this address"))
            return
        days = days_left(settings.SITE_URL)
        yield Reading(
            _("Valid for"),
            _("%(days)s days") % {"days": days},
            toned(-days, warn=-21, bad=-7),
            _("Renew it at the proxy."),
        )


_SLOW = """
SELECT pid, extract(epoch FROM clock_timestamp() - query_start)::float, coalesce(wait_event_type, ''),
       left(query, 300)
FROM pg_stat_activity
WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()
  AND clock_timestamp() - query_start > make_interval(secs => %s) ORDER BY query_start LIMIT 20
"""


def slow_statements(*, longer: timedelta = timedelta(seconds=1)) -> list[dict[str, Any]]:
    """Statements that run now for longer than that, the oldest first. Values are placeholders, never personal data:
    what was sent as text with its values in it is cut to its first words."""
    with connection.cursor() as cursor:
        cursor.execute(_SLOW, [longer.total_seconds()])
        return [
            {"pid": pid, "seconds": seconds, "waits": waits, "text": _without_values(text)}
            for pid, seconds, waits, text in cursor.fetchall()
        ]


def _without_values(text: str) -> str:
    """Everything between quotes and every number may be somebody's data."""
    text = re.sub(r"'(?:[^']|'')*'?", "'…'", text)
    return re.sub(r"\b\d+(?:\.\d+)?\b", "…", " ".join(text.split()))


def _row(statement: str) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone() or ()


def _number(value: float) -> str:
    return str(number_format(round(value), force_grouping=True))


def _seconds(value: float) -> str:
    return _("%(seconds)s s") % {"seconds": _number(value)}


def _bytes(size: float) -> str:
    return f"{size / GIGABYTE:.1f} GB" if size >= GIGABYTE else f"{size / 2**20:.0f} MB"
