"""`onegrid catalog`: the catalogue of matters."""

from pathlib import Path
from typing import Annotated

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


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(help="the city's filing standard, .xlsx", exists=True, dir_okay=False)
    ],
    scheme: Annotated[str, typer.Option(help="the local scheme it is for, such as local-dongling")],
    name: Annotated[str, typer.Option(help="name of the scheme, when it is new")] = "",
    day: Annotated[str, typer.Option(help="what a bare 天 means: work_day, natural_day or urgent_day")] = "",
    hour: Annotated[str, typer.Option(help="what a bare 小时 means: work_hour or urgent_hour")] = "",
    at_once: Annotated[str, typer.Option(help="how long 立即 is, such as '1 urgent_hour'")] = "",
    for_filing: Annotated[
        bool, typer.Option("--for-filing", help="cases are filed under the new scheme")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="only say what is in it and what is wrong")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Read a filing standard from Excel, say what is wrong with it, and take it into a draft when told to."""
    from django.utils import timezone

    from onegrid.cases.catalog import actions
    from onegrid.cases.catalog.findings import whole_sentence
    from onegrid.cases.catalog.queries.imports import reading_of, tally
    from onegrid.cases.catalog.workbooks import check_size
    from onegrid.kit.actors import SystemActor

    by, at = SystemActor("console"), timezone.now()
    check_size(file.stat().st_size)
    made = actions.start_standard_import(content=file.read_bytes(), file_name=file.name, by=by, at=at)
    taken = False
    try:
        made = actions.choose_meaning(
            import_id=made.pk, seen=made.edits, day=day, hour=hour, at_once=_at_once(at_once),
            scheme_code=scheme, scheme_name=name, for_filing=for_filing, by=by, at=at,
        )  # fmt: skip
        reading = reading_of(made)
        for problem in reading.problems:
            print(f"✗ {whole_sentence(problem)}")
        for note in reading.notes:
            print(f"! {whole_sentence(note)}")
        found = tally(reading.standard)
        print(f"{made.row_count} rows: {found.classes} classes, {found.conditions} conditions")
        if reading.problems:
            raise typer.Exit(1)
        if not dry_run and (yes or typer.confirm("Take it into a draft?")):
            draft = actions.take_standard_import(import_id=made.pk, seen=made.edits, by=by, at=at)
            taken = True
            print(
                f"{draft} is a draft; nothing is in force before it is published: /catalog/versions/{draft.pk}/"
            )
    finally:
        if not taken:
            actions.discard_standard_import(import_id=made.pk, by=by, at=at)
            print("Nothing was changed.")


def _at_once(given: str) -> tuple[int, str] | None:
    if not given:
        return None
    number, _space, unit = given.partition(" ")
    if not number.isdecimal():
        raise typer.BadParameter("Write a number and a unit, such as '1 urgent_hour'.")
    return int(number), unit.strip()


@app.command()
def export(
    scheme: Annotated[str, typer.Argument(help="code of the scheme")],
    file: Annotated[Path, typer.Argument(help="where to write the .xlsx", dir_okay=False)],
    version: Annotated[int, typer.Option(help="number of the version; the one in force otherwise")] = 0,
) -> None:
    """Write a scheme as the two sheets that `import` reads back."""
    from django.utils import timezone

    from onegrid.cases.catalog.models import Scheme
    from onegrid.cases.catalog.queries import city_standard, shown_version
    from onegrid.cases.catalog.rules.sheet_writing import write_standard
    from onegrid.cases.catalog.workbooks import write_workbook

    known = Scheme.objects.filter(code=scheme).first()
    found = None
    if known is not None:
        asked = known.versions.filter(number=version).first()
        found = asked if version else shown_version(known, timezone.localdate())
    if found is None:
        raise typer.BadParameter("There is no such scheme or version.")
    file.write_bytes(write_workbook(write_standard(city_standard(found))))
    print(f"{found}: {file}")
