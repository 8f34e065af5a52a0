"""The private cluster as it was at some second, made from a base and the log after it."""

import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from onegrid.config.cluster.copies import SLOT, Base, bases, gap_after, segments
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


def base_for(folder: Path, until: datetime | None) -> Base:
    """The newest base that was whole by then, with an unbroken log after it."""
    there = [base for base in bases(folder) if until is None or base.done_at <= until]
    if not there:
        raise ClusterTrouble(
            f"{folder} holds no copy from before that time." if until else f"{folder} holds no copy."
        )
    base = there[-1]
    if until is not None and (gap := gap_after(base, segments(folder))):
        raise ClusterTrouble(
            f"The log after copy {base.name} is not whole: {gap} is missing. Without --until the copy itself "
            "can be restored."
        )
    return base


def restore(var: Path, folder: Path, *, until: datetime | None, replace: bool) -> tuple[Base, Path | None]:
    """The base that was used, and where the old cluster lies now. The server runs afterwards.

    Nothing is removed: with `replace` a cluster that is there is stopped and put beside. A restore that fails leaves
    the old one beside and its own half out of the way.
    """
    base, where = base_for(folder, until), place(var)
    binaries(base.folder)  # said before anything is put aside
    aside = _put_aside(var, where, replace)
    draft = where.pg / "data.draft"
    shutil.rmtree(draft, ignore_errors=True)
    where.pg.mkdir(parents=True, exist_ok=True)
    shutil.copytree(base.folder, draft)
    log = where.pg / "restoring"
    _lay_out_log(folder, log, whole=gap_after(base, segments(folder)) is None)
    _prepare(draft, where, log, until)
    for made in (where.pg, draft, log):
        hand_to_server(made)
    draft.rename(where.pgdata)
    try:
        ensure_running(var, seconds=SECONDS)
        _wait_while_it_recovers(var)
        _finish(var)
    except (ClusterTrouble, psycopg.Error) as failure:
        stop(var)
        failed = where.pg / f"data.failed-{datetime.now(UTC):{MOMENT}}"
        where.pgdata.rename(failed)
        words = TOO_EARLY if _ended_before(where) else str(failure)
        raise ClusterTrouble(f"{words}\n  What was made lies in {failed}; the log: {where.log}") from None
    shutil.rmtree(log)
    return base, aside


def _put_aside(var: Path, where: Place, replace: bool) -> Path | None:
    if not where.pgdata.exists():
        return None
    if not replace:
        raise ClusterTrouble(
            f"There is a database in {where.pgdata}. With --replace it is put beside, not removed; or set "
            "ONEGRID_VAR to another folder."
        )
    stop(var)
    aside = where.pg / f"data.before-{datetime.now(UTC):{MOMENT}}"
    where.pgdata.rename(aside)
    return aside


def _lay_out_log(folder: Path, log: Path, *, whole: bool) -> None:
    """Copies the server may read. The segment that was being written counts with what it holds."""
    shutil.rmtree(log, ignore_errors=True)
    log.mkdir(mode=0o700)
    for path in (folder / "wal").glob("*") if whole else ():
        shutil.copyfile(path, log / path.name.removesuffix(".partial"))


def _prepare(draft: Path, where: Place, log: Path, until: datetime | None) -> None:
    (draft / "onegrid.json").unlink()
    config = draft / "postgresql.conf"
    theirs = config.read_text().split(server_settings_mark(), 1)[0]
    config.write_text(theirs + server_settings(where, draft) + _recovery(log, until))
    (draft / "recovery.signal").touch()
    draft.chmod(0o700)


def _recovery(log: Path, until: datetime | None) -> str:
    lines = [f'restore_command = \'cp "{log}/%f" "%p"\'', "recovery_target_action = 'promote'"]
    if until is not None:
        lines.append(f"recovery_target_time = '{until.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f+00}'")
    return "\n# Only while it is being restored:\n" + "\n".join(lines) + "\n"


def _ended_before(where: Place) -> bool:
    last_words = where.log.read_text(errors="replace")[-4000:]
    return "recovery ended before configured recovery target was reached" in last_words


def _wait_while_it_recovers(var: Path) -> None:
    """It may have said that it is ready, and end a moment later because the log does not reach far enough."""
    while not answers(private_url(var, "postgres")):
        if not runs(var):
            raise ClusterTrouble("The server ended while it read the log.")
        time.sleep(0.2)


def _finish(var: Path) -> None:
    """Waits for the end of the log, and takes away what belonged to the restoring and to the old stream."""
    with psycopg.connect(private_url(var, "postgres"), autocommit=True) as connection:
        while connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,):
            connection.execute("SELECT pg_sleep(0.2)")
        connection.execute(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = %s",
            [SLOT],
        )
    config = place(var).pgdata / "postgresql.conf"
    config.write_text(config.read_text().split("\n# Only while it is being restored:")[0] + "\n")
