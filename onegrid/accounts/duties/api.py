"""The card of a grid: what it is and who answers for it."""

import json

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from onegrid.accounts.duties.actions import PURPOSE_MAX, reveal_phones
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


ASKED = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "title": "PhonesAsked",
                    "required": ["purpose"],
                    "properties": {"purpose": {"type": "string", "minLength": 1, "maxLength": PURPOSE_MAX}},
                },
                "example": {"purpose": "夜间突发，联系网格员"},
            }
        },
    }
}


@router.post("/areas/{int:area_id}/phones", response=list[PhoneOut], openapi_extra=ASKED)
def area_phones(request: HttpRequest, response: HttpResponse, area_id: int):
    """Private phones of who answers now, for a purpose, to staff with "duties.phone" there; looks are on record."""
    response["Cache-Control"] = "no-store"
    by = viewer_of(request)
    return reveal_phones(area_id=area_id, purpose=_purpose(request), by=by, at=timezone.now())


def _purpose(request: HttpRequest) -> str:
    """Empty for a body that says none: whether the caller may ask at all is looked at first."""
    if request.content_type != "application/json":
        return ""
    try:
        said = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        return ""
    purpose = said.get("purpose") if isinstance(said, dict) else None
    return purpose.encode("utf-8", "replace").decode() if isinstance(purpose, str) else ""
