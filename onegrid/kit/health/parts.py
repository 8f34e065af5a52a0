"""What every installation watches: database, queue, listeners, disk, copies, certificate."""

import json
import shutil
import ssl
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegrid.kit.facts.queries import listener_states, oldest_unheard, relays_running
from onegrid.kit.health.certificates import days_left
from onegrid.kit.health.checks import PULSE
from onegrid.kit.health.figure import Figure, gauge
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

    def figures(self) -> Iterator[Figure]:
        used, most, statement, transaction, waiting, size = _row(_SESSIONS)
        yield gauge("onegrid_database_connections", "Open connections to our database.", used)
        yield gauge("onegrid_database_connections_most", "How many the server takes.", most)
        yield gauge("onegrid_database_oldest_statement_seconds", "Age of the oldest running one.", statement)
        yield gauge("onegrid_database_oldest_transaction_seconds", "Age of the oldest open one.", transaction)
        yield gauge("onegrid_database_lock_waits", "Sessions that wait for a lock.", waiting)
        yield gauge("onegrid_database_bytes", "Size of the database.", size)


@WATCHED.register("live")
class Live(Watched):
    """The process that tells open screens; asked on this machine."""

    title, order = gettext_lazy("Live screens"), 25

    def readings(self) -> Iterator[Reading]:
        try:
            said = live_health()
        except (OSError, ValueError):
            advice = _("Is the live process running? Pages work without it, but stay still.")
            yield Reading(_("Live process"), _("does not answer"), Tone.BAD, advice)
            return
        yield Reading(
            _("Hears the database"),
            _("well") if said["database"] else _("failing"),
            Tone.GOOD if said["database"] else Tone.BAD,
            _("See live.log."),
        )
        yield Reading(_("Open streams"), _number(said["streams"]))

    def figures(self) -> Iterator[Figure]:
        yield gauge("onegrid_open_streams", "Open streams of server-sent events.", live_health()["streams"])


def live_health() -> dict[str, Any]:
    """What the live process says of itself. OSError when it does not answer."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(settings.LIVE_HEALTH, timeout=1) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as unwell:  # 503 with the same words: it does not hear the database
        return json.load(unwell)


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
        workers = _row(_WORKERS)[0]
        yield Reading(
            _("Worker processes"),
            _number(workers),
            Tone.GOOD if workers else Tone.BAD,
            _("None has given a sign for a minute: start one."),
        )

    def figures(self) -> Iterator[Figure]:
        due, doing, failed, age = _row(_QUEUE)
        states = {"due": due, "doing": doing, "failed": failed}
        samples = tuple(({"state": state}, float(n)) for state, n in states.items())
        yield Figure("onegrid_jobs", "Jobs in the queue, counted to 100,000.", "gauge", samples)
        yield gauge("onegrid_jobs_oldest_seconds", "How long the oldest job that is due waits.", age)
        yield gauge("onegrid_workers", "Workers with a sign of life within a minute.", _row(_WORKERS)[0])


_WORKERS = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'"


@WATCHED.register("listeners")
class Listeners(Watched):
    """Each that is not where it should be, and how far the slowest is behind."""

    title, order = gettext_lazy("News between rooms"), 40

    def readings(self) -> Iterator[Reading]:
        relays = relays_running()
        yield Reading(
            _("Relay processes"),
            _number(relays),
            Tone.GOOD if relays else Tone.BAD,
            _("None listens: start one. Open screens, notices and hand-overs wait."),
        )
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

    def figures(self) -> Iterator[Figure]:
        states = [state for state in listener_states() if state.known]
        behind = tuple(({"listener": state.name}, float(state.behind)) for state in states)
        parked = tuple(({"listener": state.name}, float(state.parked)) for state in states)
        lag = max((oldest_unheard(state.name) for state in states), default=0.0)
        yield Figure("onegrid_listener_behind", "Facts not heard yet, counted to 100,000.", "gauge", behind)
        yield Figure("onegrid_listener_parked", "Facts a listener could not digest.", "gauge", parked)
        yield gauge("onegrid_relays", "Relays that listen.", relays_running())
        yield gauge("onegrid_relay_lag_seconds", "Age of the oldest fact that somebody has not heard.", lag)


@WATCHED.register("disk")
class Disk(Watched):
    """That of the data, and that of the copies where there are any."""

    title, order = gettext_lazy("Disk"), 50

    def readings(self) -> Iterator[Reading]:
        words = {"data": _("Free"), "copies": _("Free for copies")}
        for what, folder in _disks().items():
            if not folder.is_dir():
                yield Reading(
                    words[what],
                    _("the disk is away"),
                    Tone.BAD,
                    _("Mount it: %(folder)s") % {"folder": folder},
                )
                continue
            usage = shutil.disk_usage(folder)
            used = 1 - usage.free / usage.total
            yield Reading(
                words[what],
                _("%(free)s of %(total)s") % {"free": _bytes(usage.free), "total": _bytes(usage.total)},
                Tone.BAD if usage.free < GIGABYTE else toned(used, warn=0.85, bad=0.95),
                _("Remove old logs and copies, or give it a larger disk."),
            )
        devices = [folder.stat().st_dev for folder in _disks().values() if folder.is_dir()]
        if len(devices) == 2 and len(set(devices)) == 1:
            advice = _("A disk that dies takes both: ONEGRID_BACKUP belongs on another one.")
            yield Reading(_("Copies and data"), _("on one disk"), Tone.WARN, advice)

    def figures(self) -> Iterator[Figure]:
        usages = {what: shutil.disk_usage(folder) for what, folder in _disks().items() if folder.is_dir()}
        free = tuple(({"disk": what}, float(usage.free)) for what, usage in usages.items())
        whole = tuple(({"disk": what}, float(usage.total)) for what, usage in usages.items())
        yield Figure("onegrid_disk_free_bytes", "Free on the disk of data or copies.", "gauge", free)
        yield Figure("onegrid_disk_bytes", "Size of that disk.", "gauge", whole)


def _disks() -> dict[str, Path]:
    found = {"data": settings.MEDIA_ROOT.parent}
    return found | ({"copies": settings.COPIES_FOLDER} if settings.COPIES_FOLDER else {})


_STREAM = """
SELECT slot.active, slot.wal_status, pg_wal_lsn_diff(pg_current_wal_lsn(), slot.restart_lsn)
FROM pg_replication_slots slot WHERE slot.slot_name = 'onegrid_backup'
"""


@WATCHED.register("copies")
class Copies(Watched):
    """How old the newest copies are, and the stream of the database's log. A database of the city's own is copied by
    its own tools, which may tell us (`onegrid backup done`)."""

    title, order = gettext_lazy("Copies"), 60

    def readings(self) -> Iterator[Reading]:
        words = {"database": _("Newest copy of the database"), "files": _("Newest copy of files")}
        ages = copy_ages()
        if settings.COPIES_FOLDER and settings.OWN_DATABASE and "database" not in ages:
            yield Reading(
                words["database"], _("none yet"), Tone.WARN, _("`onegrid backup take` takes the first.")
            )
        for what, age in ages.items():
            days = age / 86400
            yield Reading(
                words[what],
                _("%(hours)s hours ago") % {"hours": _number(age / 3600)},
                toned(days, warn=8, bad=15),
                _("`onegrid backup take`, and see why it did not run by itself."),
            )
        if copies_note().get("gap"):
            yield Reading(
                _("Way back to any second"),
                _("not whole"),
                Tone.BAD,
                _("`onegrid backup list` names what is missing; `onegrid backup take` begins anew."),
            )
        yield from self._stream()

    def figures(self) -> Iterator[Figure]:
        ages = tuple(({"what": what}, age) for what, age in copy_ages().items())
        if ages:
            yield Figure("onegrid_copy_age_seconds", "Age of the newest copy.", "gauge", ages)
        if found := _row(_STREAM):
            yield gauge("onegrid_copy_stream_running", "1 while the log streams to the copies.", found[0])
            yield gauge("onegrid_copy_stream_behind_bytes", "Log that waits for it.", found[2] or 0)

    def _stream(self) -> Iterator[Reading]:
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


def copy_ages() -> dict[str, float]:
    """ "database", "files" → seconds since the newest copy that `onegrid backup` knows of."""
    said, now = copies_note(), datetime.now(UTC)
    return {
        what: (now - datetime.fromisoformat(said[f"{what}_at"])).total_seconds()
        for what in ("database", "files")
        if f"{what}_at" in said
    }


def copies_note() -> dict[str, str]:
    """What `onegrid backup` noted at last."""
    return json.loads(settings.COPIES_NOTE.read_text()) if settings.COPIES_NOTE.exists() else {}


@WATCHED.register("certificate")
class Certificate(Watched):
    title, order = gettext_lazy("Certificate"), 70

    def readings(self) -> Iterator[Reading]:
        if not settings.SITE_URL.startswith("https://"):
            yield Reading(_("TLS"), _("not at this address"))
            return
        try:
            days = days_left(settings.SITE_URL)
        except ssl.SSLCertVerificationError as refused:
            yield Reading(
                _("Browsers refuse it"), refused.verify_message, Tone.BAD, _("Renew it at the proxy.")
            )
            return
        yield Reading(
            _("Valid for"),
            _("%(days)s days") % {"days": days},
            toned(-days, warn=-21, bad=-7),
            _("Renew it at the proxy."),
        )

    def figures(self) -> Iterator[Figure]:
        if settings.SITE_URL.startswith("https://"):
            try:
                days = days_left(settings.SITE_URL)
            except ssl.SSLCertVerificationError:
                days = -1  # ended, or another's: an alert on few days finds it
            yield gauge("onegrid_certificate_days", "Days until the site's certificate ends.", days)


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
