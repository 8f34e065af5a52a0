"""`onegrid facts`: the relay, where listeners are, what is parked."""

from datetime import timedelta

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(help="Facts: the relay, listeners' positions, parked facts.", no_args_is_help=True)


@app.command()
def relay() -> None:
    """Carry facts to listeners until told to stop. Several relays may run."""
    import logging

    from onegrid.kit.facts.relay import Relay

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    running = Relay()
    running.stop_on_signals()
    running.run()


@app.command()
def positions() -> None:
    """Show how far each listener is, and what holds it up."""
    from onegrid.kit.facts.queries import listener_states

    table = Table("listener", "behind", "parked", "attempts", "retry at", "error")
    for state in listener_states():
        retry = f"{state.retry_at:%H:%M:%S}" if state.retry_at else ""
        table.add_row(
            state.name, str(state.behind), str(state.parked), str(state.attempts), retry, state.error[:200]
        )
    Console().print(table)


@app.command()
def parked(listener: str | None = None, limit: int = 50) -> None:
    """List parked facts, oldest first."""
    from onegrid.kit.facts.queries import parked_facts

    table = Table("listener", "fact", "kind", "payload", "attempts", "error")
    for row in parked_facts(listener)[:limit]:
        table.add_row(
            row.listener, str(row.fact_id), row.kind, str(row.payload), str(row.attempts), row.error[:200]
        )
    Console().print(table)


@app.command()
def replay(listener: str | None = None, fact: int | None = None) -> None:
    """Hand parked facts over again: all, one listener's, or one fact's."""
    from onegrid.kit.facts.parked import replay as hand_over_again

    through, left = hand_over_again(listener=listener, fact_id=fact)
    print(f"{through} went through, {left} still parked")
    if left:
        raise typer.Exit(1)


@app.command()
def remove(days: int = typer.Option(..., min=1, help="older than so many days")) -> None:
    """Remove old facts that every listener has passed."""
    from django.utils import timezone

    from onegrid.kit.facts.retention import remove_passed

    print(f"{remove_passed(before=timezone.now() - timedelta(days=days))} facts removed")


@app.command()
def rebase() -> None:
    """After restoring a dump into another cluster, before the first start: fit stored transaction numbers."""
    from onegrid.kit.facts.rebasing import rebase as fit

    print(f"{fit()} facts fitted to this cluster")
