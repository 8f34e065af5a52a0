"""What was left with a phone, for whoever holds it."""

from dataclasses import dataclass
from datetime import datetime

from onegrid.cases.flow.access import PhoneHolder
from onegrid.cases.flow.models import Call, Case, Follower


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


@dataclass(frozen=True)
class HeldContact:
    """What a report keeps of the person who made it; masks are for the page."""

    number: str
    code: str
    name: str
    opened_at: datetime
    case_id: int
    path: str


def contacts_of(*, viewer: PhoneHolder, limit: int) -> list[HeldContact]:
    """Every report that holds the viewer's phone, however old, the newest first."""
    if not viewer.phone_index:
        return []
    rows = Case.objects.filter(reporter_phone_index=viewer.phone_index).order_by("-id")
    return [
        HeldContact(
            case.number, case.follow_code, case.reporter_name or "", case.opened_at, case.pk, case.area_path
        )
        for case in rows.only("number", "follow_code", "reporter_name", "opened_at", "area_path")[:limit]
    ]


def calls_of(*, viewer: PhoneHolder, limit: int) -> list[Call]:
    """Calls from the viewer's phone that made no report, the newest first."""
    if not viewer.phone_index:
        return []
    return list(Call.objects.filter(phone_index=viewer.phone_index).order_by("-id")[:limit])


def call_paths_of(*, viewer: PhoneHolder) -> set[str]:
    """Areas of the desks that answered those calls."""
    if not viewer.phone_index:
        return set()
    return {
        *Call.objects.filter(phone_index=viewer.phone_index).values_list("area_path", flat=True).distinct()
    }


def paths_of(*, viewer: PhoneHolder) -> set[str]:
    """Areas of all reports and follows with the viewer's phone: whose officer has to answer."""
    if not viewer.phone_index:
        return set()
    reports = Case.objects.filter(reporter_phone_index=viewer.phone_index).values_list("area_path", flat=True)
    follows = Follower.objects.filter(phone_index=viewer.phone_index)
    return {*reports.distinct(), *follows.values_list("case__area_path", flat=True).distinct()}
