"""`onegrid server`: on a server, where systemd keeps the processes: units, and what each of them starts."""

import fcntl
import json
import os
import shlex
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import typer

from onegrid.config.cluster.place import private_url
from onegrid.config.cluster.server import (
    ClusterTrouble,
    ensure_database,
    server_in_foreground,
    wait_until_ready,
)
from onegrid.config.environment import ROOT, Environment, environment, environment_of
from onegrid.console.commands import BIN, commands
from onegrid.console.restore import services_run
from onegrid.console.units import Installation, account_made, removed_units, settings_file, write_units

app = typer.Typer(help="A server: systemd units, and what each of them starts.", no_args_is_help=True)
SETTINGS = typer.Option(
    Path("/etc/onegrid/onegrid.env"), help="the file of variables; made when it is missing"
)
ELSEWHERE = typer.Option(Path("/"), "--to", help="another root folder than /, to look at what is written")
PAUSE = 10.0  # seconds between two tries of preparing
WAIT = 60.0  # seconds for a database that is starting


@app.callback()
def _server() -> None:
    """No Django: these commands start what does."""


@app.command("install")
def install(
    user: str = typer.Option("onegrid", help="the system account of the services; made when it is missing"),
    settings: Path = SETTINGS,
    to: Path = ELSEWHERE,
) -> None:
    """Write the units for this folder and these settings. Run it again after a change of either."""
    real = to == Path("/")
    if real and os.geteuid() != 0:
        sys.exit("✗ Only root may write units: sudo .venv/bin/onegrid server install")
    if real:
        account_made(user)
    given = settings_file(to / settings.relative_to("/"), user if real else None)
    env = environment_of(given)  # says which variable does not fit, before anything is written
    here = Installation(ROOT, BIN / "onegrid", env.var, user, settings, env.backup, env.database_url is None)
    if real:
        here.reachable()
        here.own_folder()
    for path in write_units(here, to):
        print(f"· {path}")
    if real:
        print(
            "· Look at the settings, then:  systemctl daemon-reload && systemctl enable --now onegrid.target"
        )
        print(
            f"· {shlex.quote(str(settings))} has {len(given)} settings; docs/operate.md names all there are."
        )


@app.command("remove")
def remove(settings: Path = SETTINGS, to: Path = ELSEWHERE) -> None:
    """Take away what `install` wrote. Data, keys, copies, settings, logs and the account stay; it says where."""
    real = to == Path("/")
    if real and os.geteuid() != 0:
        sys.exit("✗ Only root may remove units: sudo onegrid server remove")
    there = to / settings.relative_to("/")
    env = environment_of(settings_file(there, None)) if there.exists() else environment()
    if services_run(env.var):
        sys.exit("✗ It still runs. First: systemctl disable --now onegrid.target; systemctl stop 'onegrid-*'")
    for path in removed_units(to):
        print(f"· removed {path}")
    print("· Then:  systemctl daemon-reload.  Still there, for you to keep, hand over or destroy:")
    database = "the database at ONEGRID_DATABASE_URL" if env.database_url else f"{env.var}/pg"
    files = env.files_url.split("@")[-1] if env.files_url else f"{env.var}/files"
    for what, where in (
        ("rows", database),
        ("keys", "ONEGRID_KEYRING" if env.keyring else f"{env.var}/secrets.json"),
        ("photos and documents", files),
        ("copies of all three but the keys", env.backup or "wherever your own tools put them"),
        ("settings, with passwords of others", settings),
        ("logs, six months of them", "/var/log/journal/*.onegrid, the proxy's"),
        ("account", "onegrid"),
    ):
        print(f"    {what:<36}{where}")
    print("  What each needs: docs/operate.md, Taking it away.")


@app.command("prepare")
def prepare() -> None:
    """Wait for the database, bring its tables up to date, load what every installation needs. Before all others.

    It goes on until that is done: what waits for it would not be started later if it failed in between.
    """
    env = environment()
    _hold(env.var)
    while not _prepared(env):
        time.sleep(PAUSE)


def _prepared(env: Environment) -> bool:
    try:
        if env.database_url:
            wait_until_ready(env.database_url, WAIT, print)
        else:
            wait_until_ready(private_url(env.var, "postgres"), WAIT)
            ensure_database(env.var, "onegrid")
    except ClusterTrouble as trouble:
        print(f"✗ {trouble if env.database_url else 'onegrid-database.service does not answer'}", flush=True)
        return False
    return subprocess.run([BIN / "onegrid", "setup", "ready"], stdin=subprocess.DEVNULL).returncode == 0


@app.command("database")
def database() -> None:
    """The private PostgreSQL in the foreground, made when there is none."""
    env = environment()
    if env.database_url:
        sys.exit("✗ ONEGRID_DATABASE_URL names another database: there is no private one to start.")
    if os.geteuid() == 0:
        sys.exit("✗ PostgreSQL refuses to run as root; the unit runs it as the account of the services.")
    _become(server_in_foreground(env.var))


@app.command("ended")
def ended(unit: str = typer.Argument(help="the unit without its ending, such as onegrid-copy")) -> None:
    """Note how a unit that a timer starts came out (its ExecStopPost): /operator/health/ and /metrics tell of it."""
    if os.environ.get("EXIT_STATUS") == "TERM":
        return  # somebody stopped it, as before an upgrade: that says nothing of the job
    folder = environment().var / "timers"
    folder.mkdir(exist_ok=True)
    result = os.environ.get(
        "SERVICE_RESULT", "unknown"
    )  # systemd.exec(5): success, exit-code, signal, timeout …
    draft = folder / f"{unit}.draft"
    draft.write_text(json.dumps({"at": datetime.now(UTC).isoformat(), "result": result}))
    draft.replace(folder / f"{unit}.json")


def _hold(var: Path) -> int:
    """Holds the lock of `onegrid up`, together with the other services, for as long as the process lives (it is kept
    over exec): neither `up` nor `restore` may go to work beside us."""
    var.mkdir(parents=True, exist_ok=True)
    lock = os.open(var / "up.pid", os.O_RDWR | os.O_CREAT, 0o640)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("✗ `onegrid up` or a restore runs from this folder: it comes first.")
    os.set_inheritable(lock, True)
    return lock


@app.command("run")
def run(name: str = typer.Argument(help="web, live, relay, worker, backup or nats")) -> None:
    """One process of ours in the foreground, as `onegrid up` would start it."""
    offered = commands(environment())
    if name not in offered:
        sys.exit(f"✗ {name} is not run here. There are: {', '.join(offered)}.")
    os.environ["DJANGO_SETTINGS_MODULE"] = "onegrid.config.settings"
    _become(offered[name])


def _become(command: list[str]) -> None:
    """In our place, so that systemd sees the process itself."""
    sys.stdout.flush()
    _hold(environment().var)
    os.execv(command[0], command)
