"""Who has the command screen. What stands on it is what the person may see anyway."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.kit.errors import NotAllowed

SEE = "command.see"
PIECE = "command"  # the figures, as the live process hands them out


def commander(request: HttpRequest) -> User:
    """The signed-in user with the screen; NotAllowed for everybody else."""
    assert isinstance(request.user, User)
    if not request.user.scope(SEE).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=SEE)
    return request.user
