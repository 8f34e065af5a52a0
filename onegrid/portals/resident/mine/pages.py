"""Signing in by a code to a phone, and the list of what was left with it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegrid.accounts.notices.queries import demo_outbox
from onegrid.hall.residents.actions import send_code, sign_out
from onegrid.hall.residents.actions import sign_in as signed_in
from onegrid.hall.residents.models import PhoneSession
from onegrid.hall.residents.queries import own_matters
from onegrid.kit.crypto import mask_phone
from onegrid.kit.errors import Refused, Unavailable
from onegrid.portals.resident.limits import count_code, count_code_try
from onegrid.portals.resident.mine.forms import CodeForm, PhoneForm
from onegrid.portals.resident.mine.holding import drop, held, holder, keep, session_of


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The phone. What is answered does not tell whether anything was ever left with it."""
    if request.method == "GET" and session_of(request):
        return redirect("resident:mine")
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        count_code(request)
        phone = form.cleaned_data["phone"]
        try:
            send_code(phone=phone, at=timezone.now())
        except (Refused, Unavailable) as refusal:
            form.add_error("phone", str(refusal.message))
        else:
            return _ask_code(request, CodeForm(initial={"phone": phone}))
    return render(request, "resident/mine/sign_in.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code. After the right one the browser holds a session of its own kind."""
    if request.method == "GET":
        return redirect("resident:sign_in")
    form = CodeForm(request.POST)
    if form.is_valid():
        count_code_try(request)
        try:
            found = signed_in(**form.cleaned_data, at=timezone.now())
        except Refused as refusal:
            form.add_error("code", str(refusal.message))
        else:
            return keep(redirect("resident:mine"), found.token)
    return _ask_code(request, form)


def _ask_code(request: HttpRequest, form: CodeForm) -> HttpResponse:
    given = form.data.get("phone") or form.initial.get("phone", "")
    context = {"form": form, "phone": mask_phone(given), "demo": demo_outbox()}
    return render(request, "resident/mine/code.html", context, status=400 if form.errors else 200)


@never_cache
@require_GET
@held
def mine(request: HttpRequest, session: PhoneSession) -> HttpResponse:
    """我的事项: reports, follows and questions of the last year; each leads to its page."""
    found = own_matters(viewer=holder(session), at=timezone.now())
    return render(request, "resident/mine/list.html", {"found": found, "phone": mask_phone(session.phone)})


@never_cache
@require_POST
@held
def leave(request: HttpRequest, session: PhoneSession) -> HttpResponse:
    sign_out(session_id=session.pk, at=timezone.now())
    return drop(redirect("resident:home"))
