"""`onegrid whistles`: kinds of whistles and their limits."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Whistles: kinds and their limits.", no_args_is_help=True)


@app.callback()
def whistles() -> None:
    """Whistles: kinds and their limits."""
    from onegrid.console import start_django

    start_django()


@app.command()
def load(
    file: Annotated[Path | None, typer.Argument(help="a city's own list; without it the shipped one")] = None,
) -> None:
    """Publish a list of kinds. The shipped one only where none is in force; run again, it changes nothing."""
    import yaml
    from django.utils import timezone

    from onegrid.cases.whistle.actions import load_kinds
    from onegrid.kit.actors import SystemActor

    content = yaml.safe_load(file.read_text("utf-8")) if file else None
    edition = load_kinds(by=SystemActor("console"), at=timezone.now(), content=content)
    print(f"edition {edition.number} of whistle kinds is in force")
