"""An older commit of this code in a folder of its own, with a cluster and a demo street that it made itself.

Made once: what came of it is kept beside, by commit and by what it was made with, and copied at the next run. The two
used last are kept.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onegrid.config.cluster.place import place
from onegrid.config.cluster.server import (
    ClusterTrouble,
    ensure_database,
    ensure_running,
    hand_to_server,
    stop,
)
from onegrid.config.environment import ROOT, environment
from prove.ground import BIN
from prove.judging import older_enough
from prove.proof import Skipped, size

# a small street: what is proved is the change of its tables, not how long a large one takes to load
MAKING = (["setup", "ready"], ["demo", "load", "--components", "500"])
KEPT = 2


def older_code() -> Path:
    return environment().var / "code"


def older_variables() -> dict[str, str]:
    """Of a process that runs the older code: the same libraries, its own modules first."""
    return {**os.environ, "PYTHONPATH": str(older_code())}


@contextmanager
def older_street() -> Iterator[Path]:
    """ONEGRID_VAR is its folder meanwhile; all but what is kept for the next run is removed afterwards."""
    home = environment().var
    commit = older_commit()
    older = home / "older"
    remove(older)
    os.environ["ONEGRID_VAR"] = str(older)
    environment.cache_clear()
    try:
        check_out(commit, older_code())
        kept = kept_for(home / "kept", commit)
        if not kept.exists():
            make(older, kept)
        take(kept, older)
        ensure_running(older)
        os.environ["PROVE_FROM"] = commit
        yield older
    finally:
        stop(older)
        remove(older)
        os.environ["ONEGRID_VAR"] = str(home)
        environment.cache_clear()


def kept_for(folder: Path, commit: str) -> Path:
    """Where the street of a commit is kept; another way of making it is another street."""
    folder.mkdir(exist_ok=True)
    return folder / f"{commit[:12]}-{hashlib.sha256(repr(MAKING).encode()).hexdigest()[:8]}"


def make(older: Path, kept: Path) -> None:
    """The older code makes the street in `older`; the stopped cluster and its keys are kept when all went well."""
    print("· the older code makes its street …", flush=True)
    ensure_running(older, durable=False)
    ensure_database(older, "onegrid")
    for words in MAKING:
        subprocess.run([BIN / "onegrid", *words], cwd=older_code(), env=older_variables(), check=True)
    stop(older)
    draft = kept.with_suffix(".draft")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(place(older).pgdata, draft / "data")
    shutil.copytree(older / "stamps", draft / "stamps")  # so that its `up` finds everything ready
    shutil.copy2(older / "secrets.json", draft)
    draft.rename(kept)
    used = sorted(kept.parent.iterdir(), key=lambda one: one.stat().st_mtime)
    for one in used[:-KEPT]:
        shutil.rmtree(one)


def take(kept: Path, older: Path) -> None:
    os.utime(kept)
    there = place(older)
    shutil.rmtree(there.pgdata, ignore_errors=True)
    there.pg.mkdir(parents=True, exist_ok=True)
    shutil.copytree(kept / "data", there.pgdata)
    there.pgdata.chmod(0o700)
    hand_to_server(there.pg)
    shutil.copytree(kept / "stamps", older / "stamps", dirs_exist_ok=True)
    shutil.copy2(kept / "secrets.json", older)


def older_commit() -> str:
    """What PROVE_FROM names, else the newest one from which so many migrations lead here (`--migrations`)."""
    if given := os.environ.get("PROVE_FROM"):
        return _git("rev-parse", "--verify", "--quiet", f"{given}^{{commit}}")
    here, wanted = migrations_of("HEAD"), size("migrations", 1, 3)
    for commit in _git("log", "--format=%H", "--", "onegrid/*/migrations/*.py").splitlines():
        before = _git("rev-parse", "--verify", "--quiet", f"{commit}^")
        if older_enough(migrations_of(before), here, wanted):
            return before
    raise Skipped(f"no commit of this history lies {wanted} migrations back")


def migrations_of(commit: str) -> dict[str, str]:
    """Path → hash of its content."""
    found = {}
    for line in _git("ls-tree", "-r", commit, "onegrid").splitlines():
        about, _tab, path = line.partition("\t")
        if "/migrations/0" in path:
            found[path] = about.split(" ")[2]
    return found


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
