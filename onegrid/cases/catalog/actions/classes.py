"""A class that comes into a draft by hand, and one that leaves it."""

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from onegrid.cases.catalog import access
from onegrid.cases.catalog.actions.drafts import (
    checked,
    count_edit,
    locked_class,
    locked_version,
    refuse_published,
)
from onegrid.cases.catalog.models import (
    CaseClass,
    CatalogVersion,
    ClassKind,
    DispatchRule,
    DutyLine,
    MajorClass,
    Mark,
    RuleDraft,
    StageLimit,
    Standard,
)
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import Refused

CODE = re.compile(r"[0-9]{4,5}")  # major class, two digits, and then its own two or three
NAMED = 5  # rules that a refusal names


@transaction.atomic
def add_class(
    *,
    version_id: int,
    kind: str,
    code: str,
    name: str,
    major_name: str = "",
    is_fault: bool = False,
    by: Actor,
    at: datetime,
) -> CaseClass:
    """One more class of a draft, a local value; conditions and limits are given to it afterwards (`rewrite_class`).

    `major_name`: only where the major class, the first two digits, is new. `is_fault`: the fault of the component
    with the same code. Refused: version_published, bad_value, bad_code, code_length, code_there, name_there,
    major_missing, major_named_otherwise, no_such_component.
    """
    access.require_everywhere(by)
    version = locked_version(version_id)
    refuse_published(version)
    kind = checked("kind", kind, ClassKind)
    name = checked("name", name, str)
    _refuse_code(version, kind, code)
    major = _major(version, kind, code[:2], checked("major_name", major_name, str))
    if major.classes.filter(name=name).exists():
        raise Refused("name_there", _("Its major class has a class of this name already."), name=name)
    component = _component(version, kind, code) if is_fault else None
    made = CaseClass.objects.create(
        version=version,
        kind=kind,
        code=code,
        major=major,
        name=name,
        fault_of=component,
        mark=Mark.LOCAL_SAMPLE,
        edited=count_edit(version),
    )
    record("catalog.add_class", by=by, about=made, at=at, details={"kind": kind, "code": code})
    return made


def _refuse_code(version: CatalogVersion, kind: str, code: str) -> None:
    if not CODE.fullmatch(code):
        words = _("A class code has four or five digits; the first two are its major class.")
        raise Refused("bad_code", words, code=code)
    known = list(version.classes.values_list("kind", "code"))
    lengths = {len(there) for _kind, there in known}
    if len(lengths) == 1 and len(code) not in lengths:
        words = _("The codes of this version have %(count)s digits.") % {"count": lengths.pop()}
        raise Refused("code_length", words, code=code)
    if (kind, code) in known:
        raise Refused("code_there", _("This version has a class with this code already."), code=code)


def _major(version: CatalogVersion, kind: str, code: str, name: str) -> MajorClass:
    """The one that is there, else a new one of this name."""
    there = version.majors.filter(kind=kind, code=code).first()
    if there is None:
        if not name:
            words = _("The major class %(code)s is not there yet. Please give its name.") % {"code": code}
            raise Refused("major_missing", words, code=code)
        return MajorClass.objects.create(version=version, kind=kind, code=code, name=name)
    if name and name != there.name:
        words = _("The major class %(code)s is called %(name)s already.") % {"code": code, "name": there.name}
        raise Refused("major_named_otherwise", words, code=code)
    return there


def _component(version: CatalogVersion, kind: str, code: str) -> CaseClass:
    found = version.classes.filter(kind=ClassKind.COMPONENT, code=code).first()
    if kind != ClassKind.EVENT or found is None:
        words = _("Only a matter with the code of a component can be its fault.")
        raise Refused("no_such_component", words, code=code)
    return found


@transaction.atomic
def remove_class(*, class_id: int, seen: int, by: Actor, at: datetime) -> CatalogVersion:
    """A class leaves a draft with its conditions, limits and duty lines; the last one takes its major class along.

    `seen`: the class's `edited` when it was shown. Counterparts and precedents stay: they speak of the key in every
    version. Refused: version_published, changed_meanwhile, fault_needs_class, rule_needs_class (an open dispatch
    rule, or a draft of one, names the class, or its major class if nothing would be left of that).
    """
    access.require_everywhere(by)
    one = locked_class(class_id, seen)
    is_last = not one.major.classes.exclude(pk=one.pk).exists()
    _refuse_needed(one, is_last=is_last)
    record("catalog.remove_class", by=by, about=one, at=at, details={"kind": one.kind, "code": one.code})
    StageLimit.objects.filter(Q(case_class=one) | Q(standard__case_class=one)).delete()
    DutyLine.objects.filter(case_class=one).delete()
    Standard.objects.filter(case_class=one).delete()
    one.delete()
    if is_last:
        one.major.delete()
    count_edit(one.version)
    return one.version


def _refuse_needed(one: CaseClass, *, is_last: bool) -> None:
    fault = one.faults.first()
    if fault is not None:
        words = _("%(fault)s is the fault of this component. Remove that first.") % {
            "fault": f"{fault.code} {fault}"
        }
        raise Refused("fault_needs_class", words, code=fault.code)
    rules = _rules_about(one, is_last=is_last)
    if rules:
        words = _(
            "The dispatch list still names it: %(rules)s. End or change these rules first; an end may lie ahead."
        ) % {"rules": "; ".join(rules)}
        raise Refused("rule_needs_class", words, rules=rules)


def _rules_about(one: CaseClass, *, is_last: bool) -> list[str]:
    """Open rules and drafts of rules that would speak of nothing, in words. A rule with an end does not count."""
    names = Q(class_code=one.code) | Q(like_code=one.code)
    if is_last:
        names |= Q(class_code="", major_code=one.major.code) | Q(like_code=one.major.code)
    about = Q(names, scheme=one.version.scheme_id, kind=one.kind)
    rules: list[Any] = [
        *DispatchRule.objects.filter(about, valid_to=None).select_related("area").order_by("pk")[:NAMED],
        *RuleDraft.objects.filter(about, ends=False).select_related("area").order_by("pk")[:NAMED],
    ]
    return [
        f"{rule.class_code or rule.major_code} · {rule.area.name if rule.area else _('everywhere')}"
        for rule in rules[:NAMED]
    ]
