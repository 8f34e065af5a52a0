"""`onegrid calendars`: working calendars, holidays, make-up workdays."""

from datetime import datetime, time
from typing import Annotated

import typer

app = typer.Typer(help="Working calendars.", no_args_is_help=True)


@app.command()
def load(
    first: Annotated[
        int | None, typer.Option("--from", help="first year; default: all that are known")
    ] = None,
    last: Annotated[int | None, typer.Option("--to", help="last year")] = None,
) -> None:
    """Load or refresh statutory holidays and make-up workdays; publishes a new version when something changed."""
    from django.utils import timezone

    from onegrid.kit.actors import SystemActor
    from onegrid.places.calendars.actions import load_years

    now = timezone.now()
    version = load_years(by=SystemActor("console"), at=now, first=first, last=last, publish=True)
    made = "published now" if version.published_at == now else "unchanged"
    made = made if version.published_at else "in the open draft; publish it on /operator/calendar/"
    print(f"Calendar version {version.number} ({version.source}): {version.days.count()} days, {made}.")


@app.command()
def show(
    year: Annotated[int | None, typer.Argument(help="default: this year")] = None,
    area_code: Annotated[str, typer.Option("--area", help="code of an area; default: everywhere")] = "",
) -> None:
    """Show the calendar in force: working periods, days off, make-up workdays."""
    from django.utils import timezone

    from onegrid.places.areas.models import Area
    from onegrid.places.calendars.queries import rows_of, version_at, working_calendar
    from onegrid.places.calendars.rules import surety

    now = timezone.now()
    year = year or timezone.localdate(now).year
    area = Area.objects.filter(code=area_code, valid_to=None).first() if area_code else None
    if area_code and area is None:
        raise typer.BadParameter(f"there is no open area with the code {area_code}")
    calendar = working_calendar(now, area.path if area else None)
    periods = ", ".join(f"{period.start:%H:%M}-{period.end:%H:%M}" for period in calendar.periods)
    known = surety(year, rows_of(version_at(now).pk)[1]).name.lower()
    print(f"Version {calendar.version}; working periods {periods}; of {year} it knows: {known}")
    for name, days in (("Days off", calendar.holidays), ("Make-up workdays", calendar.makeup_days)):
        mine = sorted(day for day in days if day.year == year)
        print(f"{name} {year} ({len(mine)}): {', '.join(f'{day:%m-%d}' for day in mine) or 'none known'}")


@app.command()
def exception(
    day: Annotated[datetime, typer.Argument(help="2026-11-27", formats=["%Y-%m-%d"])],
    kind: Annotated[str, typer.Argument(help="holiday or makeup")],
    name: Annotated[str, typer.Option(help="what for, such as 暴雨停工")],
    source: Annotated[str, typer.Option(help="the notice that it rests on")],
    area_code: Annotated[str, typer.Option("--area", help="code of an area; default: everywhere")] = "",
) -> None:
    """A day off or a working day by local decision; publishes a new version. Clocks that run keep theirs."""
    from django.utils import timezone

    from onegrid.kit.actors import SystemActor
    from onegrid.places.areas.queries import area_by_code
    from onegrid.places.calendars.actions import add_exception

    version = add_exception(
        day=day.date(),
        kind=kind,
        name=name,
        source=source,
        area_path=area_by_code(area_code).path if area_code else "",
        publish=True,
        by=SystemActor("console"),
        at=timezone.now(),
    )
    print(f"Calendar version {version.number}: {day:%Y-%m-%d} is {kind} {_where(area_code)}.")


@app.command()
def hours(
    periods: Annotated[list[str], typer.Argument(help="08:30-12:00 14:00-18:00")],
    source: Annotated[str, typer.Option(help="the notice that it rests on")],
    area_code: Annotated[str, typer.Option("--area", help="code of an area; default: everywhere")] = "",
) -> None:
    """Working periods of Mondays to Fridays from now on; publishes a new version. Clocks that run keep theirs."""
    from django.utils import timezone

    from onegrid.kit.actors import SystemActor
    from onegrid.kit.worktime import Period
    from onegrid.places.areas.queries import area_by_code
    from onegrid.places.calendars.actions import set_periods

    try:
        wanted = [Period(*(time.fromisoformat(edge) for edge in said.split("-"))) for said in periods]
    except (ValueError, TypeError):
        raise typer.BadParameter("a working period is written 08:30-12:00") from None
    version = set_periods(
        periods=wanted,
        source=source,
        area_path=area_by_code(area_code).path if area_code else "",
        publish=True,
        by=SystemActor("console"),
        at=timezone.now(),
    )
    print(f"Calendar version {version.number}: {' '.join(periods)} {_where(area_code)}.")


def _where(area_code: str) -> str:
    return f"in {area_code}" if area_code else "everywhere"
