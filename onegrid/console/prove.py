"""`onegrid prove`: what must hold when things break or too much is asked (the package prove, beside bench)."""

import subprocess
import sys

import typer

from onegrid.config.environment import ROOT
from onegrid.console.develop import BIN, FREE


def add_to(app: typer.Typer) -> None:
    app.command("prove", context_settings=FREE)(prove)


def prove(context: typer.Context) -> None:
    """Faults, a burst, long load, restore, upgrade: `onegrid prove kills`; without a name, all. On var/prove only."""
    sys.exit(subprocess.run([BIN / "python", "-m", "prove", *context.args], cwd=ROOT).returncode)
