"""`onegrid areas …`: import a file, lay a fishnet, list what there is."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(no_args_is_help=True, help="Divisions, communities and grids.")


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(help="GeoJSON, GeoPackage or zipped Shapefile", exists=True, dir_okay=False)
    ],
    kind: Annotated[str, typer.Option(help="district, street, community, grid, exclusive_grid, unit_grid …")],
    datum: Annotated[str, typer.Option(help="cgcs2000, wgs84, gcj02 or bd09")],
    code_column: Annotated[str, typer.Option(help="column with the code")] = "",
    name_column: Annotated[str, typer.Option(help="column with the name")] = "",
    code: Annotated[str, typer.Option(help="the code itself, for a file with one feature")] = "",
    name: Annotated[str, typer.Option(help="the name itself, for a file with one feature")] = "",
    parent: Annotated[str, typer.Option(help="code of the area above")] = "",
    layer: Annotated[str, typer.Option(help="layer of a GeoPackage; the first one otherwise")] = "",
    valid_from: Annotated[str, typer.Option(help="first day, such as 2026-01-01; today otherwise")] = "",
    tolerance: Annotated[
        float, typer.Option(help="metres; thinner gaps and overlaps count as slivers")
    ] = 1.0,
    repair: Annotated[bool, typer.Option(help="repair borders that cross themselves")] = False,
    carry_below: Annotated[
        bool, typer.Option(help="when a border changes, move the areas below it over")
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="only say what would change")] = False,
    yes: Annotated[bool, typer.Option(help="do not ask")] = False,
) -> None:
    """Read a file of areas, say what is wrong and what would change, and take it over when told to."""
    from django.utils import timezone

    from onegrid.kit.actors import SystemActor
    from onegrid.places.areas import actions, queries, reading
    from onegrid.places.areas.importing import Choices

    by, at = SystemActor("console"), timezone.now()
    reading.check_size(file.stat().st_size)
    above = queries.area_by_code(parent) if parent else None
    with file.open("rb") as content:
        draft = actions.start_import(
            content=content, file_name=file.name, size=file.stat().st_size, by=by, at=at
        )
    confirmed = False
    try:
        choices = Choices(
            kind=kind,
            datum=datum,
            parent_id=above.pk if above else None,
            code_column=code_column,
            name_column=name_column,
            code=code,
            name=name,
            layer=layer or draft.content["layer"],
            repair=repair,
            carry_below=carry_below,
            tolerance=tolerance,
            valid_from=valid_from or timezone.localdate().isoformat(),
        )
        draft = actions.choose(draft_id=draft.pk, choices=choices, by=by, at=at, here=True)
        _print_report(draft.report)
        if draft.report["errors"]:
            raise typer.Exit(1)
        if not dry_run and (yes or typer.confirm("Take over?")):
            draft = actions.take_over(draft_id=draft.pk, by=by, at=at)
            confirmed = True
            typer.echo(
                "Taken over: " + ", ".join(f"{count} {what}" for what, count in draft.report["done"].items())
            )
    finally:
        if not confirmed:
            actions.discard(draft_id=draft.pk, by=by, at=at)
            typer.echo("Nothing was changed.")


@app.command()
def fishnet(
    inside: Annotated[str, typer.Option(help="code of the community (or street) to fill")],
    metres: Annotated[float, typer.Option(help="side of a square")] = 200,
    kind: Annotated[str, typer.Option(help="unit_grid, or grid")] = "unit_grid",
    valid_from: Annotated[str, typer.Option(help="first day; today otherwise")] = "",
) -> None:
    """Fill an area with square grids, numbered west to east, then north to south."""
    from django.utils import timezone

    from onegrid.kit.actors import SystemActor
    from onegrid.places.areas import actions, queries

    day = date.fromisoformat(valid_from) if valid_from else timezone.localdate()
    above = queries.area_by_code(inside)
    grids = actions.open_fishnet(
        inside_id=above.pk,
        metres=metres,
        kind=kind,
        valid_from=day,
        by=SystemActor("console"),
        at=timezone.now(),
    )
    typer.echo(f"{len(grids)} grids: {grids[0].code} … {grids[-1].code}")


@app.command("list")
def list_areas(
    search: Annotated[str, typer.Argument(help="name, code or pinyin; all otherwise")] = "",
    kind: Annotated[str, typer.Option(help="one level only")] = "",
    limit: int = 50,
) -> None:
    """Open areas."""
    from onegrid.places.areas import queries

    table = Table("code", "name", "level", "m²", "from")
    for area in queries.search(search, kind=kind or None, limit=limit):
        size = f"{area.area_m2:,.0f}" if area.area_m2 else ""
        table.add_row(area.code, area.name, area.kind, size, str(area.valid_from))
    Console().print(table)


def _print_report(report: dict) -> None:
    from onegrid.places.areas.refusals import sentence

    for error in [*report["errors"], *report["notes"]]:
        typer.echo(f"✗ {sentence(error)}" if error in report["errors"] else f"! {sentence(error)}")
    if report["errors"]:
        typer.echo(f"{report['error_count']} of {report['count']} features cannot be taken over.")
        return
    typer.echo(f"{report['count']} features: " + ", ".join(f"{n} {c}" for c, n in report["changes"].items()))
    table = Table(
        "no.", "what", "areas", "m²", title=f"borders that do not fit (tolerance {report['tolerance']} m)"
    )
    for row in report["misfits"][:50]:
        table.add_row(str(row["number"]), row["kind"], ", ".join(row["areas"]), f"{row['area_m2']:,.2f}")
    if report["misfits"]:
        Console().print(table)
