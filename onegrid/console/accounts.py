"""`onegrid accounts …`: the role table, opening and unlocking accounts."""

import typer

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
    role: str = typer.Option("operator", help="a role code, granted everywhere"),
    password: str = typer.Option(..., prompt=True, hide_input=True, confirmation_prompt=True),
) -> None:
    """Open an account whose password must be changed at the first sign-in; for the first operator of a city."""
    from django.db import transaction
    from django.utils import timezone

    from onegrid.accounts.identity.actions import create_user, grant_role
    from onegrid.kit.actors import SystemActor

    by, at = SystemActor("console"), timezone.now()
    with transaction.atomic():
        user = create_user(username=username, display_name=display_name, password=password, by=by, at=at)
        grant_role(user=user, role_code=role, by=by, at=at)
    print(f"{username} may sign in as {role}.")


@app.command("unlock")
def unlock(username: str) -> None:
    """End the wait after too many wrong passwords."""
    from django.utils import timezone

    from onegrid.accounts.identity.lockout import unlock as end_wait
    from onegrid.accounts.identity.models import User
    from onegrid.kit.actors import SystemActor

    user = User.objects.filter(username__iexact=username).first()
    if user is None:
        raise typer.BadParameter(f"there is no account {username}")
    print(f"{end_wait(user=user, by=SystemActor('console'), at=timezone.now())} locks ended.")
