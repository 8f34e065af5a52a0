"""`onegrid verify NAME`: walk what a room keeps and name what does not hold. One sub-command per verification."""

import sys
import time
from typing import Any

import typer
from typer.core import TyperGroup


class Verifications(TyperGroup):
    """The sub-commands are the plug-in point "verifications": a room that registers one has its command."""

    def list_commands(self, ctx: Any) -> list[str]:
        return _registered()

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in _registered():
            return None
        from onegrid.kit.verifications import VERIFICATIONS

        verification = VERIFICATIONS.get(cmd_name)
        assert verification is not None
        single = typer.Typer(add_completion=False)
        single.command(cmd_name, help=verification.title)(lambda: verify(cmd_name))
        return typer.main.get_command(single)


app = typer.Typer(cls=Verifications, help="Check what is kept: audit trail, cases ...", no_args_is_help=True)


@app.callback()
def _verify() -> None:
    from onegrid.console import start_django

    start_django()


def verify(name: str) -> None:
    """Prints every finding; exit status 1 when there is one."""
    from rich.progress import Progress

    from onegrid.kit.verifications import VERIFICATIONS

    verification, found, looked_at, begun = VERIFICATIONS.get(name), 0, 0, time.monotonic()
    assert verification is not None
    with Progress(disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(name, total=None)

        def progress(done: int, total: int) -> None:
            nonlocal looked_at
            looked_at = done
            bar.update(task, completed=done, total=total)

        for finding in verification.findings(progress):
            found += 1
            print(f"✗ {finding.what}: {finding.where}: {finding.meaning}")
    seconds = time.monotonic() - begun
    print(f"{name}: {found} findings" if found else f"{name}: everything holds", end="")
    print(f" ({looked_at:,} in {seconds:.1f} s)")
    if found:
        raise typer.Exit(1)


def _registered() -> list[str]:
    from onegrid.console import start_django

    start_django()
    from onegrid.kit.verifications import VERIFICATIONS

    return VERIFICATIONS.keys()
