"""The one console command: `onegrid`. Beside the rooms: it may call any of them, none calls it."""

import os

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def _group() -> None:
    """OneGrid (一网): run, load, import, verify."""


@app.command(
    "django",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def django_command(context: typer.Context) -> None:
    """Run one of Django's own management commands."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["onegrid", *context.args])


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onegrid.config.settings")
    app()
