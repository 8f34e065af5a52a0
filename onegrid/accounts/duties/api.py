"""The card of a grid: what it is and who answers for it."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from onegrid.accounts.duties.actions import reveal_phones
from onegrid.accounts.duties.queries import grid_card
from onegrid.kit.actors import viewer_of

router = Router(tags=["duties"])


class PersonOut(Schema):
    """`work_phone` is published with the grid; `why` and `reason` are for staff with "duties.see" there."""

    name: str
    post: str
    why: str | None
    reason: str | None
    work_phone: str


class PhoneOut(Schema):
    """A private number."""

    name: str
    phone: str


class CardOut(Schema):
    """`households`: rooms with an address in a grid or community; `area_m2`: square metres on the ellipsoid."""

    id: int
    kind: str
    name: str
    code: str
    area_m2: float | None
    households: int | None
    on_duty: list[PersonOut]


@router.get("/areas/{int:area_id}/card", response=CardOut, auth=None)
def area_card(request: HttpRequest, response: HttpResponse, area_id: int):
    """For everybody: who answers, with the published phone. Staff of the area see who stands behind, and why."""
    card = grid_card(area_id=area_id, at=timezone.now(), viewer=viewer_of(request))
    response["Cache-Control"] = "private, max-age=30"
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
                "why": person.why if card.with_reasons else None,
                "reason": person.reason if card.with_reasons else None,
                "work_phone": person.public_phone,
            }
            for person in card.on_duty
        ],
    }


@router.post("/areas/{int:area_id}/phones", response=list[PhoneOut])
def area_phones(request: HttpRequest, response: HttpResponse, area_id: int):
    """Private phones of who answers now, for staff with "duties.phone" there; every look is recorded."""
    response["Cache-Control"] = "no-store"
    return reveal_phones(area_id=area_id, by=viewer_of(request), at=timezone.now())
