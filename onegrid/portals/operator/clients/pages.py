"""Applications by page. A new key stands on the answer to the form that made it, and nowhere else."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from onegrid.exchange.openplatform.actions import Issued, give_words, issue_client, revoke_client, rotate_key
from onegrid.exchange.openplatform.queries import (
    client_by_id,
    clients,
    owners,
    purposes_owed,
    reachable_areas,
)
from onegrid.kit.actors import viewer_of
from onegrid.kit.errors import Refused
from onegrid.portals.operator.clients.forms import ClientForm, RevokeForm, RotateForm, WordsForm


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def client_list(request: HttpRequest) -> HttpResponse:
    """The list and the form. Sent again (a reload), the form is refused: the name is taken."""
    viewer, form = viewer_of(request), _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            return _shown_once(request, issue_client(**form.given(), by=viewer, at=timezone.now()))
        except Refused as refusal:
            form.refuse(refusal)
    found, after = clients(viewer=viewer, after=_number(request.GET.get("after", "")))
    context = {
        "owed": purposes_owed(viewer=viewer),
        "form": form,
        "clients": found,
        "older": f"?after={after}" if after else "",
    }
    return render(request, "operator/clients/list.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest) -> ClientForm:
    viewer = viewer_of(request)
    return ClientForm(
        request.POST or None,
        owners=owners(viewer=viewer),
        areas=reachable_areas(viewer=viewer),
        chinese=not (get_language() or "").startswith("en"),
    )


def _shown_once(request: HttpRequest, issued: Issued) -> HttpResponse:
    return render(request, "operator/clients/key.html", {"issued": issued})


@login_required
@never_cache
@require_POST
def rotate(request: HttpRequest, client_id: int) -> HttpResponse:
    form = RotateForm(request.POST)
    seen = form.cleaned_data["key"] if form.is_valid() else 0
    try:
        issued = rotate_key(client_id=client_id, seen_key=seen, by=viewer_of(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("operator:clients")
    return _shown_once(request, issued)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, client_id: int) -> HttpResponse:
    """Asks why, then shuts it out."""
    client = client_by_id(client_id, viewer=viewer_of(request))
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        revoke_client(
            client_id=client_id, reason=form.cleaned_data["reason"], by=viewer_of(request), at=timezone.now()
        )
        messages.success(request, _("%(name)s is shut out.") % {"name": client.name})
        return redirect("operator:clients")
    status = 422 if form.errors else 200
    return render(request, "operator/clients/revoke.html", {"client": client, "form": form}, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def words(request: HttpRequest, client_id: int) -> HttpResponse:
    """What for it reads people's words; left empty they are hidden again."""
    client = client_by_id(client_id, viewer=viewer_of(request))
    form = WordsForm(request.POST if request.method == "POST" else None, initial={"purpose": client.purpose})
    if request.method == "POST" and form.is_valid():
        try:
            give_words(client_id=client_id, **form.cleaned_data, by=viewer_of(request), at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal.message))
        else:
            messages.success(request, _("The purpose of %(name)s is written down.") % {"name": client.name})
        return redirect("operator:clients")
    status = 422 if form.errors else 200
    return render(request, "operator/clients/words.html", {"client": client, "form": form}, status=status)


def _number(given: str) -> int | None:
    return int(given) if given.isdecimal() and len(given) < 19 else None
