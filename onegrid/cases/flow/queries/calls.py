"""来电: calls about a case, and what a clerk answered lately."""

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.access import CONTACT
from onegrid.cases.flow.models import Call
from onegrid.cases.flow.queries import Story
from onegrid.kit.crypto import blind_index

CALLS_SHOWN = 10


def calls_about(story: Story) -> list[Call]:
    """Calls about a case that the viewer has read in scope, the newest first."""
    if not story.has.calls:
        return []
    rows = Call.objects.filter(case=story.case).select_related("answered_by")
    return list(rows.order_by("-id")[:CALLS_SHOWN])


def calls_from(*, phone: str, clerk: User) -> list[Call]:
    """What else somebody with this phone called about, where the clerk may see contacts. Only beside
    `look_up_caller`, which puts the look-up on record and refuses a number that is none."""
    rows = Call.objects.filter(clerk.scope(CONTACT).q("area_path"), phone_index=blind_index(phone, "phone"))
    return list(rows.order_by("-id")[:CALLS_SHOWN])


def own_calls(*, clerk: User) -> list[Call]:
    """What this clerk answered last without a new case."""
    return list(Call.objects.filter(answered_by=clerk).select_related("case").order_by("-id")[:CALLS_SHOWN])
