"""Where the private cluster lives and how to reach it. Reads the file system, changes nothing."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

PORT = 5433  # names the socket file only: the cluster listens on no network address
LONGEST_SOCKET_PATH = 107  # bytes that a unix socket address holds on Linux
SERVER_USER = "postgres"  # made by Debian's package; the server refuses to run as root


@dataclass(frozen=True)
class Place:
    """`pg`: the folder of the cluster; `run`: the folder of its socket."""

    pg: Path
    run: Path

    @property
    def pgdata(self) -> Path:
        return self.pg / "data"

    @property
    def log(self) -> Path:
        return self.pg / "server.log"


def place(var: Path) -> Place:
    """Inside var/ where that works; else outside, under a name made from var's own path."""
    pg = var / "pg"
    if os.geteuid() == 0 and not others_may_pass(var):
        pg = Path("/var/lib/onegrid") / _name(var)  # a clone below /root: the server's user cannot get in
    run = pg / "run"
    if len(str(run / f".s.PGSQL.{PORT}").encode()) > LONGEST_SOCKET_PATH:
        run = Path("/tmp") / f"onegrid-{_name(var)}"
    return Place(pg, run)


def private_url(var: Path, database: str = "onegrid") -> str:
    """The connection string of a database in the private cluster."""
    return f"dbname={database} user=onegrid host={place(var).run} port={PORT}"


def others_may_pass(folder: Path) -> bool:
    """Whether any user may walk down to `folder` (its parents that exist are world-executable)."""
    existing = [parent for parent in (folder, *folder.parents) if parent.exists()]
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in existing)


def _name(var: Path) -> str:
    return hashlib.sha256(str(var.resolve()).encode()).hexdigest()[:12]
