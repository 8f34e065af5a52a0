"""Activities as JSON: what is put up is public; who comes is not."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from onegrid.hall.activities import queries
from onegrid.hall.activities.models import Activity
from onegrid.kit.throttle import Limit, count_visit
from onegrid.places.areas.queries import area as area_of

router = Router(tags=["hall"])
VISITORS = Limit("hall.activities", 120, timedelta(minutes=1))


class ActivityOut(Schema):
    """`places_left` null: any number may come. `called_off_at`: it does not take place, `called_off_for` says why."""

    id: int
    title: str
    place: str
    area_id: int | None
    written_for: str
    starts_at: datetime
    ends_at: datetime
    sign_up_until: datetime
    places_left: int | None
    called_off_at: datetime | None
    called_off_for: str


class ActivityDetail(ActivityOut):
    """With its text."""

    body: str


@router.get("/activities", response=list[ActivityOut], auth=None)
def list_activities(
    request: HttpRequest, area: int | None = None, limit: int = Query(20, ge=1, le=100)
) -> list[Activity]:
    """活动 that have not ended, the next first; `area`: what concerns a place."""
    count_visit(VISITORS, request)
    path = area_of(area).path if area is not None else ""
    return queries.coming_activities(at=timezone.now(), path=path, limit=limit)


@router.get("/activities/{int:activity_id}", response=ActivityDetail, auth=None)
def activity_detail(request: HttpRequest, activity_id: int) -> Activity:
    """One, with its text."""
    count_visit(VISITORS, request)
    return queries.published_activity(activity_id)
