"""`onegrid duties …`: who answers for an area, arranging, handing over, leaves."""

from datetime import datetime
from typing import Annotated

import typer

app = typer.Typer(help="Duties of grids.", no_args_is_help=True)

WHEN = "local time, such as 2026-03-02T08:00"


@app.command("assign")
def assign(
    username: str,
    area_code: str,
    role: Annotated[str, typer.Option(help="main or deputy")] = "main",
) -> None:
    """Let somebody answer for an area from now on."""
    from django.utils import timezone

    from onegrid.accounts.duties.actions import assign_duty
    from onegrid.accounts.duties.models import DutyRole
    from onegrid.console.accounts import account
    from onegrid.kit.actors import SystemActor
    from onegrid.places.areas.queries import area_by_code

    if role not in (DutyRole.MAIN, DutyRole.DEPUTY):
        raise typer.BadParameter("the role is main or deputy")
    area = area_by_code(area_code)
    assign_duty(
        area=area,
        user=account(username),
        role=DutyRole(role),
        by=SystemActor("console"),
        at=timezone.now(),
    )
    typer.echo(f"{username} is {role} of {area.name}.")


@app.command("hand-over")
def hand_over_area(area_code: str, from_username: str, to_username: str) -> None:
    """Hand an area's duty from one person to another."""
    from django.utils import timezone

    from onegrid.accounts.duties.actions import hand_over
    from onegrid.accounts.duties.queries import duties_of
    from onegrid.console.accounts import account
    from onegrid.kit.actors import SystemActor
    from onegrid.places.areas.queries import area_by_code

    area, at = area_by_code(area_code), timezone.now()
    duties = [duty for duty in duties_of(account(from_username), at) if duty.area_id == area.pk]
    if len(duties) != 1:
        raise typer.BadParameter(f"{from_username} has {len(duties)} duties in {area_code}, not one")
    hand_over(duty_id=duties[0].pk, to_user=account(to_username), by=SystemActor("console"), at=at)
    typer.echo(f"{area.name}: {from_username} → {to_username}.")


@app.command("leave")
def leave(
    username: str,
    starts: Annotated[datetime, typer.Argument(help=WHEN)],
    ends: Annotated[datetime, typer.Argument(help=WHEN)],
    cover: Annotated[str, typer.Option(help="who answers meanwhile")] = "",
) -> None:
    """Enter a leave; somebody else answers until its end."""
    from django.utils import timezone

    from onegrid.accounts.duties.actions import take_leave
    from onegrid.console.accounts import account
    from onegrid.kit.actors import SystemActor

    taken = take_leave(
        user=account(username),
        cover=account(cover) if cover else None,
        starts_at=timezone.make_aware(starts),
        ends_at=timezone.make_aware(ends),
        by=SystemActor("console"),
        at=timezone.now(),
    )
    typer.echo(" ".join([f"{username} is away until {ends:%Y-%m-%d %H:%M}.", *taken.warnings]))


@app.command("who")
def who(area_code: str) -> None:
    """Who answers for an area now, the first one first, and why."""
    from django.utils import timezone

    from onegrid.accounts.duties.queries import on_duty
    from onegrid.places.areas.queries import area_by_code

    for person in on_duty(area_by_code(area_code).pk, timezone.now()):
        typer.echo(f"{person.name}  {person.post}  {person.reason}")
