"""Differences between two versions in the words of the pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.cases.catalog.models import (
    CaseClass,
    ClassKind,
    CloseLevel,
    DutyPart,
    EvidenceNeed,
    Mark,
    Priority,
    Stage,
    units,
)
from onegrid.cases.catalog.rules.differences import Change, Difference

FIELDS = {
    "name": gettext_lazy("Name of the class"), "name_en": gettext_lazy("English name"),
    "plain_name": gettext_lazy("Plain name for residents"), "plain_name_en": gettext_lazy("Plain English name"),
    "priority": gettext_lazy("Priority"), "evidence": gettext_lazy("Photos asked for"),
    "verify_needed": gettext_lazy("Verified on site before filing"),
    "check_needed": gettext_lazy("Checked on site before closing"),
    "close_level": gettext_lazy("May be closed from"), "lead_unit": gettext_lazy("Responsible unit"),
    "default_organisation_id": gettext_lazy("Goes without a rule to"),
    "default_org_kind": gettext_lazy("Goes without a rule to the nearest"),
    "filing_condition": gettext_lazy("Filed when"), "filing_condition_en": gettext_lazy("Filed when (English)"),
    "closing_condition": gettext_lazy("Closed when"),
    "closing_condition_en": gettext_lazy("Closed when (English)"),
    "limit": gettext_lazy("Limit"), "unit": gettext_lazy("Unit of time"),
    "mark": gettext_lazy("Standing of the value"),
    "source": gettext_lazy("Source"), "part": gettext_lazy("Part"), "unit_name": gettext_lazy("Unit that acts"),
    "duty": gettext_lazy("What it does"), "basis": gettext_lazy("Legal basis"),
}  # fmt: skip
WORDS: dict[str, Any] = {
    "priority": Priority, "evidence": EvidenceNeed, "close_level": CloseLevel, "mark": Mark, "part": DutyPart,
    "default_org_kind": OrgKind,
}  # fmt: skip
CHANGES = {
    Change.ADDED: (gettext_lazy("new"), "good"),
    Change.REMOVED: (gettext_lazy("gone"), "bad"),
    Change.CHANGED: (gettext_lazy("changed"), "note"),
}


@dataclass(frozen=True)
class Told:
    """One difference: `class_id` leads to the class in the draft, where it is still there."""

    change: str
    tone: str
    where: str
    class_id: int | None
    fields: list[tuple[str, str, str]]


def told(found: Iterable[Difference], classes: dict[tuple[str, str], CaseClass]) -> list[Told]:
    """`classes`: those of the draft and, for what is gone, of the version before, by kind and code."""
    rows = list(found)
    ids = {
        value
        for one in rows
        for name, *values in one.fields
        if name == "default_organisation_id"
        for value in values
        if value
    }
    names = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    return [_told(one, classes, names) for one in rows]


def _told(one: Difference, classes: dict[tuple[str, str], CaseClass], names: dict[int, str]) -> Told:
    words, tone = CHANGES[one.change]
    key = one.where[:2] if len(one.where) > 1 else None
    there = classes.get((key[0], key[1])) if key else None
    fields = [
        (str(FIELDS.get(name, name)), _value(name, before, names), _value(name, now, names))
        for name, before, now in one.fields
        if one.change == Change.CHANGED or (before or now)
    ]
    return Told(str(words), tone, _where(one, there), there.pk if there else None, fields)


def _where(one: Difference, there: CaseClass | None) -> str:
    if len(one.where) == 1:
        return str(_("Every class: %(stage)s") % {"stage": Stage(one.where[0]).label})
    kind, code, *more = one.where
    said = f"{ClassKind(kind).label} {code} {there or ''}".strip()
    if one.what == "standard":
        return str(_("%(class)s, condition %(number)s") % {"class": said, "number": more[0]})
    if one.what == "duty":
        return str(_("%(class)s, duty list line %(number)s") % {"class": said, "number": more[0]})
    if one.what == "limit":
        stage = Stage(more[-1]).label
        if len(more) == 2:
            return str(
                _("%(class)s, condition %(number)s, %(stage)s")
                % {"class": said, "number": more[0], "stage": stage}
            )
        return str(_("%(class)s, %(stage)s") % {"class": said, "stage": stage})
    return said


def _value(name: str, value: Any, names: dict[int, str]) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "default_organisation_id":
        return names.get(value, str(value))
    if name == "unit":
        return str(dict(units()).get(value, value))
    return str(WORDS[name](value).label) if name in WORDS else str(value)
