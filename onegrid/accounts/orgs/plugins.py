"""What stands in the way of closing an organisation, given by nouns and rooms that know more about it."""

from datetime import datetime

from django.utils.translation import ngettext

from onegrid.accounts.orgs.models import Organisation
from onegrid.kit.plugins import Registry
from onegrid.places.areas.models import Area
from onegrid.places.areas.plugins import AREA_CLOSING, AreaCheck


class ClosingCheck:
    def obstacle(self, organisation: Organisation, at: datetime) -> str | None:
        """A sentence for people when the organisation may not close at `at`, or None."""
        raise NotImplementedError

    def effect(self, organisation: Organisation, at: datetime) -> str | None:
        """A sentence about what its closing changes without being in the way, or None."""
        return None


CLOSING = Registry("organisation_closing", ClosingCheck, "reasons why an organisation may not close")


@AREA_CLOSING.register("organisations")
class OrganisationsThere(AreaCheck):
    """An area that open organisations serve stays open: their cases and rights go by it."""

    def obstacle(self, area: Area, at: datetime) -> str | None:
        below = Area.objects.below(area.path)
        found = Organisation.objects.filter(closed_on=None, area__in=below).count()
        words = ngettext("%(count)d organisation serves it.", "%(count)d organisations serve it.", found)
        return words % {"count": found} if found else None
