"""`onegrid up`: database, migrations, processes, in the foreground until Ctrl-C."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TextIO

import psycopg
import typer

from onegrid.config.cluster.place import place, private_url
from onegrid.config.cluster.server import (
    ClusterTrouble,
    answers,
    ensure_database,
    ensure_running,
    revive,
    stop,
    wait_until_ready,
)
from onegrid.config.environment import Environment, environment
from onegrid.console import readiness
from onegrid.console.commands import BIN, commands
from onegrid.console.processes import GaveUp, Process, Supervisor, die_with_parent

PATIENCE = 60  # seconds until a word is said about pages that do not answer yet
FULL_MB = 20  # the database cannot even write its lock
FIRST_START_MB, LATER_START_MB = 1500, 200  # an empty cluster, the demo and room for its log; later


def add_to(app: typer.Typer) -> None:
    app.command("up")(up)
    app.command("down")(down)


def up(
    demo: bool = typer.Option(False, help="load the demo street first, if it is not there yet"),
    live_street: bool = typer.Option(
        False, "--live-street", help="with --demo: things happen in it by themselves"
    ),
) -> None:
    """Start everything and stay in the foreground; Ctrl-C stops all of it."""
    if live_street and not demo:
        raise typer.BadParameter("only a demo street lives by itself: --demo --live-street")
    if demo:
        offer_outbox()
        allow_peer()
    env = environment()
    left_behind = ended_badly(env)
    lock = only_one(env)
    check_ports(env)
    started_here = ready_database(env, demo) or (left_behind and not env.database_url)
    processes = our_processes(env)
    if demo and port_free(env.peer_port):
        processes.append(peer_process(env, live_street))
    if live_street:
        processes.append(street_process(env))
    supervisor = Supervisor(
        processes, say, lambda: tend_database(env), lambda: not answers(url_of(env), seconds=3)
    )
    try:
        supervisor.start(first=1)  # the pages have the machine to themselves until they answer
        if wait_for_pages(env, supervisor):
            welcome(env, demo)
        supervisor.watch()
    except GaveUp as trouble:
        sys.exit(f"✗ {trouble}")
    finally:
        say("stopping …")
        supervisor.stop()
        if started_here:
            stop(env.var)
        lock.truncate(0)
        lock.close()
        say("stopped. Everything is kept; the same command starts it again.")


def offer_outbox() -> None:
    """What a demo sends stays in the outbox page; a real installation without a gateway must not say it was sent."""
    os.environ.setdefault("ONEGRID_DEMO_CHANNEL", "1")
    environment.cache_clear()


def allow_peer() -> None:
    """The demo's peer, a business system of somebody else, answers on this machine."""
    os.environ.setdefault("ONEGRID_CONNECTOR_NETWORKS", "127.0.0.1/32")
    environment.cache_clear()


def down() -> None:
    """Stop the OneGrid that runs from this folder."""
    pid = who_runs(environment())
    if pid is None:
        say("nothing is running here.")
        return
    os.kill(pid, signal.SIGTERM)
    while alive(pid):
        time.sleep(0.2)
    say("stopped.")


def who_runs(env: Environment) -> int | None:
    """The process that holds the lock. A number left in the file by a killed start may be anybody's by now."""
    if not pid_file(env).exists():
        return None
    with pid_file(env).open() as holder:
        try:
            fcntl.flock(holder, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            written = holder.read().strip()
            return int(written) if written.isdecimal() else None
    return None


# ---------------------------------------------------------------- before the start


def only_one(env: Environment) -> TextIO:
    """Holds var/up.pid while we run; the kernel lets go of it however we end: a stale file never blocks."""
    env.var.mkdir(parents=True, exist_ok=True)
    holder = pid_file(env).open("a+")
    try:
        fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder.seek(0)
        who = holder.read().strip()
        by = f"process {who}" if who else "services: systemctl stop onegrid.target"
        sys.exit(
            f"✗ OneGrid already runs from this folder ({by}): {site(env)}\n"
            "  Stop it there with Ctrl-C, or from here with: .venv/bin/onegrid down"
        )
    holder.truncate(0)
    holder.write(str(os.getpid()))
    holder.flush()
    return holder


def ended_badly(env: Environment) -> bool:
    """Whether the start before this one was killed: its database may still run, and is ours to stop."""
    return pid_file(env).exists() and bool(pid_file(env).read_text().strip())


def pid_file(env: Environment) -> Path:
    return env.var / "up.pid"


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def check_ports(env: Environment) -> None:
    for name, port in (("WEB_PORT", env.web_port), ("LIVE_PORT", env.live_port)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((env.web_host, port))
            except OSError as failure:
                sys.exit(
                    f"✗ Port {port} on {env.web_host} cannot be used: {failure.strerror}.\n"
                    f"  Stop what uses it, or choose another: ONEGRID_{name}={port + 80} make demo"
                )


def check_space(env: Environment) -> None:
    """The private database would end in the middle of a write; better not to begin."""
    first = not (place(env.var).pgdata / "PG_VERSION").exists()
    needed = FIRST_START_MB if first else LATER_START_MB
    free = shutil.disk_usage(env.var).free // 2**20
    if free < needed:
        sys.exit(
            f"✗ The disk is nearly full: {free} MB are free under {env.var}, {needed} MB are needed.\n"
            "  Free some space, or set ONEGRID_VAR to a folder on another disk, and start again."
        )


def ready_database(env: Environment, demo: bool) -> bool:
    """The database answers, is migrated, and holds what every start needs. True if we started the cluster."""
    started_here = False
    if env.database_url:
        wait_until_ready(env.database_url, tell=say)
    else:
        check_space(env)
        say("database …")
        started_here = ensure_running(env.var)
        ensure_database(env.var, "onegrid")
        if readiness.is_ready(env, demo):
            return started_here
    onegrid("setup", "ready", *(["--demo"] if demo else []))
    if not env.database_url:
        readiness.note(env, demo)
    return started_here


def tend_database(env: Environment) -> None:
    """The private database is started again when it was killed; what was committed is there."""
    if env.database_url:
        return
    try:
        if revive(env.var):
            say("the database was gone; it is started again")
            _said.clear()
    except ClusterTrouble as trouble:
        say_once(f"the database is gone and does not start: {reason(env, trouble)}")


def url_of(env: Environment) -> str:
    return env.database_url or private_url(env.var)


def reason(env: Environment, trouble: ClusterTrouble) -> str:
    """A full disk in the words of a person, anything else in the words of the database."""
    if shutil.disk_usage(env.var).free // 2**20 >= FULL_MB:
        return str(trouble)
    return (
        f"the disk under {env.var} is full. Free some space: it starts again by itself, and nothing that was "
        "acknowledged is lost."
    )


_said: set[str] = set()


def say_once(words: str) -> None:
    """What is true until somebody mends it is said the first time only."""
    if words not in _said:
        say(words)
    _said.add(words)


def onegrid(*words: str) -> None:
    """One of our own commands in a process of its own, its output shown; a failure ends the start."""
    command = [str(BIN / "onegrid"), *words]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, preexec_fn=die_with_parent)
    if done.returncode:
        sys.exit(
            f"✗ `onegrid {' '.join(words)}` failed (above). Mend it and start again: nothing is half done."
        )


# ---------------------------------------------------------------- what runs


def our_processes(env: Environment) -> list[Process]:
    logs = env.var / "log"
    logs.mkdir(exist_ok=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "onegrid.config.settings"
    return [
        Process(name, command, logs / f"{name}.log", vital=name != "backup")
        for name, command in commands(env).items()
    ]


def street_process(env: Environment) -> Process:
    """The simulator at the pace of a day (onegrid simulate)."""
    return Process("street", [str(BIN / "onegrid"), "simulate"], env.var / "log" / "street.log")


def peer_process(env: Environment, by_itself: bool) -> Process:
    """The enforcement team's own system (demo/enforcement): it knows only its folder and where we answer.

    `by_itself`: its officers go on every few minutes.
    """
    command = [sys.executable, "-m", "onegrid.demo.enforcement", "--port", str(env.peer_port)]
    told = ["--folder", str(env.var / "enforcement"), "--home", f"http://127.0.0.1:{env.web_port}"]
    told += ["--auto", "240"] if by_itself else []
    return Process("enforcement", [*command, *told], env.var / "log" / "enforcement.log")


def port_free(port: int) -> bool:
    """The demo goes on without its peer where something else uses the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            say(f"port {port} is used: the demo's enforcement system stays out (ONEGRID_PEER_PORT)")
            return False
    return True


def wait_for_pages(env: Environment, supervisor: Supervisor, seconds: float = 600) -> bool:
    """Until the site answers. A web process that died is started again while we wait."""
    begun = time.monotonic()
    while (waited := time.monotonic() - begun) < seconds and not supervisor.stopping:
        if waited > PATIENCE:
            say_once(f"the pages take their time; if they never come: {env.var / 'log' / 'web.log'}")
        try:
            urllib.request.urlopen(f"{site(env)}/health/live", timeout=5).close()
        except urllib.error.HTTPError:
            return True  # it answers: only not to this name (ONEGRID_ALLOWED_HOSTS names the proxy's)
        except (urllib.error.URLError, OSError):
            supervisor.revive(supervisor.processes[0])
            time.sleep(0.2)
        else:
            return True
    if not supervisor.stopping:
        say(f"the pages do not answer yet; see {env.var / 'log' / 'web.log'}")
    return False


def welcome(env: Environment, demo: bool) -> None:
    """Where to go, and, where nobody can sign in yet, how the first account is made."""
    if demo:
        from onegrid.console.demo import accounts

        accounts()
    here = env.site_url or site(env)
    say(f"OneGrid 一网 is ready 已启动:  {here}")
    say(f"residents report 居民上报:     {here}/report/")
    say(f"staff sign in 工作人员登录:    {here}/staff/")
    if not demo and nobody_yet(env):
        say("No account yet. The first one, in another window: .venv/bin/onegrid accounts create NAME 姓名")
        say("Then, step by step 逐步开通: docs/first-street.md, docs/first-street.zh-CN.md")
    say("Ctrl-C stops all of it. 按 Ctrl-C 停止。")


def nobody_yet(env: Environment) -> bool:
    with psycopg.connect(url_of(env)) as session:
        return session.execute("SELECT 1 FROM accounts_user LIMIT 1").fetchone() is None


def site(env: Environment) -> str:
    host = "localhost" if env.web_host in ("0.0.0.0", "127.0.0.1") else env.web_host
    return f"http://{host}:{env.web_port}"


def say(words: str) -> None:
    print(f"· {words}", flush=True)
