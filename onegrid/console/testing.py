"""`onegrid test`: every test, or those that are named, in clusters of their own.

A demo that runs beside the tests, starts or stops, neither disturbs them nor is disturbed by them.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT, Popen
from threading import Thread

import psycopg
import typer
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from onegrid.config.cluster.place import private_url
from onegrid.config.cluster.server import binaries, ensure_database, ensure_running, stop
from onegrid.config.environment import ROOT, environment
from onegrid.console.develop import BIN, BUILDERS, FREE, npm

FACTS = "tests/kit/facts"
WORKERS = "3"  # on two cores too: browsers and servers are waited for


def add_to(app: typer.Typer) -> None:
    app.command("test", context_settings=FREE, rich_help_panel=BUILDERS)(test)


def test(context: typer.Context) -> None:
    """Every test. More words go to pytest: onegrid test tests/kit.

    The front end while the database is made, then facts beside all others.

    A fact is handed on only when no transaction of the whole cluster can still come before it: tests of facts have
    a cluster to themselves, or other tests' open transactions would hold them up. On a database that was given they
    run first, alone.
    """
    keep_bytecode()
    if context.args:
        with cluster("tests") as variables:
            sys.exit(pytest(context.args, variables))
    front = Popen([*npm(), "test"], cwd=ROOT / "frontend", text=True, stdout=PIPE, stderr=STDOUT)
    # in the order of tests/conftest.py: xdist's puts files of few tests last, and those are the long journeys
    rest = ["-n", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder", f"--ignore={FACTS}"]
    with cluster("tests") as variables:  # migrates meanwhile
        print(front.communicate()[0], flush=True)
        if front.returncode:
            sys.exit(front.returncode)
        if environment().database_url:
            codes = [pytest([FACTS], variables), pytest(rest, variables)]
        else:
            codes = beside(rest, variables)
    sys.exit(max(codes))


def keep_bytecode() -> None:
    """A run starts some forty processes; told to write no bytecode, each would compile the whole source again."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def beside(rest: list[str], variables: dict[str, str]) -> list[int]:
    """The tests of facts in the background; what they say is shown whole, when they are done, between the others."""
    codes: list[int] = []

    def facts() -> None:
        with cluster("facts", like=variables) as own:
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
def cluster(name: str, like: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """Variables of a process that uses the cluster var/<name>, made and started here; or the database given.

    `like`: of another cluster, whose migrated database is copied. Migrating takes a minute, copying seconds.
    """
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
            "ONEGRID_TEST_TEMPLATE": migrated(var, like),
        }
    finally:
        if started_here:
            stop(var)


def migrated(var: Path, like: Mapping[str, str] | None = None) -> str:
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
        url = private_url(var, "ready_draft")
        if like is None:
            command = [str(BIN / "onegrid"), "django", "migrate", "--verbosity", "0"]
            subprocess.run(command, env={**os.environ, "ONEGRID_DATABASE_URL": url}, check=True)
        else:
            theirs = make_conninfo(like["ONEGRID_DATABASE_URL"], dbname=like["ONEGRID_TEST_TEMPLATE"])
            copied(theirs, url)
        session.execute(SQL("ALTER DATABASE ready_draft RENAME TO {}").format(Identifier(name)))
    return name


def copied(source: str, target: str) -> None:
    """A database with everything in it, into an empty one."""
    read: list[str | Path] = [binaries() / "pg_dump", "--no-owner", "-d", source]
    write: list[str | Path] = [binaries() / "psql", "-q", "-X", "-1", "-v", "ON_ERROR_STOP=1", "-d", target]
    words = subprocess.run(read, stdout=PIPE, check=True).stdout
    subprocess.run(write, input=words, stdout=DEVNULL, check=True)


def fingerprint() -> str:
    """Of the locked libraries and everything in a migrations folder."""
    files = [ROOT / "requirements.txt", *sorted((ROOT / "onegrid").glob("**/migrations/*.*"))]
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
