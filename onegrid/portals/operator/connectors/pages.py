"""Outside systems by page. A secret stands on the answer to the form that made it, and nowhere else."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegrid.exchange.connectors import actions, queries
from onegrid.exchange.connectors.models import Outcome
from onegrid.kit.actors import viewer_of
from onegrid.kit.errors import Refused, Unavailable
from onegrid.kit.ui.asking import number, post_only
from onegrid.portals.operator.connectors.forms import SystemForm, shipped_mapping


@login_required
@never_cache
@require_GET
def system_list(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    dead, _older = queries.dead_letters(viewer=viewer)
    systems = queries.systems(viewer=viewer)
    owed = [one for one in systems if one.purpose_owed]
    context = {"systems": systems, "dead": dead[:3], "owed": owed}
    return render(request, "operator/connectors/list.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_system(request: HttpRequest) -> HttpResponse:
    """Sent again (a reload), the form is refused: the name is taken."""
    viewer = viewer_of(request)
    form = SystemForm(
        request.POST or None,
        owners=queries.units_to_serve(viewer=viewer),
        initial={"mapping": shipped_mapping()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.register_system(**form.given(), by=viewer, at=timezone.now())
            return _shown_once(request, made)
        except Refused as refusal:
            form.refuse(refusal)
    return render(request, "operator/connectors/new.html", {"form": form}, status=422 if form.errors else 200)


def _shown_once(request: HttpRequest, made: actions.Registered) -> HttpResponse:
    home = settings.SITE_URL or request.build_absolute_uri("/").rstrip("/")
    events = home + reverse("connectors:events", args=[made.system.pk])
    return render(request, "operator/connectors/secret.html", {"made": made, "events": events})


@login_required
@never_cache
@require_GET
def one_system(request: HttpRequest, system_id: int) -> HttpResponse:
    viewer = viewer_of(request)
    system = queries.system_by_id(system_id, viewer=viewer)
    rows, older = queries.tickets(system, viewer=viewer, before=number(request.GET.get("before", "")) or None)
    context = {"system": system, "tickets": rows, "older": f"?before={older}" if older else ""}
    return render(request, "operator/connectors/one.html", context)


@login_required
@never_cache
@require_GET
def log(request: HttpRequest, system_id: int) -> HttpResponse:
    viewer = viewer_of(request)
    system = queries.system_by_id(system_id, viewer=viewer)
    rows, older = queries.exchanges(
        system, viewer=viewer, before=number(request.GET.get("before", "")) or None
    )
    context = {"system": system, "exchanges": rows, "older": f"?before={older}" if older else ""}
    return render(request, "operator/connectors/log.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def change_system(request: HttpRequest, system_id: int) -> HttpResponse:
    viewer = viewer_of(request)
    system = queries.system_by_id(system_id, viewer=viewer)
    now = {
        "name": system.name,
        "address": system.address,
        "mapping": system.mapping,
        "purpose": system.purpose,
        "units": [str(one.unit_id) for one in system.served.all()],
    }
    form = SystemForm(
        request.POST or None, owners=queries.units_to_serve(viewer=viewer), known=system, initial=now
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_system(system_id=system.pk, **form.given(), by=viewer, at=timezone.now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Changed."))
            return redirect("operator:connector", system.pk)
    context = {"form": form, "system": system}
    return render(request, "operator/connectors/change.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_POST
def rotate(request: HttpRequest, system_id: int) -> HttpResponse:
    return _shown_once(
        request,
        actions.rotate_secret(system_id=system_id, by=viewer_of(request), at=timezone.now()),
    )


@login_required
@require_POST
def switch(request: HttpRequest, system_id: int) -> HttpResponse:
    on = request.POST.get("on") == "1"
    return post_only(
        request,
        actions.switch_system,
        said=_("It is switched on.") if on else _("It is switched off."),
        to=reverse("operator:connector", args=[system_id]),
        system_id=system_id,
        on=on,
    )


@login_required
@require_POST
def keep_words(request: HttpRequest, system_id: int) -> HttpResponse:
    return post_only(
        request,
        actions.keep_words_here,
        said=_("People's words stay here."),
        to=reverse("operator:connector", args=[system_id]),
        system_id=system_id,
    )


@login_required
@require_POST
def try_out(request: HttpRequest, system_id: int) -> HttpResponse:
    done = actions.try_system(system_id=system_id, by=viewer_of(request), at=timezone.now())
    if done.outcome == Outcome.OK:
        messages.success(request, _("It answers, after %(ms)s ms.") % {"ms": done.took_ms})
    else:
        messages.error(request, _("It does not answer as it should: %(trouble)s.") % {"trouble": done.words})
    return redirect("operator:connector", system_id)


@login_required
@require_POST
def ask(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """For a message that may have got lost."""
    viewer = viewer_of(request)
    ticket = queries.ticket_by_id(ticket_id, viewer=viewer)
    try:
        steps = actions.ask_about(ticket_id=ticket_id, by=viewer, at=timezone.now())
    except (Refused, Unavailable) as refusal:
        messages.error(request, str(refusal.message))
    else:
        said = _("Something new came.") if steps else _("Nothing new.")
        messages.success(request, said)
    return redirect("operator:connector", ticket.system_id)


@login_required
@never_cache
@require_GET
def dead_letters(request: HttpRequest) -> HttpResponse:
    rows, older = queries.dead_letters(
        viewer=viewer_of(request), before=number(request.GET.get("before", "")) or None
    )
    context = {"errands": rows, "older": f"?before={older}" if older else ""}
    return render(request, "operator/connectors/dead.html", context)


@login_required
@require_POST
def send_again(request: HttpRequest, errand_id: int) -> HttpResponse:
    return post_only(
        request,
        actions.send_again,
        said=_("It is on its way again."),
        to=reverse("operator:connectors_dead"),
        errand_id=errand_id,
    )
