"""`onegrid accounts …`: the role table, opening, unlocking and closing accounts, rights and posts."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from onegrid.accounts.identity.models import User
    from onegrid.accounts.orgs.models import Organisation

app = typer.Typer(help="Roles and accounts.", no_args_is_help=True)


@app.command("load-roles")
def load_roles() -> None:
    """Bring the shipped roles and their permissions into the database; run again it changes nothing."""
    from django.utils import timezone

    from onegrid.accounts.identity.actions import load_roles as load
    from onegrid.kit.actors import SystemActor

    roles = load(by=SystemActor("console"), at=timezone.now())
    print(f"{len(roles)} roles: {', '.join(role.code for role in roles)}")


@app.command("create")
def create(
    username: str,
    display_name: str,
    role: str = typer.Option("operator", help="a role code"),
    area: str = typer.Option("", help="area code, for it and everything below; empty: everywhere"),
    org: str = typer.Option("", help="organisation code: only what is this organisation's"),
    password: str = typer.Option(..., prompt=True, hide_input=True, confirmation_prompt=True),
) -> None:
    """Open an account whose password must be changed at the first sign-in."""
    from django.db import transaction
    from django.utils import timezone

    from onegrid.accounts.identity.actions import create_user, grant_role
    from onegrid.kit.actors import SystemActor
    from onegrid.places.areas.queries import area_by_code

    by, at = SystemActor("console"), timezone.now()
    with transaction.atomic():
        user = create_user(username=username, display_name=display_name, password=password, by=by, at=at)
        grant_role(
            user=user,
            role_code=role,
            area=area_by_code(area) if area else None,
            organisation=_organisation(org) if org else None,
            by=by,
            at=at,
        )
    print(f"{username} may sign in as {role} {_where(area, org)}.")
    if role == "operator":
        print("What a new street needs, step by step, is on the page /operator/start/.")


def _where(area: str, org: str) -> str:
    return " of ".join(part for part in (f"in {area}" if area else "", org) if part) or "everywhere"


@app.command("reset-password")
def reset(
    username: str,
    password: str = typer.Option(..., prompt=True, hide_input=True, confirmation_prompt=True),
) -> None:
    """A new first password for somebody who forgot it; every session ends."""
    from django.utils import timezone

    from onegrid.accounts.identity.actions import reset_password
    from onegrid.kit.actors import SystemActor

    reset_password(user=account(username), password=password, by=SystemActor("console"), at=timezone.now())
    print(f"{username} signs in with it once and chooses another.")


@app.command("rights")
def rights(username: str) -> None:
    """What somebody may do, and where; the number in front is for `end-grant`."""
    from onegrid.accounts.identity.queries import roles_of

    for row in roles_of(account(username)):
        where = _where(row.area.code if row.area else "", row.organisation.code if row.organisation else "")
        print(f"{row.pk}  {row.role.code} {where} since {row.valid_from}")


@app.command("end-grant")
def end(number: Annotated[int, typer.Argument(help="as `onegrid accounts rights` shows it")]) -> None:
    """Take a role back."""
    from django.utils import timezone

    from onegrid.accounts.identity.actions import end_grant
    from onegrid.kit.actors import SystemActor

    ended = end_grant(grant_id=number, by=SystemActor("console"), at=timezone.now())
    print(f"{ended.user.username} is {ended.role.code} no more.")


@app.command("unlock")
def unlock(username: str) -> None:
    """End the wait after too many wrong passwords."""
    from django.utils import timezone

    from onegrid.accounts.identity.lockout import unlock as end_wait
    from onegrid.kit.actors import SystemActor

    print(f"{end_wait(user=account(username), by=SystemActor('console'), at=timezone.now())} locks ended.")


@app.command("leave")
def leave(username: str) -> None:
    """Close an account: every duty, right, post and session ends at once (离岗)."""
    from django.utils import timezone

    from onegrid.accounts.identity.actions import leave_service
    from onegrid.kit.actors import SystemActor

    leave_service(user=account(username), by=SystemActor("console"), at=timezone.now())
    print(f"{username} has left.")


@app.command("grant")
def grant(
    username: str,
    role: str,
    area: Annotated[str, typer.Option(help="area code, for it and everything below")],
    org: Annotated[str, typer.Option(help="organisation code: only what is this organisation's")] = "",
) -> None:
    """Give a role for an area."""
    from django.utils import timezone

    from onegrid.accounts.identity.actions import grant_role
    from onegrid.kit.actors import SystemActor
    from onegrid.places.areas.queries import area_by_code

    grant_role(
        user=account(username),
        role_code=role,
        area=area_by_code(area),
        organisation=_organisation(org) if org else None,
        by=SystemActor("console"),
        at=timezone.now(),
    )
    print(f"{username} is {role} in {area}.")


@app.command("appoint")
def appoint_to(
    username: str,
    post: str,
    org: Annotated[str, typer.Option(help="organisation code")],
    area: Annotated[str, typer.Option(help="area code; none otherwise")] = "",
) -> None:
    """Give a post (岗位) in an organisation, such as grid_worker; a post carries no right."""
    from django.utils import timezone

    from onegrid.accounts.identity.actions import appoint
    from onegrid.accounts.identity.posts import PostKind
    from onegrid.kit.actors import SystemActor
    from onegrid.places.areas.queries import area_by_code

    if post not in PostKind.values:
        raise typer.BadParameter(f"a post is one of {', '.join(PostKind.values)}")
    appoint(
        user=account(username),
        organisation=_organisation(org),
        kind=PostKind(post),
        area=area_by_code(area) if area else None,
        by=SystemActor("console"),
        at=timezone.now(),
    )
    print(f"{username} is {post} at {org}.")


def account(username: str) -> "User":
    """The account with this sign-in name, whatever its case."""
    from onegrid.accounts.identity.models import User

    user = User.objects.filter(username__iexact=username).first()
    if user is None:
        raise typer.BadParameter(f"there is no account {username}")
    return user


def _organisation(code: str) -> "Organisation":
    from onegrid.accounts.orgs.models import Organisation

    organisation = Organisation.objects.select_related("area").filter(code=code).first()
    if organisation is None:
        raise typer.BadParameter(f"there is no organisation {code}; the codes stand on /operator/orgs/")
    return organisation
