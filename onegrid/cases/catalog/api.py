"""The catalogue in force as JSON: classes and their filing standards. Public, like the catalogue itself."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from onegrid.cases.catalog import queries
from onegrid.cases.catalog.models import CaseClass, CatalogVersion, ClassKind, Standard
from onegrid.kit.errors import NotFound

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
