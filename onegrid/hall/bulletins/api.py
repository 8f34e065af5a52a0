"""Bulletins as JSON: what is put up is public."""

from datetime import date, datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from onegrid.hall.bulletins import queries
from onegrid.hall.bulletins.models import Bulletin
from onegrid.kit.throttle import Limit, count_visit
from onegrid.places.areas.queries import area as area_of

router = Router(tags=["hall"])
VISITORS = Limit("hall.bulletins", 120, timedelta(minutes=1))


class BulletinOut(Schema):
    """`area_id` null: for everybody. `until`: the last day on which it is shown, null: until it is taken down."""

    id: int
    title: str
    area_id: int | None
    written_for: str
    published_at: datetime
    until: date | None
    pinned: bool


class BulletinDetail(BulletinOut):
    """With its text."""

    body: str


@router.get("/bulletins", response=list[BulletinOut], auth=None)
def list_bulletins(
    request: HttpRequest,
    area: int | None = None,
    before: int | None = None,
    limit: int = Query(20, ge=1, le=100),
) -> list[Bulletin]:
    """公告 of today: those on top first, then the newest; `area`: what concerns a place.

    `before`: last id of the page before; such a page holds none of those on top."""
    count_visit(VISITORS, request)
    path, day = area_of(area).path if area is not None else "", timezone.localdate()
    page = queries.bulletin_page(day=day, path=path, before=before, limit=limit)
    return page if before is not None else [*queries.pinned_bulletins(day=day, path=path), *page][:limit]


@router.get("/bulletins/{int:bulletin_id}", response=BulletinDetail, auth=None)
def bulletin_detail(request: HttpRequest, bulletin_id: int) -> Bulletin:
    """One that is shown today, with its text."""
    count_visit(VISITORS, request)
    return queries.published_bulletin(bulletin_id, day=timezone.localdate())
