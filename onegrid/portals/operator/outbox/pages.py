"""What left by channels, newest first."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onegrid.accounts.notices.queries import PAGE, outbox
from onegrid.kit.actors import viewer_of


@login_required
@require_GET
def outbox_page(request: HttpRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    last = int(before) if before.isdecimal() and len(before) < 19 else None
    rows = outbox(viewer=viewer_of(request), before=last, limit=PAGE + 1)
    older = f"?before={rows[PAGE - 1].pk}" if len(rows) > PAGE else ""
    return render(request, "operator/outbox.html", {"messages_out": rows[:PAGE], "older": older})
