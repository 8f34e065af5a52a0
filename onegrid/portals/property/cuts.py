"""Planned cuts of a compound: writing one, confirming it, and what becomes of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.accounts.identity.me import me
from onegrid.kit.errors import NotFound, Refused
from onegrid.portals.property.forms import CutForm, CutReasonForm, CutStepForm, ProlongForm
from onegrid.registry.cuts import actions, queries
from onegrid.registry.cuts.access import WRITE
from onegrid.registry.cuts.confirming import confirming
from onegrid.registry.cuts.models import Cut, VerbChoices
from onegrid.registry.cuts.rules import Verb
from onegrid.registry.dwellings import queries as dwellings

ACTIONS: dict[Verb, tuple[Callable[..., Cut], type[CutStepForm]]] = {
    Verb.SEND: (actions.send_cut, CutStepForm),
    Verb.CONFIRM: (actions.confirm_cut, CutStepForm),
    Verb.REFUSE: (actions.refuse_cut, CutReasonForm),
    Verb.PROLONG: (actions.prolong_cut, ProlongForm),
    Verb.CANCEL: (actions.cancel_cut, CutReasonForm),
    Verb.RESTORE: (actions.restore_cut, CutStepForm),
}


@login_required
@never_cache
@require_GET
def cut_list(request: HttpRequest, compound_id: int) -> HttpResponse:
    compound = dwellings.compound(compound_id, viewer=me(request), day=timezone.localdate())
    may_write = me(request).scope(WRITE).covers(compound.area_path, compound.manager_id)
    context = {"compound": compound, "cuts": queries.cuts_of(compound.pk), "may_write": may_write}
    return render(request, "property/cuts.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, compound_id: int) -> HttpResponse:
    now = timezone.now()
    compound = dwellings.compound(compound_id, viewer=me(request), day=timezone.localdate(now), what=WRITE)
    form = CutForm(request.POST or None, buildings=dwellings.buildings_of(compound.pk))
    if request.method == "POST" and form.is_valid():
        try:
            cut = actions.write_cut(compound_id=compound.pk, **form.cleaned_data, by=me(request), at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("The draft is kept. Look at it once more and send it on."))
            return redirect("property:cut", cut.pk)
    rule = confirming(timezone.localdate(now))
    context = {"compound": compound, "form": form, "rule": rule}
    return render(request, "property/cut_new.html", context, status=400 if form.errors else 200)


@login_required
@never_cache
@require_GET
def cut(request: HttpRequest, cut_id: int) -> HttpResponse:
    now = timezone.now()
    story = queries.cut_story(cut_id, viewer=me(request), at=now, today=timezone.localdate(now))
    rule = confirming(timezone.localdate(now))
    steps = [{"code": verb, "label": VerbChoices(verb).label} for verb in story.verbs if verb in ACTIONS]
    short = story.cut.starts_at - now
    context = {
        "story": story,
        "compound": story.cut.compound,
        "steps": steps,
        "needs_word": story.cut.supply in rule.confirm,
        "short": story.cut.state in ("draft", "waiting") and short.total_seconds() < rule.notice_hours * 3600,
        "rule": rule,
    }
    return render(request, "property/cut.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, cut_id: int, verb: str) -> HttpResponse:
    """One step: a button or a short form, and back to the cut with what came of it."""
    now = timezone.now()
    story = queries.cut_story(cut_id, viewer=me(request), at=now, today=timezone.localdate(now))
    chosen = Verb(verb) if verb in set(Verb) else None
    if chosen is None or chosen not in ACTIONS:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    action, form_class = ACTIONS[chosen]
    initial: dict[str, Any] = {"version": story.cut.version}
    if chosen == Verb.PROLONG:
        initial["ends_at"] = story.cut.ends_at
    form = form_class(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        seen = form.cleaned_data["version"]
        try:
            after = action(cut_id=cut_id, seen_version=seen, **given, by=me(request), at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            if refusal.code in ("changed_meanwhile", "step_not_allowed"):
                messages.warning(request, str(refusal.message))
                return redirect("property:cut", cut_id)
        else:
            messages.success(request, after.phase_words)
            return redirect("property:cut", cut_id)
    elif chosen not in story.verbs:
        messages.warning(request, _("This cannot be done with the cut now."))
        return redirect("property:cut", cut_id)
    context = {
        "story": story,
        "compound": story.cut.compound,
        "form": form,
        "verb": chosen,
        "label": VerbChoices(chosen).label,
    }
    return render(request, "property/cut_act.html", context, status=400 if form.errors else 200)
