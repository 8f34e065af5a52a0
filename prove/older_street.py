"""An older commit of this code in a folder of its own, with a cluster and a demo street that it made itself."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onegrid.config.cluster.place import place
from onegrid.config.cluster.server import ClusterTrouble, ensure_database, ensure_running, stop
from onegrid.config.environment import ROOT, environment
from prove.ground import BIN
from prove.proof import Skipped

NEWEST_MIGRATION = ["git", "log", "-1", "--format=%H", "--", "onegrid/*/migrations/*.py"]


def older_code() -> Path:
    return environment().var / "code"


def older_variables() -> dict[str, str]:
    """Of a process that runs the older code: the same libraries, its own modules first."""
    return {**os.environ, "PYTHONPATH": str(older_code())}


@contextmanager
def older_street() -> Iterator[Path]:
    """ONEGRID_VAR is its folder meanwhile; everything of it is removed afterwards."""
    home = environment().var
    commit = older_commit()
    older = home / "older"
    remove(older)
    os.environ["ONEGRID_VAR"] = str(older)
    environment.cache_clear()
    try:
        check_out(commit, older_code())
        ensure_running(older)
        ensure_database(older, "onegrid")
        os.environ["PROVE_FROM"] = commit
        for words in (["setup", "ready"], ["demo", "load"]):
            subprocess.run([BIN / "onegrid", *words], cwd=older_code(), env=older_variables(), check=True)
        yield older
    finally:
        stop(older)
        remove(older)
        os.environ["ONEGRID_VAR"] = str(home)
        environment.cache_clear()


def older_commit() -> str:
    """What PROVE_FROM names, else the one before the newest migration."""
    given = os.environ.get("PROVE_FROM") or f"{_git(*NEWEST_MIGRATION[1:])}^"
    return _git("rev-parse", "--verify", "--quiet", f"{given}^{{commit}}")


def check_out(commit: str, where: Path) -> None:
    where.mkdir(parents=True)
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    subprocess.run(["tar", "-x", "-C", where], input=archive, check=True)
    (where / "frontend" / "dist").symlink_to(ROOT / "frontend" / "dist")


def remove(older: Path) -> None:
    pg = place(older).pg
    with contextlib.suppress(ClusterTrouble):  # of a run that was killed
        stop(older)
    shutil.rmtree(pg, ignore_errors=True)
    shutil.rmtree(older, ignore_errors=True)


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
    if done.returncode or not done.stdout.strip():
        raise Skipped(f"the history of this code is not here (`git {' '.join(words)}` finds nothing)")
    return done.stdout.strip()
