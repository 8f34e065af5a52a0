"""Whether the private database was already made ready by exactly this code: then a start need not look again."""

import hashlib
from pathlib import Path

import psycopg

from onegrid.config.cluster.place import private_url
from onegrid.config.environment import ROOT, Environment

SHIPPED = {".py", ".yaml", ".yml", ".json", ".csv", ".sql", ".txt", ".toml"}
# Another cluster, another database, a wiped one (its schema is made anew) or one that was put back to an earlier
# second (its log goes on in another line, its tables may be older than the code) gives another answer.
IDENTITY = """
SELECT (SELECT system_identifier FROM pg_control_system()),
       (SELECT oid FROM pg_database WHERE datname = current_database()),
       (SELECT oid FROM pg_namespace WHERE nspname = 'public'),
       left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)
"""


def wanted(env: Environment, demo: bool) -> str:
    """What the stamp says when nothing is to be done: this code, this database, with or without the demo."""
    with psycopg.connect(private_url(env.var)) as database:
        identity = database.execute(IDENTITY).fetchone()
    return hashlib.sha256(f"{identity} {demo} {code(ROOT / 'onegrid')}".encode()).hexdigest()


def code(folder: Path) -> str:
    """Names, sizes and times of everything that migrations and starting records come from."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in SHIPPED and path.is_file():
            found = path.stat()
            digest.update(f"{path.relative_to(folder)} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def is_ready(env: Environment, demo: bool) -> bool:
    stamp = _stamp(env)
    return stamp.exists() and stamp.read_text() == wanted(env, demo)


def note(env: Environment, demo: bool) -> None:
    """After everything went through: a start that was killed half-way leaves no stamp."""
    stamp = _stamp(env)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted(env, demo))


def _stamp(env: Environment) -> Path:
    return env.var / "stamps" / "database"
