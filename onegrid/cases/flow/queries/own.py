"""What was left with a phone, for whoever holds it."""

from datetime import datetime

from onegrid.cases.flow.access import PhoneHolder
from onegrid.cases.flow.models import Case, Follower


def reports_of(*, viewer: PhoneHolder, since: datetime, limit: int) -> list[Case]:
    """The newest reports with the viewer's phone, confidential ones too: they are the viewer's own."""
    if not viewer.phone_index:
        return []
    rows = Case.objects.filter(reporter_phone_index=viewer.phone_index, opened_at__gt=since)
    rows = rows.select_related("case_class").defer("reporter_name", "reporter_phone")
    return list(rows.order_by("-id")[:limit])


def follows_of(*, viewer: PhoneHolder, since: datetime, limit: int) -> list[Follower]:
    """The newest matters that are followed with the viewer's phone, without those that became confidential."""
    if not viewer.phone_index:
        return []
    rows = Follower.objects.filter(
        phone_index=viewer.phone_index, left_at=None, joined_at__gt=since, case__secret=False
    )
    rows = rows.select_related("case__case_class").defer(
        "phone", "case__reporter_name", "case__reporter_phone"
    )
    return list(rows.order_by("-id")[:limit])
