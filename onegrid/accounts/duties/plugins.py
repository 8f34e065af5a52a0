"""What duties give to plug-in points of lower rooms."""

from datetime import datetime

from django.utils.translation import ngettext

from onegrid.accounts.duties.models import Duty
from onegrid.places.areas.models import Area
from onegrid.places.areas.plugins import AREA_CLOSING, AreaCheck


@AREA_CLOSING.register("duties")
class DutiesThere(AreaCheck):
    """Somebody still answers for it: the duty is ended or handed over first."""

    def obstacle(self, area: Area, at: datetime) -> str | None:
        found = Duty.objects.valid_at(at).filter(area__in=Area.objects.below(area.path)).count()
        words = ngettext("%(count)d duty is arranged there.", "%(count)d duties are arranged there.", found)
        return words % {"count": found} if found else None
