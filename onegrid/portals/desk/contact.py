"""The reporter's contact: masked on the case page, shown once for a purpose."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.access import may_ask_reporter
from onegrid.cases.flow.actions import reveal_contact
from onegrid.cases.flow.queries import Story
from onegrid.kit.crypto import mask_name, mask_phone
from onegrid.kit.errors import Refused


def masked_contact(story: Story, viewer: User) -> dict | None:
    """For the case page; none when the reporter left neither name nor phone, or it is not the viewer's to know."""
    case = story.case
    if not story.has.contact:
        return None
    case.refresh_from_db(fields=["reporter_name", "reporter_phone"])  # sealed, so not read with the rest
    if not (case.reporter_name or case.reporter_phone):
        return None
    may_show = may_ask_reporter(viewer, case)
    if case.secret and not may_show:
        return None
    return {
        "name": mask_name(case.reporter_name),
        "phone": mask_phone(case.reporter_phone),
        "may_show": may_show,
    }


@login_required
@never_cache
@require_POST
def contact(request: HttpRequest, number: str) -> HttpResponse:
    """A POST, for it writes to the audit trail."""
    assert isinstance(request.user, User)
    purpose = request.POST.get("purpose", "")
    try:
        found = reveal_contact(number=number, purpose=purpose, by=request.user, at=timezone.now())
    except Refused as refusal:
        if refusal.code != "purpose_needed":
            raise
        messages.warning(request, str(refusal.message))
        return redirect("desk:case", number)
    return render(request, "desk/contact.html", {"contact": found})
