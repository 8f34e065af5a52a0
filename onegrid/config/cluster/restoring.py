"""The private cluster as it was at some second, made from a base and the log after it."""

import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from onegrid.config.cluster.copies import SLOT, Base, gap_after, way_to
from onegrid.config.cluster.lines import Line, files_of_segments, histories, needed, segments
from onegrid.config.cluster.place import Place, place, private_url
from onegrid.config.cluster.server import (
    ClusterTrouble,
    answers,
    binaries,
    ensure_running,
    hand_to_server,
    runs,
    server_settings,
    server_settings_mark,
    stop,
)

TOO_EARLY = "The log ends before that second; without --until everything it holds is restored."
SECONDS = 24 * 3600  # the log of a whole week may take hours
MOMENT = "%Y%m%dT%H%M%S.%fZ"  # in names: two of one second lie side by side


@dataclass(frozen=True)
class Restored:
    """`newest`: when the last thing that came back was written; None: nothing after the copy. `gap`: the segment of
    the log that is missing; what came after it did not come back. `aside`: where the old cluster lies now."""

    base: Base
    newest: datetime | None
    gap: str | None
    aside: Path | None


def base_for(folder: Path, until: datetime | None) -> tuple[Base, Line]:
    """The newest base that was whole by then, and the line of time on which that second lies."""
    if found := way_to(folder, until):
        return found
    raise ClusterTrouble(
        f"{folder} holds no copy from before that time." if until else f"{folder} holds no copy."
    )


def restore(var: Path, folder: Path, *, until: datetime | None, replace: bool) -> Restored:
    """The server runs afterwards.

    Nothing is removed: with `replace` a cluster that is there is stopped and put beside, once the other is laid out.
    A restore that fails leaves the old one beside and its own half out of the way.
    """
    (base, line), where = base_for(folder, until), place(var)
    _refuse(where, replace)
    binaries(base.folder)
    draft, log = where.pg / "data.draft", where.pg / "restoring"
    shutil.rmtree(draft, ignore_errors=True)
    where.pg.mkdir(parents=True, exist_ok=True)
    _lay_out(base, folder, draft, log)
    _prepare(draft, where, _recovery(log, until, line))
    for made in (draft, log):
        hand_to_server(made)
    aside = _put_aside(var, where)
    hand_to_server(where.pg)
    draft.rename(where.pgdata)
    missing = gap_after(base, segments(folder), line)
    try:
        ensure_running(var, seconds=SECONDS)
        _wait_while_it_recovers(var)
        newest = _finish(var)
    except (ClusterTrouble, psycopg.Error) as failure:
        stop(var)
        failed = where.pg / f"data.failed-{datetime.now(UTC):{MOMENT}}"
        where.pgdata.rename(failed)
        words = _too_early(missing) if _ended_before(where) else str(failure)
        raise ClusterTrouble(f"{words}\n  What was made lies in {failed}; the log: {where.log}") from None
    shutil.rmtree(log)
    return Restored(base, newest, missing if until is None else None, aside)


def _refuse(where: Place, replace: bool) -> None:
    if where.pgdata.exists() and not replace:
        raise ClusterTrouble(
            f"There is a database in {where.pgdata}. With --replace it is put beside, not removed; or set "
            "ONEGRID_VAR to another folder."
        )


def _put_aside(var: Path, where: Place) -> Path | None:
    if not where.pgdata.exists():
        return None
    stop(var)
    aside = where.pg / f"data.before-{datetime.now(UTC):{MOMENT}}"
    where.pgdata.rename(aside)
    return aside


def _lay_out(base: Base, folder: Path, draft: Path, log: Path) -> None:
    """The copy, and a log that the server may read. The segment that was being written counts with what it holds. A
    full disk says so before anything that is there was touched."""
    shutil.rmtree(log, ignore_errors=True)
    try:
        log.mkdir(mode=0o700)
        shutil.copytree(base.folder, draft)
        for name, path in files_of_segments(folder).items():
            if needed(name, [base.first_segment]):
                shutil.copyfile(path, log / name)
        for path in histories(folder):
            shutil.copyfile(path, log / path.name)
    except OSError as failure:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(log, ignore_errors=True)
        raise ClusterTrouble(f"The copy could not be laid out, nothing was changed: {failure}") from None


def _prepare(draft: Path, where: Place, recovery: str) -> None:
    (draft / "onegrid.json").unlink()
    config = draft / "postgresql.conf"
    theirs = config.read_text().split(server_settings_mark(), 1)[0]
    config.write_text(theirs + server_settings(where, draft) + recovery)
    (draft / "recovery.signal").touch()
    draft.chmod(0o700)


def _recovery(log: Path, until: datetime | None, line: Line) -> str:
    lines = [
        f'restore_command = \'cp "{log}/%f" "%p"\'',
        "recovery_target_action = 'promote'",
        f"recovery_target_timeline = '{line.number}'",
    ]
    if until is not None:
        lines.append(f"recovery_target_time = '{until.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f+00}'")
    return "\n# Only while it is being restored:\n" + "\n".join(lines) + "\n"


def _too_early(missing: str | None) -> str:
    return f"{TOO_EARLY} {missing} of the log is missing." if missing else TOO_EARLY


def _ended_before(where: Place) -> bool:
    last_words = where.log.read_text(errors="replace")[-4000:]
    return "recovery ended before configured recovery target was reached" in last_words


def _wait_while_it_recovers(var: Path) -> None:
    """It may have said that it is ready, and end a moment later because the log does not reach far enough."""
    while not answers(private_url(var, "postgres")):
        if not runs(var):
            raise ClusterTrouble("The server ended while it read the log.")
        time.sleep(0.2)


def _finish(var: Path) -> datetime | None:
    """Waits for the end of the log, and takes away what belonged to the restoring and to the old stream. When the
    last thing that came back was written."""
    with psycopg.connect(private_url(var, "postgres"), autocommit=True) as connection:
        while connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,):
            connection.execute("SELECT pg_sleep(0.2)")
        connection.execute(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = %s",
            [SLOT],
        )
        row = connection.execute("SELECT pg_last_xact_replay_timestamp()").fetchone()
    config = place(var).pgdata / "postgresql.conf"
    config.write_text(config.read_text().split("\n# Only while it is being restored:")[0] + "\n")
    return row[0] if row else None
