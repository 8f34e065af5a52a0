"""`onegrid import`: requests of another system through the same door as every other report."""

import csv
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

group = typer.Typer(help="Read in files of other systems.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """`import` is no name for a Python module, so the group is named here."""
    from onegrid.console import start_django

    group.callback()(start_django)
    app.add_typer(group, name="import")


@group.command()
def requests(
    file: Path,
    mapping: Annotated[Path, typer.Option(help="which column is what: docs/mappings/*.yaml")],
    errors: Annotated[Path, typer.Option(help="refused rows with their reason")] = Path("refused.csv"),
    limit: Annotated[int, typer.Option(help="only so many rows")] = 0,
    dry_run: Annotated[bool, typer.Option(help="read and judge every row, keep nothing")] = False,
) -> None:
    """Read requests (CSV, also .gz, or Excel) as cases. A second run makes no second cases."""
    from rich.progress import Progress

    begun = time.perf_counter()
    with Progress(transient=True) as bar:
        task = bar.add_task(file.name, total=None)

        def told(done: int, total: int) -> None:
            bar.update(task, total=total, completed=done)

        tally = read_in(file, mapping, errors, limit, dry_run, told)
    seconds = time.perf_counter() - begun
    for line in lines_of(tally, dry_run):
        print(line)
    print(f"{tally.rows / seconds * 60:,.0f} rows/min")
    if tally.refused:
        print(f"Refused rows with their reason: {errors}")


def read_in(
    file: Path,
    mapping: Path,
    errors: Path,
    limit: int = 0,
    dry_run: bool = False,
    told: Callable[[int, int], None] = lambda _done, _total: None,
):
    """The Tally; refused rows go to `errors` with row number, code and words before their own columns.

    The file is read once before anything is written, so that one in a wrong encoding is refused whole.
    """
    from itertools import islice

    from django.utils import timezone

    from onegrid.cases.flow.actions.taking import take_requests
    from onegrid.cases.flow.foreign import Reading, rows_of
    from onegrid.kit.actors import SystemActor

    reading = Reading.of(mapping)
    how = {"encoding": reading.encoding, "delimiter": reading.delimiter, "sheet": reading.sheet}
    total = sum(1 for _row in islice(rows_of(file, **how), limit or None))
    done, headed = 0, False

    def on_rows(count: int) -> None:
        nonlocal done
        done += count
        told(done, total)

    with errors.open("w", newline="", encoding="utf-8-sig") as sink:  # Excel knows UTF-8 by the mark only
        writer = csv.writer(sink)

        def on_refused(row, refusal) -> None:
            nonlocal headed
            if not headed:
                writer.writerow(["row", "code", "reason", *row.cells])
                headed = True
            writer.writerow([row.number, refusal.code, refusal.message, *row.cells.values()])

        return take_requests(
            islice(rows_of(file, **how), limit or None),
            reading,
            by=SystemActor("import"),
            at=timezone.now(),
            dry_run=dry_run,
            on_refused=on_refused,
            on_rows=on_rows,
        )


def lines_of(tally, dry_run: bool) -> list[str]:
    """The account: rows = cases + there already + refused, and what was repaired."""
    would = "would become " if dry_run else ""
    closed = f" ({tally.closed} closed there)" if tally.closed else ""
    lines = [
        f"{tally.rows} rows: {would}{tally.cases} cases{closed}, {tally.there_already} there already, "
        f"{tally.refused.total()} refused"
    ]
    lines += [f"  refused {code}: {number}" for code, number in tally.refused.most_common()]
    lines += [f"  repaired {rule}: {number}" for rule, number in tally.repaired.most_common()]
    return lines
