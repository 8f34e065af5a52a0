"""Who may let applications in."""

from django.utils.translation import gettext as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.exchange.openplatform.models import ApiClient
from onegrid.kit.actors import Actor, require
from onegrid.kit.errors import NotAllowed
from onegrid.places.areas.models import Area

EDIT = "clients.edit"


def require_some(by: Actor) -> None:
    """For what has no place yet: the list, the form."""
    if not by.scope(EDIT).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=EDIT)


def require_may_issue(by: Actor, organisation: Organisation, area: Area | None, own_cases_only: bool) -> None:
    """An application reaches no further than the hand that lets it in."""
    require(by, EDIT, path=organisation.area.path, org_id=organisation.pk)
    if area is not None:
        require(by, EDIT, path=area.path, org_id=organisation.pk)
    elif not own_cases_only:
        require(by, EDIT)


def require_client(by: Actor, client: ApiClient) -> None:
    require(by, EDIT, path=client.organisation.area.path, org_id=client.organisation_id)
