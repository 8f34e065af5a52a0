"""The catalogue in force as JSON: classes and their filing standards. Public, like the catalogue itself."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from onegrid.cases.catalog import queries
from onegrid.cases.catalog.models import CaseClass, CatalogVersion, ClassKind, Standard
from onegrid.cases.catalog.naming import ClassGuess, suggest_classes
from onegrid.kit.errors import NotFound
from onegrid.kit.throttle import Limit, count_visit

SUGGESTIONS = Limit("suggest_classes", 60, timedelta(minutes=1))
TEXT_MOST = 2000  # characters, as of a report
router = Router(tags=["catalogue"])


class CaseClassRow(Schema):
    """A class (小类). `plain_name`: how a resident would say it; empty where residents are not offered it."""

    id: int
    scheme: str
    version: int
    kind: ClassKind
    code: str
    name: str
    plain_name: str
    major_code: str
    major_name: str


class CaseClassPage(Schema):
    """In the order of kind and code. `next`: what to ask with in `after`; null: this was the last page."""

    items: list[CaseClassRow]
    next: str | None


class FilingStandardOut(Schema):
    """One row of the filing standard. `mark`: national, local_sample or unverified: where the values come from."""

    id: int
    position: int
    condition: str
    limit: int
    unit: str
    closing: str
    mark: str
    source: str


class CaseClassOut(CaseClassRow):
    standards: list[FilingStandardOut]


@router.get("/classes", response=CaseClassPage, auth=None)
def case_classes(
    request: HttpRequest,
    kind: ClassKind = ClassKind.EVENT,
    q: str = Query("", max_length=40, description="a piece of name or code"),
    after: str = Query("", max_length=24, description="`next` of the page before"),
    limit: int = Query(50, ge=1, le=200),
):
    """Classes of the version in force."""
    version = queries.version_in_force(timezone.localdate())
    found = queries.class_list(version, kind=kind, text=q, after=after, size=limit)
    return {"items": [_row(one) for one in found.classes], "next": found.after}


@router.get("/classes/{int:class_id}", response=CaseClassOut, auth=None)
def case_class(request: HttpRequest, class_id: int):
    """One class, of any published version, with its filing standards."""
    found = queries.class_by_id(class_id)
    if found.version.status != CatalogVersion.Status.PUBLISHED:  # a draft is nobody's business yet
        raise NotFound("no_such_class", _("There is no such class."))
    return {**_row(found), "standards": [_standard(row) for row in queries.standards_of(found)]}


class WordsGiven(Schema):
    """A report in plain words. `for_residents`: only classes that have a plain name."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    text: str = Field(min_length=1, max_length=TEXT_MOST)
    for_residents: bool = False


class ClassGuessOut(Schema):
    """`confidence`: 0 to 1, this class's share among those that fit at all; `words`: of the report, that say so;
    `reason`: the same as a sentence."""

    case_class: CaseClassRow
    confidence: float
    words: list[str]
    reason: str


class ClassGuesses(Schema):
    """The likeliest first; empty when no word of the text says anything."""

    items: list[ClassGuessOut]


@router.post(
    "/classes/suggest",
    response=ClassGuesses,
    auth=None,
    openapi_extra={"requestBody": {"content": {"application/json": {"example": {"text": "路面有个大坑"}}}}},
)
def suggest_class(request: HttpRequest, given: WordsGiven):
    """帮我选: which classes of the catalogue in force the words are about. Nothing is kept. Visitors: 60 a minute."""
    count_visit(SUGGESTIONS, request)
    found = suggest_classes(text=given.text, at=timezone.now(), for_residents=given.for_residents)
    return {"items": [_guess(guess) for guess in found]}


def _guess(guess: ClassGuess) -> dict[str, Any]:
    reason = _("The report says %(words)s.") % {"words": ", ".join(guess.words)}
    return {
        "case_class": _row(guess.case_class),
        "confidence": round(guess.confidence, 4),
        "words": list(guess.words),
        "reason": reason,
    }


def _row(found: CaseClass) -> dict[str, Any]:
    return {
        "id": found.pk,
        "scheme": found.version.scheme.code,
        "version": found.version.number,
        "kind": found.kind,
        "code": found.code,
        "name": str(found),
        "plain_name": found.plain if found.plain_name else "",
        "major_code": found.major.code,
        "major_name": str(found.major),
    }


def _standard(row: Standard) -> dict[str, Any]:
    return {
        "id": row.pk,
        "position": row.position,
        "condition": row.condition,
        "limit": row.limit,
        "unit": row.unit,
        "closing": row.closing,
        "mark": row.mark,
        "source": row.source,
    }
