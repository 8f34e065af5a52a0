"""My month so far: facts about my own work, each with what it is reckoned from. The score has a page of its own."""

from collections.abc import Iterator
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
from onegrid.cases.flow.models import Step
from onegrid.cases.flow.queries.own_work import own_steps, was_late
from onegrid.cases.flow.rules import Verb
from onegrid.cases.patrol.queries import patrols_by
from onegrid.cases.visits.queries import visits_by
from onegrid.kit.errors import NotAllowed
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
    """One thing I did. `why`: what it counts as, in words; `late` None where no time was set."""

    kind: str
    at: datetime
    title: str
    url: str
    why: str
    late: bool | None = None

    @property
    def label(self) -> Promise:
        return KINDS[self.kind][0]


def deeds(worker: User, since: datetime) -> list[Deed]:
    """All of this month, newest first."""
    found = [*_steps(worker, since), *_patrols(worker, since), *_visits(worker, since)]
    return sorted(found, key=lambda deed: deed.at, reverse=True)


def _steps(worker: User, since: datetime) -> Iterator[Deed]:
    for step in own_steps(worker=worker, since=since):
        late = was_late(step) if step.verb != Verb.OPEN else None
        url = reverse("worker:task", args=[step.case.number])
        yield Deed(step.verb, step.at, step.case.number, url, _why(step, late), late)


def _why(step: Step, late: bool | None) -> str:
    matter = str(step.case.case_class) if step.case.case_class else step.case.text[:40]
    if late is None:
        return matter
    return f"{matter} · {_('past its limit') if late else _('within its limit')}"


def _patrols(worker: User, since: datetime) -> Iterator[Deed]:
    for patrol in patrols_by(worker, since):
        why = f"{patrol.checklist} · {patrol.get_result_display()}"
        yield Deed(
            "patrol",
            patrol.at,
            patrol.place.name,
            reverse("worker:patrol_done", args=[patrol.pk]),
            why,
        )


def _visits(worker: User, since: datetime) -> Iterator[Deed]:
    """The address and the outcome; never who or why."""
    for visit in visits_by(worker, since):
        url = "" if visit.plan.ended_at else reverse("worker:visit", args=[visit.plan_id])
        yield Deed("visit", visit.at, visit.plan.address.full_name, url, visit.get_outcome_display())


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
        "deeds": [deed for deed in found if kind not in KINDS or deed.kind == kind][:100],
        "kind": kind if kind in KINDS else "",
        "days_on_duty": len({timezone.localdate(turn.started_at) for turn in turns}),
    }
    return page(request, "worker/record.html", context)
