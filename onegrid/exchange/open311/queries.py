"""Public reading for GeoReport: services, and requests without anything about a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.cases.catalog.models import CaseClass, Standard
from onegrid.cases.catalog.queries import classes_for_residents, standards_of
from onegrid.cases.flow.models import Case, Channel, StateChoices
from onegrid.cases.flow.rules import FINAL
from onegrid.exchange.open311 import rules
from onegrid.exchange.openplatform.models import ApiClient
from onegrid.kit.errors import NotFound

CONDITION = "condition"  # the one attribute: which of the filing conditions is met


def services(*, at: datetime) -> list[CaseClass]:
    """What anybody may report without knowing the trade."""
    return classes_for_residents(at=at)


def service(code: str, *, at: datetime) -> CaseClass:
    for found in classes_for_residents(at=at):
        if found.code == code:
            return found
    raise NotFound("no_such_service", _("There is no service of this code."), service_code=code)


def conditions(found: CaseClass) -> list[Standard]:
    return standards_of(found)


@dataclass(frozen=True)
class Wanted:
    """Filters of a search. Numbers, when given, stand alone: neither dates nor other filters narrow them."""

    numbers: list[str]
    codes: list[str]
    statuses: list[str]
    since: datetime
    until: datetime


def public_requests(wanted: Wanted) -> list[Case]:
    """Newest first, at most rules.ROWS. Confidential cases are not there."""
    found = _public()
    if wanted.numbers:
        return list(found.filter(number__in=wanted.numbers[: rules.IDS_MOST]).order_by("-opened_at", "-id"))
    found = found.filter(opened_at__gte=wanted.since, opened_at__lte=wanted.until)
    if wanted.codes:
        found = found.filter(case_class__code__in=wanted.codes)
    if wanted.statuses == [rules.OPEN]:
        found = found.exclude(state__in=FINAL)
    if wanted.statuses == [rules.CLOSED]:
        found = found.filter(state__in=FINAL)
    return list(found.order_by("-opened_at", "-id")[: rules.ROWS])


def public_request(number: str) -> Case:
    found = _public().filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound("no_such_request", _("There is no request of this number."), service_request_id=number)
    return found


def number_of_token(token: str, *, client: ApiClient) -> str:
    """The number of what the application sent under this Idempotency-Key."""
    found = Case.objects.filter(channel=Channel.OPEN311, source_key=source_key(client, token)).first()
    if found is None:
        raise NotFound("no_such_token", _("There is no request of this token."), token=token)
    return found.number


def source_key(client: ApiClient, key: str) -> str:
    return f"{client.actor_key}:{key}"


def _public() -> QuerySet[Case]:
    """Without what is never shown: the reporter, and the borders of a thousand times three areas."""
    return (
        Case.objects.filter(secret=False)
        .select_related("case_class", "unit", "grid", "community", "street")
        .defer(
            "reporter_name", "reporter_phone",
            *(f"{area}__{column}" for area in ("grid", "community", "street") for column in ("boundary", "centre")),
        )
    )  # fmt: skip


def shown(case: Case, *, extensions: bool) -> dict[str, Any]:
    """One request as everybody may see it.

    Left empty on purpose: description and status notes in people's own words (they name people), photos (they show
    them), the exact address. The address is that of the grid, the position is rounded to about 100 metres.
    """
    kind = case.case_class
    lon, lat = (case.point.x, case.point.y) if case.point else (None, None)
    row: dict[str, Any] = {
        "service_request_id": case.number,
        "status": rules.CLOSED if case.state in FINAL else rules.OPEN,
        "status_notes": str(StateChoices(case.state).label),
        "service_name": kind.plain if kind else _("Not classed yet"),
        "service_code": kind.code if kind else "",
        "description": "",
        "agency_responsible": case.unit.name if case.unit else "",
        "service_notice": "",
        "requested_datetime": timezone.localtime(case.opened_at).isoformat(timespec="seconds"),
        "updated_datetime": timezone.localtime(case.stepped_at).isoformat(timespec="seconds"),
        "expected_datetime": timezone.localtime(case.due_at).isoformat(timespec="seconds")
        if case.due_at
        else "",
        "address": " ".join(area.name for area in (case.street, case.community, case.grid) if area),
        "address_id": "",
        "zipcode": "",
        "lat": round(lat, rules.ROUNDED) if lat is not None else None,
        "long": round(lon, rules.ROUNDED) if lon is not None else None,
        "media_url": "",
    }
    if extensions:
        row["extended_attributes"] = _extended(case)
    return row


def _extended(case: Case) -> dict[str, Any]:
    """Beyond the protocol (`extensions=true`)."""
    return {
        "state": case.state,
        "state_name": str(StateChoices(case.state).label),
        "channel": case.channel,
        "class_name": str(case.case_class) if case.case_class else "",
        "street_code": case.street.code if case.street else "",
        "community_code": case.community.code if case.community else "",
        "grid_code": case.grid.code if case.grid else "",
        "overdue": case.is_late,
        "closed_datetime": timezone.localtime(case.ended_at).isoformat(timespec="seconds")
        if case.ended_at
        else "",
    }
