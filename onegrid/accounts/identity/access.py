"""Who may look after whose account."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.kit.actors import Actor, require
from onegrid.kit.errors import NotAllowed, NotFound

EDIT = "users.edit"


def require_may_manage(by: Actor, user: User, on: date) -> None:
    """Refuses unless `by` reaches everything that the account reaches.

    Otherwise an operator of one street could take over a district account by resetting its password. An account
    without grants and posts has no power yet, so anybody who keeps accounts may set it up.
    """
    require_somewhere(by, EDIT)
    if user.is_superuser and not getattr(by, "is_superuser", False) and isinstance(by, User):
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    scope = by.scope(EDIT)
    for path, org_id in reaches(user, on):
        if not scope.covers(path, org_id):
            raise NotFound("not_found", _("There is nothing here, or it is outside your area."))


def require_somewhere(by: Actor, what: str) -> None:
    """Refuses only those who may do `what` nowhere; for rows that have no place of their own."""
    if not by.scope(what).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=what)


def require_may_grant(by: Actor, user: User, *, path: str | None, org_id: int | None) -> None:
    """A grant reaches no further than the hand that gives it, and nobody gives one to himself."""
    require(by, EDIT, path=path, org_id=org_id)
    if by.actor_key == user.actor_key:
        raise NotAllowed("own_grant", _("Nobody grants rights to himself: ask another administrator."))


def reaches(user: User, on: date) -> list[tuple[str | None, int | None]]:
    """(area path, organisation id) of every grant and post that is valid on the day or will be."""
    valid = Q(valid_to=None) | Q(valid_to__gt=on)
    columns = ("area__path", "organisation__area__path", "organisation_id")
    rows = [
        *user.grants.filter(valid).values_list(*columns),
        *user.postings.filter(valid).values_list(*columns),
    ]
    return [(path or org_path, org_id) for path, org_path, org_id in rows]


def require_known(by: Actor, user: User) -> None:
    """For somebody who left and reaches nothing any more: whoever keeps the accounts of a place he once served."""
    require_somewhere(by, EDIT)
    scope = by.scope(EDIT)
    columns = ("area__path", "organisation__area__path", "organisation_id")
    rows = [*user.grants.values_list(*columns), *user.postings.values_list(*columns)]
    if rows and not any(scope.covers(path or org_path, org_id) for path, org_path, org_id in rows):
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
