"""A draft of the next version: begun from one that stands, changed row by row, published or thrown away."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.cases.catalog import access
from onegrid.cases.catalog.actions.loading import end_earlier
from onegrid.cases.catalog.models import (
    CaseClass,
    CatalogVersion,
    CloseLevel,
    DutyLine,
    EvidenceNeed,
    MajorClass,
    Mark,
    Priority,
    Scheme,
    Stage,
    StageLimit,
    Standard,
)
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.worktime import Unit

LIMIT_MAX = 3650
CLASS_FIELDS = {
    "name": str, "name_en": str, "plain_name": str, "plain_name_en": str, "lead_unit": str,
    "priority": Priority, "evidence": EvidenceNeed, "close_level": CloseLevel,
    "verify_needed": bool, "check_needed": bool,
}  # fmt: skip
STANDARD_FIELDS = {
    "filing_condition": str, "filing_condition_en": str, "closing_condition": str, "closing_condition_en": str,
    "source": str, "limit": int, "unit": Unit, "mark": Mark,
}  # fmt: skip
NEEDED = frozenset({"name", "filing_condition", "closing_condition"})


@transaction.atomic
def start_draft(*, version_id: int, by: Actor, at: datetime) -> CatalogVersion:
    """A draft that holds everything the version holds. Refused: draft_exists (a scheme has one draft at a time)."""
    access.require_everywhere(by)
    version = CatalogVersion.objects.filter(pk=version_id).first()
    if version is None:
        raise NotFound("no_such_version", _("There is no such version."))
    scheme = Scheme.objects.select_for_update().get(pk=version.scheme_id)
    if scheme.versions.filter(status=CatalogVersion.Status.DRAFT).exists():
        raise Refused("draft_exists", _("This scheme has a draft already. Publish it or discard it first."))
    last = scheme.versions.order_by("-number").first()
    draft = CatalogVersion.objects.create(
        scheme=scheme,
        number=(last.number if last else 0) + 1,
        valid_from=timezone.localdate(at),
        note=version.note,
        based_on=version,
        made_by=by.actor_label[:80],
        made_at=at,
    )
    _copy(version, draft)
    record("catalog.start_draft", by=by, about=draft, at=at, details={"based_on": version.pk})
    return draft


def _copy(version: CatalogVersion, draft: CatalogVersion) -> None:
    """The version's rows again, each pointing at its new neighbours. A dozen statements whatever the size."""
    majors = {row.pk: row for row in version.majors.order_by("pk")}
    for major in majors.values():
        major.pk, major.version = None, draft
    MajorClass.objects.bulk_create(majors.values())
    classes = {row.pk: row for row in version.classes.order_by("pk")}
    parents = {old: row.fault_of_id for old, row in classes.items()}
    for row in classes.values():
        row.pk, row.version, row.major, row.fault_of = None, draft, majors[row.major_id], None
    CaseClass.objects.bulk_create([classes[old] for old, parent in parents.items() if parent is None])
    for old, parent in parents.items():
        if parent is not None:
            classes[old].fault_of = classes[parent]
    CaseClass.objects.bulk_create([classes[old] for old, parent in parents.items() if parent is not None])
    standards = {row.pk: row for row in Standard.objects.filter(case_class__version=version).order_by("pk")}
    for standard in standards.values():
        standard.pk, standard.case_class = None, classes[standard.case_class_id]
    Standard.objects.bulk_create(standards.values())
    limits = list(StageLimit.objects.filter(version=version))
    for limit in limits:
        limit.pk, limit.version = None, draft
        limit.case_class = classes[limit.case_class_id] if limit.case_class_id else None
        limit.standard = standards[limit.standard_id] if limit.standard_id else None
    StageLimit.objects.bulk_create(limits)
    lines = list(DutyLine.objects.filter(case_class__version=version))
    for line in lines:
        line.pk, line.case_class = None, classes[line.case_class_id]
    DutyLine.objects.bulk_create(lines)


@transaction.atomic
def change_class(*, class_id: int, values: dict[str, Any], by: Actor, at: datetime) -> CaseClass:
    """New values for a class of a draft. Refused: version_published, unknown_field, bad_value."""
    access.require_everywhere(by)
    found = locked_class(class_id)
    set_fields(found, values, CLASS_FIELDS)
    found.edited = count_edit(found.version)
    found.save()
    record("catalog.change_class", by=by, about=found, at=at, details={"fields": sorted(values)})
    return found


@transaction.atomic
def change_standard(*, standard_id: int, values: dict[str, Any], by: Actor, at: datetime) -> Standard:
    """New values for a filing-standard row of a draft. Refused as `change_class`."""
    access.require_everywhere(by)
    home = Standard.objects.filter(pk=standard_id).values_list("case_class_id", flat=True).first()
    one = locked_class(home) if home is not None else None
    found = Standard.objects.select_for_update().filter(pk=standard_id).first()
    if one is None or found is None:
        raise NotFound("no_such_standard", _("There is no such condition."))
    set_fields(found, values, STANDARD_FIELDS)
    found.save()
    one.edited = count_edit(one.version)
    one.save(update_fields=["edited"])
    record("catalog.change_standard", by=by, about=found, at=at, details={"fields": sorted(values)})
    return found


@transaction.atomic
def set_stage_limit(
    *,
    version_id: int,
    stage: str,
    limit: int,
    unit: str,
    mark: str = Mark.UNVERIFIED,
    class_id: int | None = None,
    standard_id: int | None = None,
    by: Actor,
    at: datetime,
) -> StageLimit:
    """How long a stage may take in a draft: for all, for one class, or for one row. Refused as `change_class`."""
    access.require_everywhere(by)
    version = locked_version(version_id)
    refuse_published(version)
    words = {"stage": Stage, "unit": Unit, "mark": Mark}
    for name, kind in words.items():
        checked(name, {"stage": stage, "unit": unit, "mark": mark}[name], kind)
    owner = {"case_class": class_id, "standard": standard_id}
    if class_id is not None and not version.classes.filter(pk=class_id).exists():
        raise NotFound("no_such_class", _("There is no such class."))
    if (
        standard_id is not None
        and not Standard.objects.filter(pk=standard_id, case_class__version=version).exists()
    ):
        raise NotFound("no_such_standard", _("There is no such condition."))
    row = StageLimit.objects.filter(
        version=version, stage=stage, case_class=class_id, standard=standard_id
    ).first() or StageLimit(version=version, stage=stage, case_class_id=class_id, standard_id=standard_id)
    row.limit, row.unit, row.mark = checked("limit", limit, int), unit, mark
    row.save()
    count_edit(version)
    record("catalog.set_stage_limit", by=by, about=row, at=at, details={"stage": stage, **owner})
    return row


@transaction.atomic
def publish_draft(
    *, version_id: int, valid_from: date, note: str = "", seen: int | None = None, by: Actor, at: datetime
) -> CatalogVersion:
    """From `valid_from` on this version is in force; the one before ends there. It never changes again.

    `seen`: the draft's `edits` when somebody looked at what changes. Refused: changed_meanwhile,
    version_published, starts_in_past, version_not_newer, limit_missing (a stage nobody could time).
    """
    access.require_everywhere(by)
    draft = locked_version(version_id)
    refuse_published(draft)
    refuse_unseen(seen, draft.edits)
    if valid_from < timezone.localdate(at):
        raise Refused(
            "starts_in_past", _("A version cannot begin in the past: cases were filed by the one before.")
        )
    told = set(draft.stage_limits.filter(case_class=None, standard=None).values_list("stage", flat=True))
    missing = [stage.label for stage in Stage if stage.value not in told]
    if draft.scheme.for_filing and missing:
        raise Refused(
            "limit_missing",
            _("These stages have no limit yet: %(stages)s.") % {"stages": ", ".join(map(str, missing))},
        )
    end_earlier(draft.scheme, valid_from)
    draft.status = CatalogVersion.Status.PUBLISHED
    draft.valid_from, draft.note = valid_from, note or draft.note
    draft.published_by, draft.published_at = by.actor_label[:80], at
    draft.save()
    record("catalog.publish", by=by, about=draft, at=at, details={"valid_from": valid_from.isoformat()})
    return draft


@transaction.atomic
def discard_draft(*, version_id: int, seen: int | None = None, by: Actor, at: datetime) -> None:
    """The draft goes, with all its rows. Refused: version_published, changed_meanwhile."""
    access.require_everywhere(by)
    draft = locked_version(version_id)
    refuse_published(draft)
    refuse_unseen(seen, draft.edits)
    record("catalog.discard_draft", by=by, about=draft, at=at)
    StageLimit.objects.filter(version=draft).delete()
    DutyLine.objects.filter(case_class__version=draft).delete()
    Standard.objects.filter(case_class__version=draft).delete()
    draft.classes.exclude(fault_of=None).delete()
    draft.classes.all().delete()
    draft.majors.all().delete()
    draft.delete()


def locked_version(version_id: int) -> CatalogVersion:
    rows = CatalogVersion.objects.select_for_update(of=("self",)).select_related("scheme")
    version = rows.filter(pk=version_id).first()
    if version is None:
        raise NotFound("no_such_version", _("There is no such version."))
    return version


def locked_class(class_id: int, seen: int | None = None) -> CaseClass:
    """A class of a draft with its version and major class; the version's lock first, as everybody takes it.

    Refused: version_published, changed_meanwhile.
    """
    home = CaseClass.objects.filter(pk=class_id).values_list("version_id", flat=True).first()
    version = locked_version(home) if home is not None else None
    rows = CaseClass.objects.select_for_update(of=("self",)).select_related("major")
    one = rows.filter(pk=class_id).first()
    if version is None or one is None:
        raise NotFound("no_such_class", _("There is no such class."))
    refuse_published(version)
    refuse_unseen(seen, one.edited)
    one.version = version
    return one


def count_edit(version: CatalogVersion) -> int:
    """One more change of the draft; returns which one it is."""
    version.edits = F("edits") + 1
    version.save(update_fields=["edits"])
    version.refresh_from_db(fields=["edits"])
    return version.edits


def refuse_unseen(seen: int | None, now: int) -> None:
    """Somebody else was faster than whoever looks at an older state."""
    if seen is not None and seen != now:
        raise Refused("changed_meanwhile", _("Somebody changed this meanwhile. Please look at it again."))


def refuse_published(version: CatalogVersion) -> None:
    if version.status == CatalogVersion.Status.PUBLISHED:
        raise Refused("version_published", _("A published version never changes. Start a draft from it."))


def set_fields(row: CaseClass | Standard, values: dict[str, Any], fields: dict[str, Any]) -> None:
    for name, value in values.items():
        if name not in fields:
            raise Refused("unknown_field", _("This cannot be changed here."), field=name)
        setattr(row, name, checked(name, value, fields[name]))


def checked(name: str, value: Any, kind: Any) -> Any:
    """The value, if it is of its kind; texts without outer spaces, limits between 1 and ten years of days."""
    wrong = Refused("bad_value", _("This value does not fit."), field=name)
    if kind is bool or kind is int:
        if type(value) is not kind or (kind is int and not 1 <= value <= LIMIT_MAX):
            raise wrong
        return value
    if kind is str:
        if not isinstance(value, str) or "\0" in value or (name in NEEDED and not value.strip()):
            raise wrong
        most = {
            "name": 60,
            "major_name": 60,
            "name_en": 120,
            "plain_name": 40,
            "plain_name_en": 60,
            "lead_unit": 120,
            "source": 120,
        }
        if len(value.strip()) > most.get(name, 2000):
            raise wrong
        return value.strip()
    try:
        return kind(value)
    except ValueError:
        raise wrong from None
