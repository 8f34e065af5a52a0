"""`onegrid things …`: what the map keeps about components."""

import typer

app = typer.Typer(help="City components.", no_args_is_help=True)


@app.callback()
def _things() -> None:
    from onegrid.console import start_django

    start_django()


@app.command("count-cells")
def count() -> None:
    """Count the cells of the map for small zooms anew: after rows were changed past OneGrid, or to be sure."""
    from django.utils import timezone

    from onegrid.kit.actors import SystemActor
    from onegrid.registry.things.counting import count_cells

    cells = count_cells(by=SystemActor("console"), at=timezone.now())
    print(f"· {cells:,} cells.")
