"""`onegrid simulate`: the demo street lives, until it is stopped."""

import signal
import sys
from threading import Event

import typer


def add_to(app: typer.Typer) -> None:
    app.command("simulate")(simulate)


def simulate(
    speed: float = typer.Option(
        1, min=0.1, max=60, help="how many times as often things happen as in a day; 1 or 60"
    ),
    seed: int = typer.Option(1, help="the same seed makes the same plan of reports and what becomes of them"),
    hours: int = typer.Option(0, min=0, help="hours of the street's clock; 0: until it is stopped"),
    quiet: bool = typer.Option(False, "--quiet", help="only the last line"),
) -> None:
    """Reports, steps and rounds in the demo street, by the same actions as people use. Only ever in a demo."""
    from onegrid.console import start_django

    start_django()
    from onegrid.demo.loading.state import STREET_CODE, street_is_loaded
    from onegrid.demo.simulator.running import Running

    if not street_is_loaded():
        sys.exit("✗ There is no demo street in this database. `onegrid demo load` loads it.")
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    tell = (lambda line: None) if quiet else (lambda line: print(f"· {line}", flush=True))
    running = Running(street=STREET_CODE, speed=speed, seed=seed, hours=hours or None, stop=stop, tell=tell)
    tell(f"the street lives at {speed:g}×, seed {seed}; Ctrl-C stops it")
    tally = running.run()
    print(f"· {tally.line()}")
