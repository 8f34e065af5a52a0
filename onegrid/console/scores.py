"""`onegrid scores`: rules of scores, and scores of a period."""

import typer

from onegrid.console import start_django

app = typer.Typer(help="Scores: rules, and scores of a period.", no_args_is_help=True)


@app.callback()
def scores() -> None:
    """Scores: rules, and scores of a period."""
    start_django()


@app.command()
def load() -> None:
    """Publish the shipped rules of kinds of subjects that have none. Run again, it changes nothing."""
    from django.utils import timezone

    from onegrid.kit.actors import SystemActor
    from onegrid.oversight.scores.actions import load_rules

    print(f"{load_rules(by=SystemActor('console'), at=timezone.now())} rules published")


@app.command()
def run() -> None:
    """Make the scores of the last whole period, where they are not made yet."""
    from django.utils import timezone

    from onegrid.kit.actors import SystemActor
    from onegrid.oversight.scores.actions import make_due_runs

    for one in make_due_runs(by=SystemActor("console"), at=timezone.now()):
        print(f"{one.rule}: {one.scores.count()} scores, {one.starts_on} – {one.ends_on}")
