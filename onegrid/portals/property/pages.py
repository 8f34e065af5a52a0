"""The compounds somebody looks after, and one of them."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onegrid.accounts.identity.me import me
from onegrid.cases.repairs.queries import open_by_compound
from onegrid.registry.cuts.queries import cuts_of, cuts_waiting
from onegrid.registry.dwellings.queries import PAGE, buildings_of, compounds, managements_of
from onegrid.registry.dwellings.queries import compound as one_compound
from onegrid.registry.facilities.queries import due, facilities_of
from onegrid.registry.facilities.rules import Standing


def number(given: str) -> int:
    """What PostgreSQL takes as a number; anything else in an address counts as none."""
    return int(given) if given.isdecimal() and len(given) < 19 else 0


@login_required
@never_cache
@require_GET
def compound_list(request: HttpRequest) -> HttpResponse:
    """Those that the firm manages today, or that lie in the viewer's area; above them what is due."""
    after, today = number(request.GET.get("after", "")), timezone.localdate()
    found = compounds(viewer=me(request), day=today, after=after)
    older = f"?after={found[-1].pk}" if len(found) == PAGE else ""
    opened = open_by_compound([one.pk for one in found], viewer=me(request))
    context = {
        "compounds": [(one, opened.get(one.pk, 0)) for one in found],
        "older": older,
        "due": due(viewer=me(request), today=today, limit=10),
        "waiting": cuts_waiting(viewer=me(request), today=today),
    }
    return render(request, "property/compounds.html", context)


@login_required
@never_cache
@require_GET
def compound(request: HttpRequest, compound_id: int) -> HttpResponse:
    """Its buildings, who manages it since when, and what is open or due there."""
    today = timezone.localdate()
    found = one_compound(compound_id, viewer=me(request), day=today)
    facilities = facilities_of(found.pk, today=today)
    works = [work for one in facilities for work in one.works]
    context = {
        "compound": found,
        "buildings": buildings_of(found.pk),
        "managements": managements_of(found.pk),
        "facilities": facilities,
        "overdue": sum(work.standing == Standing.OVERDUE for work in works),
        "soon": sum(work.standing == Standing.SOON for work in works),
        "open": open_by_compound([found.pk], viewer=me(request)).get(found.pk, 0),
        "cuts": [cut for cut in cuts_of(found.pk) if cut.phase in ("planned", "now")],
    }
    return render(request, "property/compound.html", context)
