"""What every installation needs in its database, demo or not: roles, calendars, catalogue. Safe to repeat."""

import typer

app = typer.Typer(help="Load the records that every installation starts from.", no_args_is_help=True)


@app.command("load")
def load() -> None:
    """Roles, calendar years, component classes, the catalogue of matters."""


@app.command("show")
def show() -> None:
    """What is loaded, with counts."""
