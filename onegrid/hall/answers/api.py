"""Answers as JSON: what is put up is public; what somebody asked is not."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from ninja import Query, Router, Schema

from onegrid.hall.answers import queries
from onegrid.hall.answers.models import Answer
from onegrid.kit.throttle import Limit, count_visit
from onegrid.places.areas.queries import area as area_of

router = Router(tags=["hall"])
VISITORS = Limit("hall.answers", 120, timedelta(minutes=1))


class AnswerOut(Schema):
    """`area_id` null: it holds everywhere."""

    id: int
    question: str
    answer: str
    area_id: int | None
    written_for: str
    published_at: datetime


@router.get("/answers", response=list[AnswerOut], auth=None)
def list_answers(
    request: HttpRequest,
    q: str = Query("", max_length=500),
    area: int | None = None,
    before: int | None = None,
    limit: int = Query(20, ge=1, le=100),
) -> list[Answer]:
    """问答 that fit the words `q`, best first; without words the last written first, `before`: last id of the page
    before. `area`: what is said for a place or for what it lies in."""
    count_visit(VISITORS, request)
    path = area_of(area).path if area is not None else ""
    if q.strip():
        return queries.find_answers(text=q, path=path, limit=limit)
    return queries.newest_answers(path=path, before=before, limit=limit)


@router.get("/answers/{int:answer_id}", response=AnswerOut, auth=None)
def answer_detail(request: HttpRequest, answer_id: int) -> Answer:
    """One."""
    count_visit(VISITORS, request)
    return queries.published_answer(answer_id)
