"""`onegrid measures`: counts over cases, stages and days."""

import typer

from onegrid.console import start_django

app = typer.Typer(help="Measures: counts over cases, stages and days.", no_args_is_help=True)


@app.callback()
def measures() -> None:
    """Measures: counts over cases, stages and days."""
    start_django()


@app.command()
def rebuild() -> None:
    """All records and sums anew from timelines and clocks. Needed once after loading history; never wrong."""
    import time

    from django.utils import timezone

    from onegrid.oversight.measures.actions import rebuild_measures

    begun = time.perf_counter()
    done = rebuild_measures(at=timezone.now())
    print(f"{done.cases:,} cases, {done.stages:,} stages counted in {time.perf_counter() - begun:.1f} s")
