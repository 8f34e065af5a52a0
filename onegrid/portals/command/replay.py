"""Yesterday, to be played again."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow.queries.replaying import steps_of_day
from onegrid.portals.command.access import commander
from onegrid.portals.command.river import RIVER

STEP_OF = {verb.value: place for place, reach in enumerate(RIVER) for verb in reach.verbs}


@login_required
@never_cache
@require_GET
def replay(request: HttpRequest) -> JsonResponse:
    """A page of yesterday's steps, [second, lon, lat, class, step of the river] each; `later` leads to the next."""
    viewer = commander(request)
    day = timezone.localdate() - timedelta(days=1)
    past = steps_of_day(viewer=viewer, day=day, after=request.GET.get("after", ""))
    steps = [
        (second, lon, lat, cls, STEP_OF[verb])
        for second, lon, lat, cls, verb in past.steps
        if verb in STEP_OF
    ]
    classes = CaseClass.objects.in_bulk({row[3] for row in steps if row[3] is not None})
    return JsonResponse(
        {
            "day": day.isoformat(),
            "steps": steps,
            "later": past.later,
            "classes": {pk: str(one) for pk, one in classes.items()},
        }
    )
