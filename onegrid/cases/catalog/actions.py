"""Loading and publishing the catalogue, and setting who is responsible."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog import access
from onegrid.cases.catalog.models import (
    CaseClass,
    CatalogVersion,
    DispatchRule,
    MajorClass,
    Scheme,
    StageLimit,
    Standard,
)
from onegrid.kit.actors import Actor, require
from onegrid.kit.audit import record
from onegrid.kit.errors import Refused
from onegrid.places.areas.models import Area


@transaction.atomic
def load_catalog(*, content: dict[str, Any], by: Actor, at: datetime) -> CatalogVersion:
    """Publishes a catalogue file (form: shipped/*.yaml). A version that is there already is returned unchanged.

    The scheme's version before it ends where this one begins, so no day has two.
    """
    require(by, access.EDIT)
    scheme, _new = Scheme.objects.get_or_create(
        code=content["scheme"]["code"],
        defaults={"name": content["scheme"]["name"], "name_en": content["scheme"]["name_en"]},
    )
    Scheme.objects.select_for_update().get(pk=scheme.pk)
    number = content["version"]["number"]
    there = scheme.versions.filter(number=number).first()
    if there is not None:
        return there
    valid_from = date.fromisoformat(content["version"]["valid_from"])
    _end_earlier(scheme, valid_from)
    version = CatalogVersion.objects.create(
        scheme=scheme,
        number=number,
        status=CatalogVersion.Status.PUBLISHED,
        valid_from=valid_from,
        note=content["version"].get("note", ""),
    )
    _fill(version, content)
    record("catalog.load", by=by, about=version, at=at, details={"classes": len(content["classes"])})
    return version


def _end_earlier(scheme: Scheme, valid_from: date) -> None:
    if scheme.versions.filter(valid_from__gte=valid_from).exists():
        raise Refused("version_not_newer", _("A version from the same day or later is already there."))
    scheme.versions.filter(valid_to=None).update(valid_to=valid_from)


def _fill(version: CatalogVersion, content: dict[str, Any]) -> None:
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


@transaction.atomic
def set_dispatch_rule(
    *,
    scheme: str,
    kind: str,
    major_code: str,
    organisation: Organisation | None = None,
    org_kind: str = "",
    area: Area | None = None,
    class_code: str = "",
    reason: str = "",
    by: Actor,
    at: datetime,
) -> DispatchRule:
    """派单目录: from now on matters of this class in this area go to `organisation`, or to the nearest `org_kind`.

    A rule for the same class and area ends at the same moment; what it decided before stays readable.
    """
    require(by, access.EDIT, path=area.path if area else None)
    if (organisation is None) == (not org_kind):
        raise Refused("one_target", _("A rule names either an organisation or a kind of organisation."))
    found = Scheme.objects.filter(code=scheme).first()
    if found is None:
        raise Refused("no_such_scheme", _("There is no such scheme."), scheme=scheme)
    key = {"scheme": found, "kind": kind, "major_code": major_code, "class_code": class_code, "area": area}
    DispatchRule.objects.filter(**key, valid_to=None).update(valid_to=at)
    rule = DispatchRule.objects.create(
        **key, organisation=organisation, org_kind=org_kind, reason=reason, valid_from=at
    )
    record("catalog.set_dispatch_rule", by=by, about=rule, at=at, reason=reason)
    return rule
