"""What whistles give to plug-in points of lower rooms."""

from datetime import datetime

from django.utils.translation import ngettext

from onegrid.accounts.orgs.models import Organisation
from onegrid.accounts.orgs.plugins import CLOSING, ClosingCheck
from onegrid.cases.whistle.models import WhistleCall
from onegrid.cases.whistle.rules import ENDED, OUT


@CLOSING.register("answers_whistles")
class AnswersWhistles(ClosingCheck):
    """A department that is called, or will be once the principal approves, stays open until it has come, or the
    district has excused it: else its whistle would never end."""

    def obstacle(self, organisation: Organisation, at: datetime) -> str | None:
        owed = WhistleCall.objects.filter(organisation=organisation).exclude(state__in=OUT)
        found = len(owed.exclude(whistle__state__in=ENDED).values_list("pk")[:100])
        words = ngettext("%(count)d whistle calls it.", "%(count)d whistles call it.", found)
        return words % {"count": found} if found else None
