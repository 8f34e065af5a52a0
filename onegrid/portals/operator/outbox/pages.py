"""What left by channels, newest first: to staff, and to people without an account."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onegrid.accounts.notices.queries import PAGE, demo_outbox, outbox, phone_outbox
from onegrid.kit.actors import viewer_of


@login_required
@require_GET
def outbox_page(request: HttpRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    last = int(before) if before.isdecimal() and len(before) < 19 else None
    phones = request.GET.get("to") == "phones"
    read = phone_outbox if phones else outbox
    rows = read(viewer=viewer_of(request), before=last, limit=PAGE + 1)
    tab = "to=phones&" if phones else ""
    older = f"?{tab}before={rows[PAGE - 1].pk}" if len(rows) > PAGE else ""
    context = {
        "messages_out": rows[:PAGE],
        "older": older,
        "phones": phones,
        "demo": phones and demo_outbox(),
    }
    return render(request, "operator/outbox.html", context)
