"""派工单: one case, or many, on A4 sheets, each with a code that opens the case."""

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.queries import require_some_reach
from onegrid.cases.flow.queries.tickets import TICKETS_MOST, Ticket, tickets
from onegrid.portals.desk.returning import came_from

NUMBER_MAX = 24


@login_required
@never_cache
@require_GET
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    return _sheets(request, [number.strip().upper()[:NUMBER_MAX]], reverse("desk:case", args=[number]))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def many(request: HttpRequest) -> HttpResponse:
    """From the list by POST; the sheets have an address of their own, so that a reload asks nothing."""
    assert isinstance(request.user, User)
    require_some_reach(request.user)
    back = reverse("desk:queue") + came_from(request)
    if request.method == "POST":
        given = [number[:NUMBER_MAX] for number in request.POST.getlist("case")[:TICKETS_MOST]]
        if not given:
            messages.warning(request, _("Please choose at least one case."))
            return redirect(back)
        query = urlencode({"n": ",".join(given), "from": request.POST.get("query", "")})
        return redirect(f"{reverse('desk:tickets')}?{query}")
    numbers = [one.strip().upper()[:NUMBER_MAX] for one in request.GET.get("n", "").split(",")]
    return _sheets(request, [one for one in numbers if one and "\x00" not in one], back)


def _sheets(request: HttpRequest, numbers: list[str], back: str) -> HttpResponse:
    assert isinstance(request.user, User)
    found = tickets(numbers=numbers, viewer=request.user)
    return render(
        request,
        "desk/tickets.html",
        {
            "sheets": [(one, _qr(request, one)) for one in found],
            "back": back,
            "now": timezone.now(),
            "left_out": len(numbers) - len(found),
            "most": TICKETS_MOST,
        },
    )


def _qr(request: HttpRequest, one: Ticket) -> str:
    """segno draws only paths."""
    link = request.build_absolute_uri(reverse("desk:case", args=[one.case.number]))
    return mark_safe(segno.make(link, error="m").svg_inline(scale=3, border=2, omitsize=False))
