"""The card of a grid: what it is and who answers for it."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from onegrid.accounts.duties.actions import reveal_phones
from onegrid.accounts.duties.queries import grid_card
from onegrid.kit.actors import viewer_of

router = Router(tags=["duties"])


class PersonOut(Schema):
    """`work_phone` is published with the grid; `phone` is the private one, only when it was asked for."""

    name: str
    post: str
    why: str
    reason: str
    work_phone: str
    phone: str | None = None


class CardOut(Schema):
    """`households`: rooms with an address in the area; `area_m2`: square metres on the ellipsoid."""

    id: int
    kind: str
    name: str
    code: str
    area_m2: float | None
    households: int
    on_duty: list[PersonOut]


@router.get("/areas/{int:area_id}/card", response=CardOut, auth=None)
def area_card(
    request: HttpRequest, response: HttpResponse, area_id: int, reveal: Literal["phone"] | None = None
):
    """For everybody; `reveal=phone` for staff with "duties.phone" there, and every look is recorded."""
    now = timezone.now()
    phones = reveal_phones(area_id=area_id, by=viewer_of(request), at=now) if reveal else {}
    card = grid_card(area_id=area_id, at=now)
    response["Cache-Control"] = "no-store" if reveal else "private, max-age=30"
    return {
        "id": card.area.pk,
        "kind": card.area.kind,
        "name": card.area.name,
        "code": card.area.code,
        "area_m2": card.area.area_m2,
        "households": card.households,
        "on_duty": [
            {
                "name": person.name,
                "post": person.post,
                "why": person.why,
                "reason": person.reason,
                "work_phone": person.public_phone,
                "phone": phones.get(person.user_id),
            }
            for person in card.on_duty
        ],
    }
