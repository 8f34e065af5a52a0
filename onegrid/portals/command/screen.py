"""The screen, its live parts, and the places of open cases."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.gis.db.models import Extent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onegrid.accounts.identity.models import User
from onegrid.accounts.presence.access import POSITIONS
from onegrid.cases.flow import facts
from onegrid.cases.flow.queries.loop import open_points
from onegrid.cases.paths import facts as along
from onegrid.cases.whistle import facts as whistled
from onegrid.kit.facts import Fact
from onegrid.kit.ui.live import live_stream
from onegrid.places.areas.kinds import GRIDS, AreaKind
from onegrid.places.areas.queries import areas_of
from onegrid.places.basemap.queries import point_map_config
from onegrid.portals.command.access import PIECE, commander
from onegrid.portals.command.beside import way_lines
from onegrid.portals.command.parts import parts
from onegrid.portals.command.people import duty_marks, on_duty_now

HEARD: list[type[Fact]] = [
    facts.CaseOpened, facts.CaseVerified, facts.CaseFiled, facts.CaseDispatched, facts.CaseHandled,
    facts.CaseChecked, facts.CaseClosed, facts.CaseSettled, facts.CaseReturned, facts.CaseSentBack,
    facts.CasePassedOn, facts.CaseCancelled, facts.CaseEscalated, facts.CaseHandedDown, facts.CaseAlarmed,
    facts.CaseArbitrated, facts.CasePressed, facts.CaseReopened, facts.CaseWithdrawn, facts.CaseRated,
    facts.CaseHeld, facts.CaseResumed, facts.CaseRecalled, facts.CaseDueSoon, facts.CaseOverdue,
    facts.CaseMerged, facts.CaseUnmerged,
    whistled.WhistleAsked, whistled.WhistleBlown, whistled.WhistleSigned, whistled.ReportedIn,
    whistled.WhistleRefused,
    whistled.WhistleEscalated, whistled.DepartmentFinished, whistled.WhistleFinished, whistled.WhistleWithdrawn,
    whistled.WhistleContacted, whistled.WhistleDeclined, whistled.RefusalDecided,
    along.PathOpened, along.PathSectionsAsked, along.PathSectionAnswered, along.PathSectionShown,
]  # fmt: skip
SPEEDS = (1, 10, 60, 300)
HEARD_MOST = 60_000  # milliseconds that a screen may name


@login_required
@never_cache
@require_GET
def screen(request: HttpRequest) -> HttpResponse:
    """Figures stand in the page as it comes; script keeps them going."""
    viewer = commander(request)
    stream = live_stream(request, HEARD, PIECE)  # before anything is read
    figures, _again = parts(viewer, None)
    people = on_duty_now(viewer)
    return render(
        request,
        "command/screen.html",
        {
            "stream": stream,
            "figures": figures,
            "config": map_config(viewer),
            "at": timezone.now(),
            "people": people,
            "duty": duty_marks(people),
            "speeds": SPEEDS,
            "may_look": bool(viewer.scope(POSITIONS).reaches),
        },
    )


@login_required
@never_cache
@require_GET
def now(request: HttpRequest) -> HttpResponse:
    """The parts anew. `heard`: milliseconds since the screen heard of what it wants to see; the header
    `X-Again` says in how many milliseconds to ask once more when it is not in yet."""
    figures, again = parts(commander(request), _heard(request))
    answer = HttpResponse(figures)
    if again:
        answer["X-Again"] = str(int(again * 1000) + 1)
    return answer


@login_required
@never_cache
@require_GET
def points(request: HttpRequest) -> JsonResponse:
    """Where open cases are: [case, number, state, emergency, due, lon, lat] each; and the sections of open ways."""
    viewer = commander(request)
    rows = open_points(viewer=viewer, at=timezone.now())
    return JsonResponse(
        {
            "ways": way_lines(viewer),
            "cases": [
                [
                    pk,
                    number,
                    state,
                    urgent,
                    int(due.timestamp()) if due else None,
                    round(lon, 6),
                    round(lat, 6),
                ]
                for pk, number, state, urgent, due, lon, lat in rows
            ],
        }
    )


def map_config(viewer: User) -> dict[str, Any] | None:
    """The street that is theirs; None where no base map is loaded."""
    config = point_map_config()
    if config is None:
        return None
    seen = (
        areas_of()
        .filter(viewer.scope("cases.see").q("path"), kind__in=[AreaKind.COMMUNITY, *GRIDS])
        .order_by()
    )
    box = seen.aggregate(box=Extent("boundary"))["box"]
    urls = {
        "pointsUrl": reverse("command:points"),
        "caseUrl": reverse("command:case", args=["0"]),
        "whistleUrl": reverse("command:whistle", args=["0"]),
    }
    return config | ({"bounds": box} if box else {}) | urls


def _heard(request: HttpRequest) -> float | None:
    said = request.GET.get("heard", "")
    return min(int(said), HEARD_MOST) / 1000 if said.isdecimal() and len(said) < 8 else None
