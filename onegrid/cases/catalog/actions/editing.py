"""A class of a draft as its page writes it: all of it at once, unless somebody changed it meanwhile."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.cases.catalog import access
from onegrid.cases.catalog.actions.drafts import (
    CLASS_FIELDS,
    STANDARD_FIELDS,
    checked,
    count_edit,
    locked_class,
    locked_version,
    refuse_published,
    refuse_unseen,
    set_fields,
)
from onegrid.cases.catalog.models import (
    CaseClass,
    CatalogVersion,
    DutyLine,
    DutyPart,
    Mark,
    Stage,
    StageLimit,
    Standard,
)
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.worktime import Unit

ROWS_MOST = 50
TEXTS = ("filing_condition", "closing_condition")
DUTY_FIELDS = {"unit_name": 120, "duty": 400, "basis": 400}
Limits = Mapping[str, tuple[int, str, str]]
"""stage → (limit, unit, mark)."""


@transaction.atomic
def rewrite_class(
    *,
    class_id: int,
    seen: int,
    values: Mapping[str, Any],
    conditions: Sequence[Mapping[str, Any]],
    limits: Limits,
    duties: Sequence[Mapping[str, str]],
    organisation_id: int | None = None,
    org_kind: str = "",
    by: Actor,
    at: datetime,
) -> CaseClass:
    """The class with its filing conditions, limits of stages and duty lines as given; what is not given goes.

    `seen`: the class's `edited` when it was shown. A condition with an `id` stays that row, with its own limits; a
    Chinese text that changed loses its English one unless that is given. Refused: version_published,
    changed_meanwhile, bad_value, unknown_field, national_needs_source, one_target, unit_closed, too_many_rows.
    """
    access.require_everywhere(by)
    one = locked_class(class_id, seen)
    version = one.version
    if len(conditions) > ROWS_MOST or len(duties) > ROWS_MOST:
        raise Refused("too_many_rows", _("At most %(most)s rows.") % {"most": ROWS_MOST})
    set_fields(one, dict(values), CLASS_FIELDS)
    _set_unit(one, organisation_id, org_kind, at)
    one.edited = count_edit(version)
    one.save()
    _set_conditions(one, conditions)
    _set_limits(version, limits, one)
    _set_duties(one, duties)
    record("catalog.rewrite_class", by=by, about=one, at=at, details={"fields": sorted(values)})
    return one


@transaction.atomic
def set_version_limits(
    *, version_id: int, seen: int, limits: Limits, by: Actor, at: datetime
) -> CatalogVersion:
    """How long each stage may take where neither row nor class says otherwise. Refused as `rewrite_class`."""
    access.require_everywhere(by)
    version = locked_version(version_id)
    refuse_published(version)
    refuse_unseen(seen, version.edits)
    _set_limits(version, limits, None)
    count_edit(version)
    record("catalog.set_version_limits", by=by, about=version, at=at, details={"stages": sorted(limits)})
    return version


def _set_unit(one: CaseClass, organisation_id: int | None, org_kind: str, at: datetime) -> None:
    """Who has the class where no dispatch rule fits: an organisation, the nearest of a kind, or nobody."""
    if organisation_id is not None and org_kind:
        raise Refused("one_target", _("A rule names either an organisation or a kind of organisation."))
    unit = None
    if organisation_id is not None:
        unit = Organisation.objects.filter(pk=organisation_id).first()
        if unit is None or (unit.closed_on is not None and unit.closed_on <= timezone.localdate(at)):
            raise Refused("unit_closed", _("This unit no longer exists."), unit=organisation_id)
    if org_kind and org_kind not in OrgKind.values:
        raise Refused("bad_value", _("This value does not fit."), field="org_kind")
    one.default_organisation, one.default_org_kind = unit, org_kind


def _set_conditions(one: CaseClass, conditions: Sequence[Mapping[str, Any]]) -> None:
    """Rows keep their order and move up, so positions never meet."""
    there = {row.pk: row for row in Standard.objects.select_for_update().filter(case_class=one)}
    kept = [given["id"] for given in conditions if given.get("id")]
    if len(set(kept)) != len(kept) or not set(kept) <= set(there):
        raise NotFound("no_such_standard", _("There is no such condition."))
    gone = set(there) - set(kept)
    StageLimit.objects.filter(standard__in=gone).delete()
    Standard.objects.filter(pk__in=gone).delete()
    ordered = sorted(
        conditions, key=lambda given: there[given["id"]].position if given.get("id") else ROWS_MOST * 1000
    )
    for position, given in enumerate(ordered, start=1):
        row = there[given["id"]] if given.get("id") else Standard(case_class=one)
        values = {name: value for name, value in given.items() if name != "id"}
        for text in TEXTS:
            if values.get(text, "").strip() != getattr(row, text):
                values.setdefault(f"{text}_en", "")
        set_fields(row, values, STANDARD_FIELDS)
        _refuse_unproven(row.mark, row.source)
        row.position = position
        row.save()


def _refuse_unproven(mark: str, source: str) -> None:
    if mark == Mark.NATIONAL and not source.strip():
        words = _(
            "A value passes for national only with its source: which standard, which clause, who compared it."
        )
        raise Refused("national_needs_source", words)


def _set_limits(version: CatalogVersion, limits: Limits, one: CaseClass | None) -> None:
    rows = StageLimit.objects.filter(version=version, case_class=one, standard=None)
    there = {row.stage: row for row in rows}
    for stage, (limit, unit, mark) in limits.items():
        row = there.pop(checked("stage", stage, Stage), None) or StageLimit(
            version=version, case_class=one, stage=stage
        )
        row.limit, row.unit = checked("limit", limit, int), checked("unit", unit, Unit)
        row.mark = checked("mark", mark, Mark)
        _refuse_unproven(row.mark, row.source)
        row.save()
    rows.filter(stage__in=list(there)).delete()


def _set_duties(one: CaseClass, duties: Sequence[Mapping[str, str]]) -> None:
    rows = []
    for position, given in enumerate(duties, start=1):
        texts = {name: given.get(name, "").strip() for name in DUTY_FIELDS}
        too_long = any(len(text) > DUTY_FIELDS[name] or "\0" in text for name, text in texts.items())
        if too_long or not texts["unit_name"]:
            raise Refused("bad_value", _("This value does not fit."), field="unit_name")
        mark = checked("mark", given.get("mark", Mark.UNVERIFIED), Mark)
        _refuse_unproven(mark, texts["basis"])
        part = checked("part", given["part"], DutyPart)
        rows.append(DutyLine(case_class=one, position=position, part=part, mark=mark, **texts))
    one.duty_lines.all().delete()
    DutyLine.objects.bulk_create(rows)
