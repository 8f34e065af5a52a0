"""The one console command: `onegrid`. Beside the rooms: it may call any of them, none calls it.

Each module here that has a typer `app` becomes a group of sub-commands under the module's name; `up.py` and
`develop.py` add commands at the top.
"""

import importlib
import os
import pkgutil
import sys

import psycopg
import typer

from onegrid.config.cluster.server import ClusterTrouble
from onegrid.config.environment import BadEnvironment

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def _onegrid() -> None:
    """OneGrid (一网): run, load, import, verify."""


@app.command(
    "django",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    rich_help_panel="For those who build OneGrid",
)
def django_command(context: typer.Context) -> None:
    """Run one of Django's own management commands."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["onegrid", *context.args])


def main() -> None:
    """What the `onegrid` script starts. Refusals and broken settings come out as sentences, not tracebacks."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onegrid.config.settings")
    try:
        mount_groups()
        app()
    except (BadEnvironment, ClusterTrouble) as trouble:
        sys.exit(f"✗ {trouble}")
    except Exception as failure:
        if _is_refusal(failure):
            sys.exit(f"✗ {failure}")
        if words := _database_words(failure):
            sys.exit(f"✗ {words}")
        raise


def mount_groups() -> None:
    """Adds every module of this package: a group if it has `app`, single commands if it has `add_to(app)`."""
    for found in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{found.name}")
        if hasattr(module, "add_to"):
            module.add_to(app)
        elif hasattr(module, "app"):
            if module.app.registered_callback is None:
                module.app.callback()(start_django)
            app.add_typer(module.app, name=found.name)


def start_django() -> None:
    """Rooms are loaded only for commands that need them, so that --help answers at once."""
    import django

    django.setup()


def _database_words(failure: Exception) -> str:
    """A full disk, a missing right, or a database that does not answer, as sentences; "" for anything else."""
    cause = failure if isinstance(failure, psycopg.Error) else failure.__cause__
    if isinstance(cause, psycopg.errors.InsufficientPrivilege):
        return (
            f"The database does not allow it: {cause.diag.message_primary}.\n"
            "  docs/operate.md, “A database of your own”, says what an administrator does once."
        )
    if not isinstance(cause, psycopg.OperationalError):
        return ""
    if isinstance(cause, psycopg.errors.DiskFull):
        return "The database's disk is full; what was being written is taken back. Free some space and start again."
    if cause.sqlstate is None:
        return f"The database does not answer: {cause}\n  Is it running? `onegrid up` starts the private one."
    return ""


def _is_refusal(failure: Exception) -> bool:
    from onegrid.kit.errors import Refusal

    return isinstance(failure, Refusal)
