"""移交: what other streets ask ours to take over, and what we ask of them."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.queries.offers import open_offers


@login_required
@never_cache
@require_GET
def offers(request: HttpRequest) -> HttpResponse:
    """Both lists on one page."""
    assert isinstance(request.user, User)
    found = open_offers(viewer=request.user)
    return render(request, "desk/offers.html", {"asked": found.asked, "made": found.made})
