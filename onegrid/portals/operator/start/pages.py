"""What a new street still needs, in order, each with the page where it is done. Reading only."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onegrid.accounts.orgs.queries import EDIT
from onegrid.cases.flow.queries.opening import Need, street_needs, streets_to_open
from onegrid.kit.actors import Actor, require, viewer_of
from onegrid.kit.ui.asking import number
from onegrid.places.areas.models import Area
from onegrid.portals.operator.start.words import COUNTS, LACKS, STEPS, Step


@dataclass(frozen=True)
class Shown:
    """A step with what there is of it; `first`: of those that are open, the one to do now."""

    step: Step
    need: Need
    first: bool

    @property
    def there(self) -> str:
        return COUNTS[self.need.code](self.need.count) if self.need.count else ""

    @property
    def lacks(self) -> str:
        return LACKS[self.need.code](self.need.lacking) if self.need.lacking and self.need.count else ""

    @property
    def title(self) -> str | Promise:
        return self.step.title


@login_required
@never_cache
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    if not viewer.scope(EDIT).reaches:
        require(viewer, EDIT)
    streets = streets_to_open(viewer=viewer)
    chosen = _chosen(request, streets)
    steps = _steps(chosen, viewer)
    context = {
        "streets": streets,
        "street": chosen,
        "steps": steps,
        "done": sum(one.need.met for one in steps),
    }
    return render(request, "operator/start/page.html", context)


def _chosen(request: HttpRequest, streets: list[Area]) -> Area | None:
    """The street that is asked for; without one, the first: an installation begins with one."""
    asked = number(request.GET.get("street", ""))
    return next((one for one in streets if one.pk == asked), streets[0] if streets else None)


def _steps(street: Area | None, viewer: Actor) -> list[Shown]:
    needs = street_needs(street=street, viewer=viewer, at=timezone.now())
    open_ = next((need.code for need in needs if not need.met), "")
    return [Shown(STEPS[need.code], need, need.code == open_) for need in needs]
