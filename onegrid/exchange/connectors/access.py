"""Who may connect outside systems."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.exchange.connectors.models import OutsideSystem
from onegrid.kit.actors import Actor, require
from onegrid.kit.errors import NotAllowed

EDIT = "connectors.edit"


def require_some(by: Actor) -> None:
    """For what has no place yet: the list, the form."""
    if not by.scope(EDIT).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=EDIT)


def require_units(by: Actor, owner: Organisation, units: Sequence[Organisation]) -> None:
    """A connection reaches no further than the hand that makes it."""
    for unit in (owner, *units):
        require(by, EDIT, path=unit.area.path, org_id=unit.pk)


def require_system(by: Actor, system: OutsideSystem) -> None:
    require(by, EDIT, path=system.organisation.area.path, org_id=system.organisation_id)
