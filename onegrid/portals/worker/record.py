"""My month so far: facts about my own work, each with what it is reckoned from. The score has a page of its own."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onegrid.accounts.identity.me import me
from onegrid.accounts.identity.models import User
from onegrid.accounts.presence.access import SIGN_ON
from onegrid.accounts.presence.queries import presences_since
from onegrid.cases.catalog.queries import class_by_id
from onegrid.cases.flow.models import Step
from onegrid.cases.flow.queries.own_work import own_steps, was_late
from onegrid.cases.flow.rules import Verb
from onegrid.cases.patrol.models import Patrol
from onegrid.cases.patrol.queries import patrols_by
from onegrid.cases.visits.models import Visit
from onegrid.cases.visits.queries import visits_by
from onegrid.kit.errors import NotAllowed
from onegrid.kit.ui.asking import part_of
from onegrid.portals.worker.shell import page

KINDS: dict[str, tuple[Promise, Promise]] = {
    "open": (gettext_lazy("Cases reported"), gettext_lazy("reports I sent, my patrols' problems among them")),
    "verify": (gettext_lazy("Verified"), gettext_lazy("reports I verified on site")),
    "check": (gettext_lazy("Results checked"), gettext_lazy("results I checked on site")),
    "settle": (gettext_lazy("Settled on the spot"), gettext_lazy("what I put right myself")),
    "patrol": (gettext_lazy("Patrols"), gettext_lazy("places I looked at")),
    "visit": (gettext_lazy("Visits"), gettext_lazy("households I visited")),
}


@dataclass(frozen=True)
class Deed:
    """One thing I did. `late` None where no time was set. What it is called is asked of those that are shown."""

    kind: str
    at: datetime
    of: Step | Patrol | Visit
    late: bool | None = None

    @property
    def label(self) -> Promise:
        return KINDS[self.kind][0]

    @property
    def told(self) -> tuple[str, str, str]:
        """Title, address, and what it counts as, in words."""
        if isinstance(self.of, Step):
            number = self.of.case.number
            return number, reverse("worker:task", args=[number]), _why(self.of, self.late)
        if isinstance(self.of, Patrol):
            why = f"{self.of.checklist} · {self.of.get_result_display()}"
            return self.of.place.name, reverse("worker:patrol_done", args=[self.of.pk]), why
        return _of_visit(self.of)


def deeds(worker: User, since: datetime) -> list[Deed]:
    """All of this month, newest first."""
    steps = own_steps(worker=worker, since=since)
    found = [
        Deed(step.verb, step.at, step, was_late(step) if step.verb != Verb.OPEN else None) for step in steps
    ]
    found += [Deed("patrol", patrol.at, patrol) for patrol in patrols_by(worker, since)]
    found += [Deed("visit", visit.at, visit) for visit in visits_by(worker, since)]
    return sorted(found, key=lambda deed: deed.at, reverse=True)


def _why(step: Step, late: bool | None) -> str:
    of = step.case.case_class_id
    matter = str(class_by_id(of)) if of else step.case.text[:40]
    if late is None:
        return matter
    return f"{matter} · {_('past its limit') if late else _('within its limit')}"


def _of_visit(visit: Visit) -> tuple[str, str, str]:
    """The address and the outcome; never who or why."""
    url = "" if visit.plan.ended_at else reverse("worker:visit", args=[visit.plan_id])
    return visit.plan.address.full_name, url, visit.get_outcome_display()


@login_required
@never_cache
@require_GET
def record(request: HttpRequest) -> HttpResponse:
    """Counts of the month, and behind each of them the deeds it counts."""
    worker, now = me(request), timezone.now()
    if not worker.scope(SIGN_ON).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=SIGN_ON)
    since = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = deeds(worker, since)
    kind = request.GET.get("kind", "")
    figures = [
        {
            "code": code,
            "label": label,
            "what": what,
            "count": sum(deed.kind == code for deed in found),
            "late": sum(deed.kind == code and deed.late is True for deed in found),
        }
        for code, (label, what) in KINDS.items()
    ]
    turns = presences_since(worker, since)
    context = {
        "since": since,
        "figures": figures,
        "part": part_of([deed for deed in found if kind not in KINDS or deed.kind == kind], request),
        "kind": kind if kind in KINDS else "",
        "days_on_duty": len({timezone.localdate(turn.started_at) for turn in turns}),
    }
    return page(request, "worker/record.html", context)
