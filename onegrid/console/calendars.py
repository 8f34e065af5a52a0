"""`onegrid calendars`: working calendars, holidays, make-up workdays."""

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
    print(f"Calendar version {version.number} ({version.source}): {version.days.count()} days, {made}.")


@app.command()
def show(
    year: Annotated[int | None, typer.Argument(help="default: this year")] = None,
    area_code: Annotated[str, typer.Option("--area", help="code of an area; default: everywhere")] = "",
) -> None:
    """Show the calendar in force: working periods, days off, make-up workdays."""
    from django.utils import timezone

    from onegrid.places.areas.models import Area
    from onegrid.places.calendars.queries import working_calendar

    now = timezone.now()
    year = year or timezone.localdate(now).year
    area = Area.objects.filter(code=area_code, valid_to=None).first() if area_code else None
    if area_code and area is None:
        raise typer.BadParameter(f"there is no open area with the code {area_code}")
    calendar = working_calendar(now, area.path if area else None)
    periods = ", ".join(f"{period.start:%H:%M}-{period.end:%H:%M}" for period in calendar.periods)
    print(f"Version {calendar.version}; working periods {periods}")
    for name, days in (("Days off", calendar.holidays), ("Make-up workdays", calendar.makeup_days)):
        mine = sorted(day for day in days if day.year == year)
        print(f"{name} {year} ({len(mine)}): {', '.join(f'{day:%m-%d}' for day in mine) or 'none known'}")
