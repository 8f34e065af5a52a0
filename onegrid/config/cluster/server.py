"""Starts and stops the private PostgreSQL: a unix socket, no network, never as root, never a system cluster."""

import contextlib
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from onegrid.config.cluster.place import PORT, SERVER_USER, Place, place, private_url

OLDEST = 15  # major version: the first whose unique rules can count two unknown values as equal
SETTINGS = """
# Written by OneGrid when it made this cluster.
listen_addresses = ''
port = {port}
unix_socket_directories = '{run}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = {shared_mb}MB
effective_cache_size = {cache_mb}MB
work_mem = 16MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
random_page_cost = 1.1
max_locks_per_transaction = 256
timezone = 'Asia/Shanghai'
"""

# Given at every start as well: clusters made before have it too. Statements are written with the words in them, a log
# of slow or failed ones would keep what people typed and whom they looked for. What is slow now: /operator/health/.
SILENT = [
    "log_min_duration_statement=-1",
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",  # no values of a key that is there already
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
]


# For a cluster whose data nobody will miss: a power cut may break it, and it is then made anew.
# Savepoints have names of their own: each would be one more statement to count.
NOT_DURABLE = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum_naptime=10min"
    " -c pg_stat_statements.track_utility=off"
)


class ClusterTrouble(Exception):
    """The private cluster cannot be had; the message says why and what helps."""


def ensure_running(var: Path, *, durable: bool = True, seconds: int = 60) -> bool:
    """Makes the cluster if there is none, starts it if it is down. True if this call started it.

    `durable=False` is for tests: commits do not wait for the disk.
    """
    where = place(var)
    if not (where.pgdata / "PG_VERSION").exists():
        _make(where)
    _own_folder(where.run)
    if answers(private_url(var, "postgres")):
        return False
    options = " ".join(f"-c {one}" for one in SILENT) + ("" if durable else f" {NOT_DURABLE}")
    _pg_ctl(where, "start", "-w", "-t", str(seconds), "-l", str(where.log), "-o", options)
    return True


def server_in_foreground(var: Path) -> list[str]:
    """The server's command line, for systemd to keep running; makes the cluster if there is none."""
    where = place(var)
    if not (where.pgdata / "PG_VERSION").exists():
        _make(where)
    _own_folder(where.run)
    return [str(binaries(where.pgdata) / "postgres"), "-D", str(where.pgdata)]


def revive(var: Path) -> bool:
    """Starts the server again when its process is gone (killed, out of memory). True if this call did.

    A server that recovers from the death of one of its sessions is there already and is left alone.
    """
    return False if runs(var) else ensure_running(var)


def runs(var: Path) -> bool:
    """Whether the server's process is there, whatever it is doing."""
    lock = place(var).pgdata / "postmaster.pid"
    try:
        os.kill(int(lock.read_text().split("\n", 1)[0]), 0)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return False
    except PermissionError:
        pass
    return True


def stop(var: Path) -> None:
    """Ends sessions and stops the server; nothing committed is lost. A stopped cluster is left alone."""
    pid_file = place(var).pgdata / "postmaster.pid"
    if not pid_file.exists():
        return
    try:
        _pg_ctl(place(var), "stop", "-m", "fast", "-w", "-t", "60")
    except ClusterTrouble:
        if pid_file.exists():  # else it ended by itself meanwhile, as after a restore that came to nothing
            raise


def ensure_database(var: Path, name: str) -> None:
    """The database exists, empty or not."""
    with psycopg.connect(private_url(var, "postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
            with (
                contextlib.suppress(psycopg.Error),  # without it the health page says so
                psycopg.connect(private_url(var, name), autocommit=True) as made,
            ):
                made.execute("CREATE EXTENSION pg_stat_statements")


def binaries(pgdata: Path | None = None) -> Path:
    """Programs of the PostgreSQL that made the cluster or copy in `pgdata`; where there is none, of the newest one.

    No other one can read it: a newer PostgreSQL that comes beside, with the system's next release say, is left alone.
    """
    made = pgdata / "PG_VERSION" if pgdata else None
    by = made.read_text().strip() if made and made.exists() else ""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: -float(f.parent.name)):
        version = folder.parent.name
        there = Path(f"/usr/share/postgresql/{version}/extension/postgis.control").exists()
        if there and float(version) >= OLDEST and by in ("", version):
            return folder
    if by:
        raise ClusterTrouble(
            f"{pgdata} was made by PostgreSQL {by}, and no other can read it. Install postgresql-{by} and "
            f"postgresql-{by}-postgis-3; where there are none any more: docs/operate.md, To another machine."
        )
    raise ClusterTrouble(
        f"PostgreSQL {OLDEST} or newer with PostGIS is not installed. `make setup` installs it."
    )


def _make(where: Place) -> None:
    """initdb into a draft folder, renamed when it is whole: a start killed half-way leaves nothing in the way."""
    _own_folder(where.pg)
    draft = where.pg / "data.draft"
    shutil.rmtree(draft, ignore_errors=True)
    _run(
        [
            binaries() / "initdb",
            "-D",
            draft,
            "-U",
            "onegrid",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--data-checksums",
        ],
        "The private database could not be made.",
    )  # trust: only whoever may enter the 0700 socket folder can connect
    with (draft / "postgresql.conf").open("a") as config:
        config.write(server_settings(where, draft))
    draft.rename(where.pgdata)


def server_settings(where: Place, draft: Path | None = None) -> str:
    """What a private cluster is told in postgresql.conf. `draft`: where it is still being made."""
    told = SETTINGS.format(port=PORT, run=where.run, **_memory()) + _counted_statements(draft or where.pgdata)
    return told + "".join(f"{one}\n" for one in SILENT)


def _counted_statements(pgdata: Path) -> str:
    """The server counts its statements where it can: the health page names the slowest."""
    version = binaries(pgdata).parent.name
    if not Path(f"/usr/share/postgresql/{version}/extension/pg_stat_statements.control").exists():
        return ""
    return "shared_preload_libraries = 'pg_stat_statements'\n"


def server_settings_mark() -> str:
    """The line they begin with."""
    return SETTINGS.split("\n")[1]


def hand_to_server(folder: Path) -> None:
    """Everything in it belongs to the server's user; only root has to do something for that."""
    if os.geteuid() == 0:
        owner = _server_account()
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)


def _memory() -> dict[str, int]:
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {"shared_mb": max(128, min(2048, megabytes // 8)), "cache_mb": max(256, megabytes // 2)}


def answers(url: str, seconds: int = 3) -> bool:
    """Whether a database takes a session now."""
    try:
        psycopg.connect(url, connect_timeout=seconds).close()
    except psycopg.OperationalError:
        return False
    return True


def _own_folder(folder: Path) -> None:
    """A folder that only the server's user may enter. Somebody else's folder under that name is refused."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    owner = _server_account()
    if os.geteuid() == 0:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    elif folder.stat().st_uid != os.geteuid():
        raise ClusterTrouble(
            f"{folder} belongs to another user. Was OneGrid started here with sudo before? "
            f"Remove it (sudo rm -r {folder}) or set ONEGRID_VAR to a folder of your own."
        )
    folder.chmod(0o700)


def _server_account() -> pwd.struct_passwd:
    return pwd.getpwnam(SERVER_USER) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def _pg_ctl(where: Place, verb: str, *options: str) -> None:
    _run(
        [binaries(where.pgdata) / "pg_ctl", "-D", where.pgdata, verb, *options],
        f"The private database did not {verb}. Its log: {where.log}",
    )


def _run(command: list, what_failed: str) -> None:
    account = _server_account()
    as_server: dict[str, Any] = (
        {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    )
    done = subprocess.run(
        [str(part) for part in command],
        cwd="/",
        umask=0o077,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        **as_server,
    )
    if done.returncode:
        last_words = "\n".join(done.stdout.strip().splitlines()[-4:])
        raise ClusterTrouble(f"{what_failed}\n{last_words}")


def wait_until_ready(
    url: str, seconds: float = 30, tell: Callable[[str], object] = lambda words: None
) -> None:
    """For a database that is not ours: waits while it starts, and says so; what waiting cannot mend ends at once."""
    until = time.monotonic() + seconds
    told = False
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
            return
        except psycopg.OperationalError as failure:
            refused = "FATAL" in str(failure) and "starting up" not in str(failure)
            if refused or time.monotonic() > until:
                raise ClusterTrouble(
                    f"ONEGRID_DATABASE_URL: the database cannot be used: {failure}\n"
                    "  Mend the variable or that server; without the variable OneGrid starts a private database."
                ) from None
            if not told:
                tell(f"waiting up to {seconds:.0f} s for the database of ONEGRID_DATABASE_URL …")
                told = True
            time.sleep(1)
