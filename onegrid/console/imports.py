"""`onegrid import`: requests of another system through the same door as every other report."""

import csv
import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

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
    """Read requests (CSV, also .gz) as cases. A second run makes no second cases."""
    begun = time.perf_counter()
    counts = read_in(file, mapping, errors, limit, dry_run)
    seconds = time.perf_counter() - begun
    refused = {
        code: number for code, number in counts.items() if code not in ("rows", "cases", "there_already")
    }
    print(
        f"{counts['rows']} rows: {counts['cases']} cases, {counts['there_already']} there already, "
        f"{sum(refused.values())} refused {refused or ''} ({counts['rows'] / seconds * 60:,.0f} rows/min)"
    )
    if refused:
        print(f"Refused rows with their reason: {errors}")


def read_in(file: Path, mapping: Path, errors: Path, limit: int, dry_run: bool) -> Counter[str]:
    """{"rows", "cases", "there_already", <refusal code>: how many}; rows = the sum of the others."""
    from itertools import islice

    from onegrid.cases.flow.foreign import Reading, rows_of
    from onegrid.kit.errors import Refusal

    reading, counts = Reading.of(mapping), Counter(rows=0, cases=0, there_already=0)
    rows = islice(rows_of(file), limit or None)
    with errors.open("w", newline="", encoding="utf-8") as sink:
        refused: csv.DictWriter | None = None
        for row in track(rows, description=file.name, total=limit or None):
            if not counts["rows"]:
                reading.check_columns(row)  # the whole file has the same, so it is said once
            counts["rows"] += 1
            try:
                counts["cases" if _take(reading, row, dry_run) else "there_already"] += 1
            except Refusal as refusal:
                counts[refusal.code] += 1
                refused = refused or _sink(sink, row)
                refused.writerow(row | {"code": refusal.code, "reason": str(refusal.message)})
    return counts


def _take(reading, row: dict[str, str], dry_run: bool) -> bool:
    """Whether a case was made (or, in a dry run, would have been)."""
    from django.db import transaction

    from onegrid.cases.flow.actions import open_case
    from onegrid.cases.flow.models import Case, Channel
    from onegrid.kit.actors import SystemActor

    report = reading.report(row)
    if Case.objects.filter(channel=Channel.IMPORT, source_key=report["idempotency_key"]).exists():
        return False
    with transaction.atomic():
        open_case(channel=Channel.IMPORT, by=SystemActor("import"), **report)
        transaction.set_rollback(dry_run)
    return True


def _sink(sink, row: dict[str, str]) -> csv.DictWriter:
    writer = csv.DictWriter(sink, [*row, "code", "reason"], extrasaction="ignore")
    writer.writeheader()
    return writer
