"""Dispatch rules prepared, looked at together, then published all at once; nothing is dispatched by a draft."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.cases.catalog import access
from onegrid.cases.catalog.actions.dispatching import (
    end_rules,
    refuse_closed,
    refuse_faults,
    refuse_limits,
    write_rule,
)
from onegrid.cases.catalog.actions.drafts import refuse_unseen
from onegrid.cases.catalog.models import ClassKind, DispatchRule, Hours, RuleDraft, Scheme
from onegrid.cases.catalog.queries import edition, shown_version
from onegrid.kit.actors import Actor, require
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.places.areas.models import Area

HELPERS_MOST = 20
REASON_MOST = 120


@transaction.atomic
def keep_rule_draft(
    *,
    scheme: str,
    kind: str,
    major_code: str,
    class_code: str = "",
    area_id: int | None = None,
    hours: str = "",
    organisation_id: int | None = None,
    org_kind: str = "",
    like_code: str = "",
    helpers: Sequence[int | str] = (),
    limits: Mapping[str, tuple[int, str]] | None = None,
    ends: bool = False,
    reason: str = "",
    draft_id: int | None = None,
    seen: int | None = None,
    by: Actor,
    at: datetime,
) -> RuleDraft:
    """A rule to come, new (no `draft_id`) or changed. `helpers`: organisation ids or kinds; `ends`: only an end.

    Gaps, overlaps and circles do not stop a draft: the page tells them, publishing refuses the last two. Refused:
    no_such_scheme, no_such_code, bad_hours, one_target, unit_closed, bad_limit, limit_before_dispatch, too_many_rows,
    reason_too_long, rule_draft_there, changed_meanwhile.
    """
    area = _area(area_id)
    _require(by, area)
    draft = _locked(draft_id, seen, by) if draft_id is not None else RuleDraft()
    found = Scheme.objects.filter(code=scheme).first()
    if found is None:
        raise Refused("no_such_scheme", _("There is no such scheme."), scheme=scheme)
    _refuse_unknown(found, kind, major_code, class_code, like_code, at)
    if hours not in Hours.values:
        raise Refused("bad_hours", _("There are no such hours."), hours=hours)
    targets = sum(map(bool, (organisation_id, org_kind, like_code)))
    if targets != (0 if ends else 1):
        raise Refused(
            "one_target", _("A rule names one leading unit; one that only ends another names none.")
        )
    if len(reason.strip()) > REASON_MOST:
        raise Refused("reason_too_long", _("The reason is too long."), most=REASON_MOST)
    if len(helpers) > HELPERS_MOST:
        raise Refused("too_many_rows", _("At most %(most)s rows.") % {"most": HELPERS_MOST})
    _refuse_units(organisation_id, org_kind, helpers, at)
    draft.scheme, draft.kind, draft.major_code, draft.class_code = found, kind, major_code, class_code
    draft.area, draft.hours, draft.ends = area, hours, ends
    draft.organisation_id, draft.org_kind, draft.like_code = organisation_id, org_kind, like_code
    draft.helpers, draft.limits = list(helpers), _limits(limits or {})
    draft.reason, draft.made_by, draft.made_at = reason.strip(), by.actor_label[:80], at
    draft.edits += 1
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:
        words = _("There is a draft for the same class, area and hours already. Change that one.")
        raise Refused("rule_draft_there", words) from None
    record("catalog.keep_rule_draft", by=by, about=draft, at=at, details={"ends": ends})
    return draft


@transaction.atomic
def discard_rule_draft(*, draft_id: int, seen: int | None = None, by: Actor, at: datetime) -> None:
    """The draft goes; rules in force stay as they are. Refused: changed_meanwhile."""
    draft = _locked(draft_id, seen, by)
    record("catalog.discard_rule_draft", by=by, about=draft, at=at)
    draft.delete()


@transaction.atomic
def publish_rule_drafts(
    *, seen: Mapping[int, int], when: datetime | None = None, by: Actor, at: datetime
) -> list[DispatchRule]:
    """All these drafts (id → `edits` as looked at) become rules at one moment, or none does. `when` None: now.

    Refused: nothing_to_publish, starts_in_past, changed_meanwhile, unit_closed, rule_circle, rule_overlap,
    no_rule_to_end.
    """
    if not seen:
        raise Refused("nothing_to_publish", _("There is no draft to publish."))
    moment = when or at
    if moment < at:
        raise Refused(
            "starts_in_past", _("A rule cannot begin in the past: cases were dispatched by the one before.")
        )
    rows = RuleDraft.objects.select_for_update(of=("self",)).select_related("scheme", "area", "organisation")
    drafts = list(rows.filter(pk__in=list(seen)).order_by("pk"))
    if len(drafts) != len(seen):
        raise Refused("changed_meanwhile", _("Somebody changed this meanwhile. Please look at it again."))
    list(
        Scheme.objects.select_for_update().filter(pk__in={draft.scheme_id for draft in drafts}).order_by("pk")
    )
    made = []
    for draft in drafts:
        _require(by, draft.area)
        refuse_unseen(seen[draft.pk], draft.edits)
        made += _published(draft, moment, by, at)
    refuse_faults(made, moment)
    RuleDraft.objects.filter(pk__in=[draft.pk for draft in drafts]).delete()
    return made


def _published(draft: RuleDraft, moment: datetime, by: Actor, at: datetime) -> list[DispatchRule]:
    key: dict[str, Any] = {
        "scheme": draft.scheme, "kind": draft.kind, "major_code": draft.major_code, "class_code": draft.class_code,
        "area": draft.area, "hours": draft.hours,
    }  # fmt: skip
    if draft.ends:
        if not end_rules(key, moment):
            raise Refused(
                "no_rule_to_end", _("There is no rule for this class, area and hours that could end.")
            )
        record("catalog.end_dispatch_rule", by=by, about=draft, at=at, reason=draft.reason)
        return []
    units = Organisation.objects.in_bulk([helper for helper in draft.helpers if isinstance(helper, int)])
    helpers = [
        units[one] if isinstance(one, int) else one
        for one in draft.helpers
        if one in units or isinstance(one, str)
    ]
    refuse_closed([draft.organisation, *units.values()], moment)
    target = {"organisation": draft.organisation, "org_kind": draft.org_kind, "like_code": draft.like_code}
    limits = {stage: (limit, unit) for stage, (limit, unit) in draft.limits.items()}
    refuse_limits(limits)
    rule = write_rule(key, target, helpers, limits, draft.reason, by, moment)
    record("catalog.set_dispatch_rule", by=by, about=rule, at=at, reason=draft.reason)
    return [rule]


def _require(by: Actor, area: Area | None) -> None:
    if area is None:
        access.require_everywhere(by)
    else:
        require(by, access.EDIT, path=area.path)


def _locked(draft_id: int, seen: int | None, by: Actor) -> RuleDraft:
    rows = RuleDraft.objects.select_for_update(of=("self",)).select_related("area", "scheme")
    draft = rows.filter(pk=draft_id).first()
    if draft is None:
        raise NotFound("no_such_rule_draft", _("There is no such draft."))
    _require(by, draft.area)
    refuse_unseen(seen, draft.edits)
    return draft


def _area(area_id: int | None) -> Area | None:
    if area_id is None:
        return None
    found = Area.objects.filter(pk=area_id, valid_to=None).first()
    if found is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    return found


def _refuse_unknown(
    scheme: Scheme, kind: str, major: str, class_code: str, like_code: str, at: datetime
) -> None:
    """Codes must be of the scheme's version of the day: a rule for a class that is not there would never speak."""
    version = shown_version(scheme, timezone.localdate(at))
    known = {(row.kind, row.code) for row in edition(version.pk).classes.values()} if version else set()
    majors = {(which, code[:2]) for which, code in known}
    fits = kind in ClassKind.values and (kind, major) in majors
    if class_code:
        fits = fits and (kind, class_code) in known and class_code[:2] == major
    if like_code:
        fits = fits and ((kind, like_code) in known or (kind, like_code) in majors)
        fits = fits and like_code != (class_code or major)
    if not fits:
        raise Refused("no_such_code", _("The scheme has no such class."), kind=kind, code=class_code or major)


def _refuse_units(
    organisation_id: int | None, org_kind: str, helpers: Sequence[int | str], at: datetime
) -> None:
    ids = {one for one in (organisation_id, *helpers) if isinstance(one, int)}
    units = Organisation.objects.in_bulk(list(ids))
    kinds = {one for one in (org_kind, *helpers) if isinstance(one, str) and one}
    if len(units) != len(ids) or not kinds <= set(OrgKind.values):
        raise Refused("unit_closed", _("This unit no longer exists."))
    refuse_closed(list(units.values()), at)


def _limits(given: Mapping[str, tuple[int, str]]) -> dict[str, list]:
    refuse_limits(given)
    return {stage: [limit, str(unit)] for stage, (limit, unit) in given.items()}
