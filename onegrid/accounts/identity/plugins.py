"""What must happen in the same transaction when an account leaves: rooms and nouns above enter here."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import Posting, User
from onegrid.accounts.orgs.models import Organisation
from onegrid.accounts.orgs.plugins import CLOSING, ClosingCheck
from onegrid.kit.plugins import Registry


class Release:
    """Takes from a leaving user what he held. Runs inside the transaction of `leave_service`."""

    def release(self, user: User, at: datetime) -> int:
        """How many things were taken; zero when there was nothing."""
        raise NotImplementedError


RELEASES = Registry("release", Release, "what an account loses, at once, when it leaves")


@CLOSING.register("serving_people")
class NobodyServes(ClosingCheck):
    """An organisation in which people still serve stays open."""

    def obstacle(self, organisation: Organisation, at: datetime) -> str | None:
        serving = Posting.objects.serving_on(timezone.localdate(at)).filter(organisation=organisation).count()
        return _("%(count)d people still serve there.") % {"count": serving} if serving else None
