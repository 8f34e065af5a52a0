"""Who am I: what the caller of the JSON interface may do."""

from django.http import HttpRequest
from ninja import Router, Schema

from onegrid.cases.flow.access import reads_words
from onegrid.exchange.openplatform.models import ApiClient
from onegrid.kit.actors import viewer_of

router = Router(tags=["caller"])


class CallerOut(Schema):
    """`permissions`, `area`, `per_minute`: of an application; null for a person, whose rights depend on the place.
    `words`: whether people's words come as they were written, or with names and numbers hidden."""

    key: str
    name: str
    permissions: list[str] | None
    area: str | None
    per_minute: int | None
    words: bool


@router.get("/caller", response=CallerOut)
def caller(request: HttpRequest):
    """The application behind the key, or the person who is signed in."""
    who = viewer_of(request)
    shown: dict[str, object] = {
        "key": who.actor_key,
        "name": who.actor_label,
        "permissions": None,
        "area": None,
        "per_minute": None,
        "words": reads_words(who),
    }
    if isinstance(who, ApiClient):
        area = who.area.code if who.area else None
        shown |= {"permissions": who.permissions, "area": area, "per_minute": who.per_minute}
    return shown
