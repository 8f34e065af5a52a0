"""The dispatch list on the desk: rules and what they get wrong, drafts, publishing."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegrid.cases.catalog import access, actions
from onegrid.cases.catalog.models import ClassKind, DispatchRule, Hours, RuleDraft, Scheme
from onegrid.cases.catalog.queries import every_open_unit, schemes, shown_version
from onegrid.cases.catalog.queries.ruling import (
    COMING,
    ENDED,
    NOW,
    Checked,
    areas_to_rule,
    checked_rules,
    class_names,
    dispatch_rules,
    replaced_by,
    rule_by_id,
    rule_draft,
    rule_drafts,
)
from onegrid.cases.catalog.rules.choosing import Fault, Finding
from onegrid.kit.actors import Actor, require, viewer_of
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.ui.asking import form_page, number, part_of
from onegrid.places.areas.models import Area
from onegrid.places.areas.queries import area as area_of
from onegrid.places.areas.queries import search
from onegrid.portals.desk.catalog.classforms import target_value
from onegrid.portals.desk.catalog.ruleforms import PublishRulesForm, RuleForm, seen_of

GAPS_SHOWN = 12


@dataclass(frozen=True)
class Told:
    """A finding in words; `links`: (words, address) of the rules and drafts it is about."""

    words: str
    links: list[tuple[str, str]]


@login_required
@never_cache
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Rules of one scheme, searched and filtered; above them what they get wrong and what is being prepared."""
    viewer, now = viewer_of(request), timezone.now()
    scheme = _scheme(request.GET.get("scheme", ""))
    version = shown_version(scheme, timezone.localdate()) if scheme else None
    show = request.GET.get("show", NOW)
    show = show if show in (NOW, COMING, ENDED) else NOW
    kind = request.GET.get("kind", "")
    kind = kind if kind in ClassKind.values else ""
    text, place = request.GET.get("q", "")[:60], request.GET.get("place", "")[:60].strip()
    area = _asked_area(request.GET.get("area", ""))
    found = (
        dispatch_rules(scheme.pk, now, show=show, kind=kind, text=text, area=area)
        if scheme is not None
        else []
    )
    names = class_names(version)
    drafts = rule_drafts(viewer=viewer, scheme_id=scheme.pk if scheme else None)
    checked = checked_rules(version, now, path=area.path if area else "") if version else Checked([], [])
    part = part_of(found, request)
    context = {
        "schemes": schemes(),
        "scheme": scheme,
        "show": show,
        "kind": kind,
        "kinds": ClassKind.choices,
        "text": text,
        "place": place,
        "places": search(place, limit=12) if place and area is None else [],
        "area": area,
        "rules": [(rule, _name(names, rule)) for rule in part.rows],
        "part": part,
        "drafts": [(draft, _name(names, draft)) for draft in drafts],
        "faults": _told(checked.faults, names, drafts),
        "gaps": _gaps(checked, names),
        "may_edit": bool(viewer.scope(access.EDIT).reaches),
    }
    return render(request, "desk/catalog/rules.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_rule(request: HttpRequest) -> HttpResponse:
    """A draft of a new rule; `?rule=` begins with what a rule in force says, `?ends=1` prepares its end."""
    viewer = viewer_of(request)
    _may(viewer)
    scheme = _scheme(request.GET.get("scheme", ""))
    begun: dict[str, Any] = {}
    if given := number(request.GET.get("rule", "")):
        rule = rule_by_id(given)
        scheme, begun = rule.scheme, _begun(rule, ends=request.GET.get("ends") == "1")
    return _rule_page(request, scheme, None, begun)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def one_rule_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    _may(viewer_of(request))
    draft = rule_draft(draft_id, viewer=viewer_of(request))
    return _rule_page(request, draft.scheme, draft, {})


def _rule_page(
    request: HttpRequest, scheme: Scheme | None, draft: RuleDraft | None, begun: dict[str, Any]
) -> HttpResponse:
    viewer = viewer_of(request)
    if scheme is None:
        raise NotFound("no_such_scheme", _("There is no such scheme."))

    def done(kept: RuleDraft) -> HttpResponse:
        _say_findings(request, kept, viewer)
        return redirect(f"{reverse('desk:catalog_rules_publish')}?scheme={scheme.code}")

    form = RuleForm(
        request.POST or None,
        names=class_names(shown_version(scheme, timezone.localdate())),
        areas=areas_to_rule(viewer=viewer),
        units=every_open_unit(),
        everywhere=access.may_edit_everywhere(viewer),
        of=draft,
        initial=begun,
    )
    act = partial(actions.keep_rule_draft, scheme=scheme.code, draft_id=draft.pk if draft else None)
    context = {"scheme": scheme, "draft": draft}
    return form_page(request, "desk/catalog/rule.html", form, act=act, done=done, show=lambda: context)


def _say_findings(request: HttpRequest, kept: RuleDraft, viewer: Actor) -> None:
    """Checked on save: whether this draft overlaps, or leads round in a circle."""
    now = timezone.now()
    version = shown_version(kept.scheme, timezone.localdate(now))
    drafts = rule_drafts(viewer=viewer, scheme_id=kept.scheme_id)
    wrong = checked_rules(version, now, drafts=drafts).hindering if version else []
    if any(f"d{kept.pk}" in one.keys for one in wrong):
        messages.warning(request, _("Kept, but it does not fit the other rules yet; see below."))
    else:
        messages.success(request, _("Kept as a draft. Nothing is dispatched by it before it is published."))


@login_required
@require_POST
def discard_rule(request: HttpRequest, draft_id: int) -> HttpResponse:
    _may(viewer_of(request))
    try:
        actions.discard_rule_draft(draft_id=draft_id, by=viewer_of(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("The draft was discarded."))
    return redirect("desk:catalog_rules")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def publish_rules(request: HttpRequest) -> HttpResponse:
    """What the drafts of a scheme would change and get wrong; then all of them at one moment, or none."""
    viewer, now = viewer_of(request), timezone.now()
    _may(viewer)
    scheme = _scheme(request.GET.get("scheme", ""))
    drafts = rule_drafts(viewer=viewer, scheme_id=scheme.pk if scheme else None)

    def done(made: list[DispatchRule]) -> HttpResponse:
        messages.success(request, _("The rules are published: %(count)s.") % {"count": len(made)})
        return redirect(f"{reverse('desk:catalog_rules')}?scheme={scheme.code if scheme else ''}")

    def show() -> dict[str, Any]:
        version = shown_version(scheme, timezone.localdate()) if scheme else None
        names = class_names(version)
        before = checked_rules(version, now) if version else Checked([], [])
        checked = checked_rules(version, now, drafts=drafts) if version else Checked([], [])
        ending = replaced_by(drafts, now)
        return {
            "scheme": scheme,
            "drafts": [(draft, _name(names, draft), ending.get(draft.pk)) for draft in drafts],
            "faults": _told(checked.hindering, names, drafts),
            "opened": _gaps(Checked([], _new_gaps(before, checked)), names),
            "closed": _gaps(Checked([], _new_gaps(checked, before)), names),
        }

    form = PublishRulesForm(request.POST or None, initial={"seen": seen_of(drafts)})
    act = actions.publish_rule_drafts
    return form_page(request, "desk/catalog/rules_publish.html", form, act=act, done=done, show=show)


def _new_gaps(before: Checked, after: Checked) -> list[Finding[Any]]:
    """Classes that lack a rule after, and did not before."""
    known = {(one.about[0], code) for one in before.gaps for code in one.about[2:]}
    found: list[Finding[Any]] = []
    for one in after.gaps:
        codes = tuple(code for code in one.about[2:] if (one.about[0], code) not in known)
        if codes:
            found.append(Finding(Fault.GAP, (), (*one.about[:2], *codes)))
    return found


# ---- words


def _told(faults: list[Finding[Any]], names: Mapping, drafts: list[RuleDraft]) -> list[Told]:
    ids = {key for one in faults for key in one.keys if isinstance(key, int)}
    known = {
        rule.pk: rule for rule in DispatchRule.objects.filter(pk__in=ids).select_related("area", "scheme")
    }
    prepared = {f"d{draft.pk}": draft for draft in drafts}
    return [Told(_fault_words(one), _links(one, known, prepared, names)) for one in faults]


def _fault_words(one: Finding[Any]) -> str:
    if one.fault == Fault.CIRCLE:
        return _("These rules lead round in a circle: %(way)s.") % {"way": " → ".join(one.about)}
    if one.fault == Fault.CLOSED_UNIT:
        return _("The unit of this rule is closed; the rule is passed over.")
    return _("Two rules hold for the same class, area and hours at the same time.")


def _links(
    one: Finding[Any], known: Mapping[int, DispatchRule], prepared: Mapping[str, RuleDraft], names: Mapping
) -> list[tuple[str, str]]:
    found = []
    for key in one.keys:
        if key in prepared:
            address = reverse("desk:catalog_rule_draft", args=[prepared[key].pk])
            found.append((_("draft: %(rule)s") % {"rule": _said(names, prepared[key])}, address))
        elif key in known:
            rule = known[key]
            code = rule.class_code or rule.major_code
            show = COMING if rule.valid_from > timezone.now() else NOW
            query = f"?scheme={rule.scheme.code}&show={show}&q={code}#rule-{rule.pk}"
            found.append((_said(names, rule), reverse("desk:catalog_rules") + query))
    return found


def _said(names: Mapping, rule: DispatchRule | RuleDraft) -> str:
    place = rule.area.name if rule.area else _("everywhere")
    return f"{rule.class_code or rule.major_code} {_name(names, rule)} · {place} · {Hours(rule.hours).label}"


def _name(names: Mapping, rule: DispatchRule | RuleDraft) -> str:
    return str(names.get((rule.kind, rule.class_code or rule.major_code), ""))


@dataclass(frozen=True)
class Gap:
    """Classes of one major class that no rule covers; `codes`: (code, name) of the first ones."""

    kind: str
    major: str
    name: str
    count: int
    codes: list[tuple[str, str]]


def _gaps(checked: Checked, names: Mapping) -> list[Gap]:
    return [
        Gap(
            str(ClassKind(one.about[0]).label),
            one.about[1],
            str(names.get((one.about[0], one.about[1]), "")),
            len(one.about) - 2,
            [(code, str(names.get((one.about[0], code), ""))) for code in one.about[2 : 2 + GAPS_SHOWN]],
        )
        for one in checked.gaps
    ]


def _begun(rule: DispatchRule, *, ends: bool) -> dict[str, Any]:
    """A form that begins with what a rule says."""
    told: dict[str, Any] = {
        "code": f"{rule.kind}/{rule.class_code or rule.major_code}",
        "area": str(rule.area_id or ""),
        "hours": rule.hours,
        "ends": ends,
    }
    if ends:
        return told
    helpers = [target_value(one.organisation_id, one.org_kind) for one in rule.helpers.all()]
    limits = {row.stage: (row.limit, row.unit) for row in rule.limits.all()}
    return told | {
        "target": target_value(rule.organisation_id, rule.org_kind),
        "like": f"{rule.kind}/{rule.like_code}" if rule.like_code else "",
        "helpers": helpers,
        "limits": limits,
        "reason": rule.reason,
    }


def _may(viewer: Actor) -> None:
    """Whoever may write rules somewhere; where exactly, the actions ask."""
    scope = viewer.scope(access.EDIT)
    if not scope.reaches:
        require(viewer, access.EDIT)


def _scheme(code: str) -> Scheme | None:
    known = schemes()
    return next((one for one in known if one.code == code), known[0] if known else None)


def _asked_area(given: str) -> Area | None:
    return area_of(pk) if (pk := number(given)) else None
