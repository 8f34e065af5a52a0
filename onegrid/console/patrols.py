"""`onegrid patrols`: checklists of places to patrol."""

import typer

app = typer.Typer(help="Patrols: checklists of places.", no_args_is_help=True)


@app.command()
def load() -> None:
    """Publish the shipped checklists whose content is new. Run again, it changes nothing."""
    from django.utils import timezone

    from onegrid.cases.patrol.actions import load_checklists
    from onegrid.kit.actors import SystemActor

    made = load_checklists(by=SystemActor("console"), at=timezone.now())
    print(f"{made} new versions of checklists")
