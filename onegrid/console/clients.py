"""`onegrid clients`: applications of others that may call the JSON interface and Open311."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from onegrid.accounts.orgs.models import Organisation
    from onegrid.exchange.openplatform.actions import Issued
    from onegrid.places.areas.models import Area

app = typer.Typer(help="Applications with keys: issue, list, rotate, revoke.", no_args_is_help=True)


@app.command("issue")
def issue(
    name: str,
    may: Annotated[
        list[str], typer.Option(help="a permission such as cases.see; may be given several times")
    ],
    org: str = typer.Option(..., help="code of the organisation that answers for it"),
    area: str = typer.Option("", help="code of the area it is bounded to; empty: everywhere"),
    own_cases_only: bool = typer.Option(False, help="only cases dispatched to the organisation"),
    channel: str = typer.Option("node", help="what its reports count as: node, hotline, sensor, camera"),
    per_minute: int = typer.Option(120, help="requests it may send in a minute"),
    purpose: str = typer.Option(
        "", help="what for it reads people's words as they were written; empty: names and numbers hidden"
    ),
) -> None:
    """Let an application in. The key is printed once and kept nowhere."""
    from django.utils import timezone

    from onegrid.cases.flow.models import Channel
    from onegrid.exchange.openplatform.actions import issue_client
    from onegrid.kit.actors import SystemActor

    if channel not in Channel.values:
        raise typer.BadParameter(f"a channel is one of {', '.join(Channel.values)}")
    issued = issue_client(
        name=name,
        organisation=_organisation(org),
        permissions=may,
        area=_area(area),
        own_cases_only=own_cases_only,
        channel=Channel(channel),
        per_minute=per_minute,
        purpose=purpose,
        by=SystemActor("console"),
        at=timezone.now(),
    )
    _print_key(issued)


@app.command("list")
def list_() -> None:
    """Who is let in, newest first."""
    from onegrid.exchange.openplatform.queries import clients
    from onegrid.kit.actors import SystemActor

    after: int | None = None
    while True:
        found, after = clients(viewer=SystemActor("console"), after=after)
        for client in found:
            state = "active" if client.is_active else "revoked"
            used = f"{client.last_used_at:%Y-%m-%d %H:%M}" if client.last_used_at else "never used"
            print(f"{client.pk:>6}  {state:<8} {used:<16}  {client.name} ({client.organisation.name})")
        if after is None:
            break


@app.command("rotate")
def rotate(
    client_id: int, grace_hours: int = typer.Option(24, min=0, help="the old key opens so long")
) -> None:
    """A new key; the one before stays open for a while."""
    from datetime import timedelta

    from django.utils import timezone

    from onegrid.exchange.openplatform.actions import rotate_key
    from onegrid.kit.actors import SystemActor

    issued = rotate_key(
        client_id=client_id,
        grace=timedelta(hours=grace_hours),
        by=SystemActor("console"),
        at=timezone.now(),
    )
    _print_key(issued)


@app.command("words")
def words(
    client_id: int,
    purpose: str = typer.Option("", help="what for; empty: names and numbers are hidden again"),
) -> None:
    """Whether it reads people's words as they were written."""
    from django.utils import timezone

    from onegrid.exchange.openplatform.actions import give_words
    from onegrid.kit.actors import SystemActor

    by, at = SystemActor("console"), timezone.now()
    client = give_words(client_id=client_id, purpose=purpose, by=by, at=at)
    print(f"{client.name} reads people's words {f'for: {client.purpose}' if client.purpose else 'hidden'}.")


@app.command("revoke")
def revoke(client_id: int, reason: str = typer.Option("", help="why; stands in the audit trail")) -> None:
    """Shut an application out at once."""
    from django.utils import timezone

    from onegrid.exchange.openplatform.actions import revoke_client
    from onegrid.kit.actors import SystemActor

    client = revoke_client(client_id=client_id, reason=reason, by=SystemActor("console"), at=timezone.now())
    print(f"{client.name} is shut out.")


def _print_key(issued: "Issued") -> None:
    print(f"{issued.client.pk}  {issued.client.name}\n{issued.key}\nIt is shown this once.")


def _organisation(code: str) -> "Organisation":
    from onegrid.accounts.orgs.models import Organisation

    found = Organisation.objects.select_related("area").filter(code=code).first()
    if found is None:
        raise typer.BadParameter(f"there is no organisation {code}; the codes stand on /operator/orgs/")
    return found


def _area(code: str) -> "Area | None":
    from onegrid.places.areas.queries import area_by_code

    return area_by_code(code) if code else None
