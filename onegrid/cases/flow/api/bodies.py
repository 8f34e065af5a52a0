"""A body as JSON, or as a form with photos, films and sound: the same words, the same shape, one schema."""

import json
from collections.abc import Sequence
from typing import Annotated, Any, BinaryIO, TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.errors import ValidationError
from pydantic import AfterValidator, ConfigDict, Field
from pydantic import ValidationError as Misfit

from onegrid.kit.errors import Refusal
from onegrid.kit.files import sha256_of

BIGGEST = 2**63 - 1  # what PostgreSQL takes as a row's number
PHOTOS = "photos"
MEDIA_MEANT = (
    "photos (JPEG, PNG, WebP), films (MP4, MOV, WebM) or sound (MP3, M4A, WAV, Ogg, AMR), six in all"
)


class NotReadable(Refusal):
    """Neither JSON nor a form."""

    status = 415


class Body(Schema):
    """What somebody sends. A word that is not known is refused: a misspelt one would be silently lost."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def _no_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a NUL character")
    return text


Words = Annotated[str, AfterValidator(_no_nul)]
RowId = Annotated[int, Field(ge=1, le=BIGGEST)]
Shape = TypeVar("Shape", bound=Body)


def read_body(request: HttpRequest, shape: type[Shape]) -> tuple[Shape, list[Any]]:
    """What was sent, and the photos of a form. ValidationError (422), NotReadable (415)."""
    kind = request.content_type or ""
    if kind == "application/json":
        return _checked(lambda: shape.model_validate_json(request.body or b"{}")), []
    if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        given = {name: value for name, value in request.POST.items() if value != ""}
        return _checked(lambda: shape.model_validate(given)), list(request.FILES.getlist(PHOTOS))
    if not kind and not request.body:
        return _checked(lambda: shape.model_validate({})), []
    raise NotReadable(
        "not_readable", _("Please send JSON or a form."), taken=["application/json", "multipart/form-data"]
    )


def _checked(read: Any) -> Any:
    try:
        return read()
    except Misfit as failure:
        raise ValidationError(
            [{"loc": ["body", *error["loc"]], "msg": error["msg"]} for error in failure.errors()]
        ) from None


def described(
    shape: type[Body], *, example: dict[str, Any], photos: bool, required: bool = True
) -> dict[str, Any]:
    """`requestBody` of the OpenAPI document: the shape as JSON, and as a form that may carry photos."""
    plain = shape.model_json_schema()
    plain.pop("description", None)
    content: dict[str, Any] = {"application/json": {"schema": plain, "example": example}}
    if photos:
        form = json.loads(json.dumps(plain))
        form["title"] += "WithPhotos"
        form["properties"][PHOTOS] = {
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "description": MEDIA_MEANT,
        }
        content["multipart/form-data"] = {"schema": form}
    return {"requestBody": {"content": content, "required": required}, "parameters": [header(*IDEMPOTENCY)]}


IDEMPOTENCY = (
    "Idempotency-Key",
    "what the caller calls this request; a repeated one is answered like the first",
)


def header(name: str, meaning: str, *, needed: bool = False, example: str | None = None) -> dict[str, Any]:
    """A header as a parameter of the OpenAPI document."""
    found = {
        "in": "header",
        "name": name,
        "required": needed,
        "description": meaning,
        "schema": {"type": "string"},
    }
    return found | ({"example": example} if example else {})


def body_digest(given: Body, photos: Sequence[BinaryIO]) -> list[Any]:
    """What makes two requests the same, for canonical hashing."""
    return [given.model_dump(mode="json"), [sha256_of(photo) for photo in photos]]
