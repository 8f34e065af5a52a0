"""Publishing catalogue files that come along, and the counterparts between schemes."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from onegrid.cases.catalog import access
from onegrid.cases.catalog.models import (
    CaseClass,
    CatalogVersion,
    ClassMapping,
    DutyLine,
    MajorClass,
    Mark,
    Scheme,
    StageLimit,
    Standard,
)
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import Refused

OPTIONAL = (
    "mark",
    "source",
    "priority",
    "evidence",
    "verify_needed",
    "check_needed",
    "close_level",
    "lead_unit",
    "default_org_kind",
)


@transaction.atomic
def load_catalog(*, content: dict[str, Any], by: Actor, at: datetime) -> CatalogVersion:
    """Publishes a catalogue file (form: shipped/*.yaml). A version that is there already is returned unchanged.

    The scheme's version before it ends where this one begins, so no day has two.
    """
    access.require_everywhere(by)
    scheme, _new = Scheme.objects.get_or_create(
        code=content["scheme"]["code"],
        defaults={
            "name": content["scheme"]["name"],
            "name_en": content["scheme"]["name_en"],
            "for_filing": content["scheme"].get("for_filing", True),
        },
    )
    Scheme.objects.select_for_update().get(pk=scheme.pk)
    number = content["version"]["number"]
    there = scheme.versions.filter(number=number).first()
    if there is not None:
        return there
    valid_from = date.fromisoformat(content["version"]["valid_from"])
    valid_to = content["version"].get("valid_to")
    end_earlier(scheme, valid_from)
    version = CatalogVersion.objects.create(
        scheme=scheme,
        number=number,
        valid_from=valid_from,
        valid_to=date.fromisoformat(valid_to) if valid_to else None,
        note=content["version"].get("note", ""),
        made_by=by.actor_label[:80],
        made_at=at,
        published_by=by.actor_label[:80],
        published_at=at,
    )
    fill_version(version, content)
    version.status = CatalogVersion.Status.PUBLISHED  # only now: a published one takes nothing more
    version.save(update_fields=["status"])
    record("catalog.load", by=by, about=version, at=at, details={"classes": len(content["classes"])})
    return version


def end_earlier(scheme: Scheme, valid_from: date) -> None:
    """The scheme's open version ends where the next begins. Refused: version_not_newer."""
    published = scheme.versions.filter(status=CatalogVersion.Status.PUBLISHED)
    if published.filter(valid_from__gte=valid_from).exists():
        raise Refused("version_not_newer", _("A version from the same day or later is already there."))
    published.filter(valid_to=None).update(valid_to=valid_from)


def fill_version(version: CatalogVersion, content: dict[str, Any]) -> dict[tuple[str, str], CaseClass]:
    """The rows of a version that has none yet, from the form of shipped/*.yaml. (kind, code) → class."""
    majors = MajorClass.objects.bulk_create(MajorClass(version=version, **row) for row in content["majors"])
    major_of = {(major.kind, major.code): major for major in majors}
    classes: dict[tuple[str, str], CaseClass] = {}
    # components first: a fault points at its component
    for row in sorted(content["classes"], key=lambda row: "fault_of" in row):
        made = CaseClass(
            version=version,
            kind=row["kind"],
            code=row["code"],
            major=major_of[row["kind"], row["code"][:2]],
            name=row["name"],
            name_en=row.get("name_en", ""),
            plain_name=row.get("plain_name", ""),
            plain_name_en=row.get("plain_name_en", ""),
            fault_of=classes["component", row["fault_of"]] if "fault_of" in row else None,
            **{name: row[name] for name in OPTIONAL if name in row},
        )
        classes[row["kind"], row["code"]] = made
    CaseClass.objects.bulk_create([made for made in classes.values() if made.fault_of is None])
    CaseClass.objects.bulk_create([made for made in classes.values() if made.fault_of is not None])
    Standard.objects.bulk_create(
        Standard(case_class=classes[row["kind"], row["code"]], position=position, **standard)
        for row in content["classes"]
        for position, standard in enumerate(row.get("standards", []), start=1)
    )
    StageLimit.objects.bulk_create(StageLimit(version=version, **row) for row in content["stage_limits"])
    DutyLine.objects.bulk_create(
        DutyLine(case_class=classes[row["kind"], row["code"]], position=position, **line)
        for row in content["classes"]
        for position, line in enumerate(row.get("duties", []), start=1)
    )
    return classes


@transaction.atomic
def load_mappings(*, content: dict[str, Any], by: Actor, at: datetime) -> int:
    """Takes over counterparts of classes (form: shipped/mappings/*.yaml) whose two schemes are here.

    What is there already stays as it is. Returns how many came in. Refused: bad_mapping, and nothing is written.
    """
    access.require_everywhere(by)
    schemes = {scheme.code: scheme for scheme in Scheme.objects.all()}
    rows = [_mapping(row, schemes) for row in content["mappings"]]
    before = ClassMapping.objects.count()
    ClassMapping.objects.bulk_create([row for row in rows if row is not None], ignore_conflicts=True)
    added = ClassMapping.objects.count() - before
    if added:
        about = next(row for row in rows if row is not None).from_scheme
        record("catalog.load_mappings", by=by, about=about, at=at, details={"added": added})
    return added


def _mapping(row: dict[str, Any], schemes: dict[str, Scheme]) -> ClassMapping | None:
    """One row of the file; None while one of its schemes is not loaded."""
    try:
        (from_scheme, from_kind, from_code), (to_scheme, to_kind, to_code) = (
            row["from"].split("/"),
            row["to"].split("/"),
        )
        mark = Mark(row["mark"])
    except (KeyError, ValueError, AttributeError):
        raise Refused(
            "bad_mapping", _("A counterpart is not written as scheme/kind/code."), row=str(row)
        ) from None
    if from_scheme not in schemes or to_scheme not in schemes:
        return None
    return ClassMapping(
        from_scheme=schemes[from_scheme],
        from_kind=from_kind,
        from_code=from_code,
        to_scheme=schemes[to_scheme],
        to_kind=to_kind,
        to_code=to_code,
        mark=mark,
        note=row.get("note", ""),
    )
