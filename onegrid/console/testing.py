"""`onegrid test`: every test, or those that are named, in clusters of their own.

A demo that runs beside the tests, starts or stops, neither disturbs them nor is disturbed by them.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from subprocess import PIPE, STDOUT
from threading import Thread

import psycopg
import typer
from psycopg.sql import SQL, Identifier

from onegrid.config.cluster.place import private_url
from onegrid.config.cluster.server import ensure_database, ensure_running, stop
from onegrid.config.environment import ROOT, environment
from onegrid.console.develop import BIN, FREE, npm, run_or_exit

FACTS = "tests/kit/facts"
WORKERS = "2"


def add_to(app: typer.Typer) -> None:
    app.command("test", context_settings=FREE)(test)


def test(context: typer.Context) -> None:
    """Every test: front end, then facts beside all others. More words go to pytest: onegrid test tests/kit.

    A fact is handed on only when no transaction of the whole cluster can still come before it: tests of facts have
    a cluster to themselves, or other tests' open transactions would hold them up. On a database that was given they
    run first, alone.
    """
    if context.args:
        with cluster("tests") as variables:
            sys.exit(pytest(context.args, variables))
    run_or_exit([*npm(), "test"], cwd=ROOT / "frontend")
    # in the order of the tree: the reordering puts files of few tests last, and those are the long journeys
    rest = ["-n", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder", f"--ignore={FACTS}"]
    with cluster("tests") as variables:
        if environment().database_url:
            codes = [pytest([FACTS], variables), pytest(rest, variables)]
        else:
            codes = beside(rest, variables)
    sys.exit(max(codes))


def beside(rest: list[str], variables: dict[str, str]) -> list[int]:
    """The tests of facts in the background; what they say is shown whole, when they are done, between the others."""
    codes: list[int] = []

    def facts() -> None:
        with cluster("facts") as own:
            done = subprocess.run(
                [BIN / "pytest", FACTS], cwd=ROOT, env=own, text=True, stdout=PIPE, stderr=STDOUT
            )
        print(f"\n{FACTS}, beside the others:\n{done.stdout}", flush=True)
        codes.append(done.returncode)

    aside = Thread(target=facts)
    aside.start()
    code = pytest(rest, variables)
    aside.join()
    return [*(codes or [1]), code]


def pytest(words: list[str], variables: dict[str, str]) -> int:
    return subprocess.run([BIN / "pytest", *words], cwd=ROOT, env=variables).returncode


@contextmanager
def cluster(name: str) -> Iterator[dict[str, str]]:
    """Variables of a process that uses the cluster var/<name>, made and started here; or the database given."""
    env = environment()
    if env.database_url:
        yield dict(os.environ)
        return
    var: Path = env.var / name
    var.mkdir(parents=True, exist_ok=True)
    started_here = ensure_running(var, durable=False)
    try:
        ensure_database(var, "onegrid")
        yield {
            **os.environ,
            "ONEGRID_DATABASE_URL": private_url(var),
            "ONEGRID_TEST_TEMPLATE": migrated(var),
        }
    finally:
        if started_here:
            stop(var)


def migrated(var: Path) -> str:
    """The name of a database that has every migration, for tests to copy. Made anew when a migration changed."""
    name = f"ready_{fingerprint()}"
    with psycopg.connect(private_url(var, "postgres"), autocommit=True) as session:
        have = {
            row[0] for row in session.execute("SELECT datname FROM pg_database WHERE datname LIKE 'ready%'")
        }
        if name in have:
            return name
        for old in have:
            session.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(old)))
        session.execute("CREATE DATABASE ready_draft")
        command = [str(BIN / "onegrid"), "django", "migrate", "--verbosity", "0"]
        url = private_url(var, "ready_draft")
        subprocess.run(command, env={**os.environ, "ONEGRID_DATABASE_URL": url}, check=True)
        session.execute(SQL("ALTER DATABASE ready_draft RENAME TO {}").format(Identifier(name)))
    return name


def fingerprint() -> str:
    """Of the locked libraries and everything in a migrations folder."""
    files = [ROOT / "requirements.txt", *sorted((ROOT / "onegrid").glob("**/migrations/*.*"))]
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
