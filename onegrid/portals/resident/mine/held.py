"""My data: what is kept with my phone, who looked at it, and what I want done with it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from onegrid.hall.residents.actions.asking import ask_about_data
from onegrid.hall.residents.models import PhoneSession
from onegrid.hall.residents.queries.held import held_about, looks_about, own_requests
from onegrid.hall.residents.rules import RequestKind
from onegrid.kit.crypto import mask_phone
from onegrid.kit.errors import Refused
from onegrid.portals.resident.limits import count_deed
from onegrid.portals.resident.mine.forms import CorrectForm, DeleteForm
from onegrid.portals.resident.mine.holding import held, holder


@never_cache
@require_GET
@held
def data(request: HttpRequest, session: PhoneSession) -> HttpResponse:
    return _page(request, session)


@never_cache
@require_POST
@held
def correct(request: HttpRequest, session: PhoneSession) -> HttpResponse:
    """更正."""
    form = CorrectForm(request.POST, auto_id="correct_%s")
    if form.is_valid() and _asked(request, session, RequestKind.CORRECTION, form):
        return redirect("resident:data")
    return _page(request, session, correct=form)


@never_cache
@require_POST
@held
def delete(request: HttpRequest, session: PhoneSession) -> HttpResponse:
    """删除. The box is the second thought, also without script."""
    form = DeleteForm(request.POST, auto_id="delete_%s")
    if form.is_valid() and _asked(request, session, RequestKind.DELETION, form):
        return redirect("resident:data")
    return _page(request, session, delete=form)


def _asked(
    request: HttpRequest, session: PhoneSession, kind: RequestKind, form: CorrectForm | DeleteForm
) -> bool:
    """Whether it was asked; a refusal stands on the form."""
    count_deed(request, f"data.{session.phone_index}")
    given = {name: form.cleaned_data[name] for name in ("name", "words") if name in form.cleaned_data}
    try:
        ask_about_data(kind=kind, phone=session.phone, **given, by=holder(session), at=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal.message))
        return False
    messages.success(request, _("Asked. The data officer answers by the day that stands below."))
    return True


def _page(request: HttpRequest, session: PhoneSession, **forms: CorrectForm | DeleteForm) -> HttpResponse:
    viewer = holder(session)
    fresh = {"correct": CorrectForm(auto_id="correct_%s"), "delete": DeleteForm(auto_id="delete_%s")}
    context = {
        "held": held_about(viewer=viewer, at=timezone.now()),
        "looks": looks_about(viewer=viewer),
        "requests": own_requests(viewer=viewer),
        "phone": mask_phone(session.phone),
        **fresh,
        **forms,
    }
    return render(request, "resident/mine/data.html", context, status=400 if forms else 200)
