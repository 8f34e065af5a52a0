"""A planned cut as residents see it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onegrid.registry.cuts.queries import told_cut


@require_GET
def cut(request: HttpRequest, cut_id: int) -> HttpResponse:
    """When, where, why, whom to ask, and what changed since it was announced."""
    found, changes = told_cut(cut_id)
    return render(request, "resident/cut.html", {"cut": found, "changes": changes})
