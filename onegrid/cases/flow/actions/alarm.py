"""Emergencies (突发紧急): past the queue, to the centre and the leaders at once."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from onegrid.accounts.notices.actions import notify
from onegrid.cases.flow.access import PRESS
from onegrid.cases.flow.actions.holding import give_way
from onegrid.cases.flow.actions.time import tell_of_application
from onegrid.cases.flow.actions.writing import Taken, about, locked_case, restarted, tell_next
from onegrid.cases.flow.facts import CaseAlarmed
from onegrid.cases.flow.holders import people_with
from onegrid.cases.flow.models import Application, ApplicationKind, ApplicationState, Case
from onegrid.cases.flow.rules import Verb
from onegrid.kit.actors import Actor
from onegrid.kit.errors import Refused
from onegrid.kit.facts import announce


@transaction.atomic
def raise_alarm(
    *, case_id: int, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """列为突发紧急: the running stage starts anew on the emergency's clock; holder and leaders are told aloud.

    Whatever the clock stood still for (a hold by hand, a suspension, a whistle of another room) gives way to it. What
    the unit asked for about the clock before (an extension, a suspension) lapses, and who asked is told.

    Refused besides the common ones: urgent_already, goes_on_with_another (a merged case).
    """
    taken = Taken(Verb.RAISE_ALARM, by, at, reason)
    case = locked_case(case_id, seen_version, taken)
    if case.urgent:
        raise Refused("urgent_already", _("This case is an emergency already."))
    give_way(case, taken)
    case.urgent = True
    lapsed = _time_not_given(case, at)
    step = restarted(case, taken)
    announce(CaseAlarmed(case.pk, step.pk), path=case.area_path, org_id=case.unit_id)
    tell_next(case, at)
    tell_leaders(case, at)
    for application in lapsed:
        tell_of_application([application.asked_by], case, application, at)
    return case


def _time_not_given(case: Case, at: datetime) -> list[Application]:
    """More time for the clock that ends now is granted by nobody any more. An objection to the duty still waits."""
    waiting = Application.objects.filter(
        case=case,
        state=ApplicationState.WAITING,
        kind__in=[ApplicationKind.EXTENSION, ApplicationKind.SUSPENSION],
    )
    lapsed = list(waiting.select_related("asked_by"))
    for application in lapsed:
        application.state, application.decided_at = ApplicationState.LAPSED, at
        application.save(update_fields=["state", "decided_at"])
    return lapsed


def tell_leaders(case: Case, at: datetime) -> None:
    """Whoever may press a case here: the leaders of every level above the place."""
    leaders = people_with(PRESS, case)
    if not leaders:
        return
    with translation.override(settings.LANGUAGE_CODE):
        notify(
            leaders,
            title=_("Emergency %(number)s") % {"number": case.number},
            body=about(case),
            link=f"/cases/{case.number}/",
            kind="case.emergency",
            at=at,
            urgent=True,
        )
