"""Writing the dispatch list (派单目录): each rule is checked against those that stand before it is kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog import access
from onegrid.cases.catalog.models import (
    RULED_STAGES,
    DispatchRule,
    Hours,
    RuleHelper,
    RuleLimit,
    Scheme,
    Stage,
)
from onegrid.cases.catalog.queries import faults_of
from onegrid.cases.catalog.rules.choosing import Fault
from onegrid.cases.catalog.rules.spelling import LIMIT_MAX
from onegrid.kit.actors import Actor, require
from onegrid.kit.audit import record
from onegrid.kit.errors import Refused
from onegrid.kit.worktime import Unit
from onegrid.places.areas.models import Area


@transaction.atomic
def set_dispatch_rule(
    *,
    scheme: str,
    kind: str,
    major_code: str,
    organisation: Organisation | None = None,
    org_kind: str = "",
    like_code: str = "",
    area: Area | None = None,
    class_code: str = "",
    hours: str = "",
    helpers: Sequence[Organisation | str] = (),
    limits: Mapping[str, tuple[int, str]] | None = None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> DispatchRule:
    """派单目录: from now on matters of this class in this area go to `organisation`, or to the nearest `org_kind`, or
    to whoever has the class `like_code`.

    A rule for the same class, area and hours ends at the same moment; what it decided before stays readable.
    `helpers`: organisations or kinds; `limits`: stage → (limit, unit). Refused: one_target, no_such_scheme,
    bad_hours, bad_limit, limit_before_dispatch, unit_closed, rule_circle, rule_overlap (one that
    begins later stands there already).
    """
    if area is None:
        access.require_everywhere(by)
    else:
        require(by, access.EDIT, path=area.path)
    if sum(map(bool, (organisation, org_kind, like_code))) != 1:
        raise Refused("one_target", _("A rule names either an organisation or a kind of organisation."))
    if hours not in Hours.values:
        raise Refused("bad_hours", _("There are no such hours."), hours=hours)
    found = Scheme.objects.select_for_update().filter(code=scheme).first()
    if found is None:
        raise Refused("no_such_scheme", _("There is no such scheme."), scheme=scheme)
    refuse_closed([organisation, *(unit for unit in helpers if isinstance(unit, Organisation))], at)
    refuse_limits(limits or {})
    key = {
        "scheme": found, "kind": kind, "major_code": major_code, "class_code": class_code, "area": area,
        "hours": hours,
    }  # fmt: skip
    target = {"organisation": organisation, "org_kind": org_kind, "like_code": like_code}
    rule = write_rule(key, target, helpers, limits or {}, reason, by, at)
    refuse_faults([rule], at)
    record("catalog.set_dispatch_rule", by=by, about=rule, at=at, reason=reason)
    return rule


def end_rules(key: Mapping[str, Any], moment: datetime) -> int:
    """Rules for the same class, area and hours that are open end at the moment. How many did."""
    return DispatchRule.objects.filter(**key, valid_to=None, valid_from__lte=moment).update(valid_to=moment)


def write_rule(
    key: Mapping[str, Any],
    target: Mapping[str, Any],
    helpers: Sequence[Organisation | str],
    limits: Mapping[str, tuple[int, str]],
    reason: str,
    by: Actor,
    moment: datetime,
) -> DispatchRule:
    """The rule with its helpers and limits, from the moment on; the caller has asked all questions before."""
    end_rules(key, moment)
    rule = DispatchRule.objects.create(
        **key, **target, reason=reason, made_by=by.actor_label[:80], valid_from=moment
    )
    for unit in helpers:
        named = {"organisation": unit} if isinstance(unit, Organisation) else {"org_kind": unit}
        RuleHelper.objects.create(rule=rule, **named)
    for stage, (limit, time_unit) in limits.items():
        RuleLimit.objects.create(rule=rule, stage=stage, limit=limit, unit=time_unit)
    return rule


def refuse_limits(limits: Mapping[str, tuple[int, str]]) -> None:
    """Which rule a case goes by is known when it is dispatched; it cannot have timed what ran before."""
    for stage, (limit, time_unit) in limits.items():
        if stage not in Stage.values or time_unit not in set(Unit) or not 1 <= limit <= LIMIT_MAX:
            raise Refused("bad_limit", _("This limit does not fit."), stage=stage)
        if stage not in RULED_STAGES:
            words = _("A rule is known only once a case is dispatched: it cannot time what comes before.")
            raise Refused("limit_before_dispatch", words, stage=stage)


def refuse_closed(units: Sequence[Organisation | None], at: datetime) -> None:
    for unit in units:
        if unit is not None and unit.closed_on is not None and unit.closed_on <= timezone.localdate(at):
            raise Refused("unit_closed", _("This unit no longer exists."), unit=unit.pk)


def refuse_faults(made: Sequence[DispatchRule], at: datetime) -> None:
    """Only what the new rules bring about: an old fault elsewhere does not stand in their way."""
    new = {rule.pk for rule in made}
    for scheme_id, kind in {(rule.scheme_id, rule.kind) for rule in made}:
        for fault in faults_of(scheme_id, kind, at):
            if not new & set(fault.keys):
                continue
            if fault.fault == Fault.CIRCLE:
                way = " → ".join(fault.about)
                raise Refused("rule_circle", _("These rules lead round in a circle: %(way)s.") % {"way": way})
            if fault.fault == Fault.OVERLAP:
                raise Refused(
                    "rule_overlap", _("A rule for the same class, area and hours is there already.")
                )
