"""`onegrid catalog`: the catalogue of matters."""

import typer

app = typer.Typer(help="Catalogue of matters: classes, filing standards, limits.", no_args_is_help=True)


@app.command()
def load(name: str = typer.Argument("gbt47678-5-2026", help="one of the catalogues that come along")) -> None:
    """Publish a shipped catalogue. Run again, it changes nothing."""
    from django.utils import timezone

    from onegrid.cases.catalog.actions import load_catalog
    from onegrid.cases.catalog.shipped import content, names
    from onegrid.kit.actors import SystemActor

    if name not in names():
        raise typer.BadParameter(f"There is no {name!r}. There are: {', '.join(names())}.")
    version = load_catalog(content=content(name), by=SystemActor("console"), at=timezone.now())
    print(f"{version} in force since {version.valid_from:%Y-%m-%d}: {version.classes.count()} classes")
