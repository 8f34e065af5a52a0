"""收回: whoever pushed a case on takes it back while the receiver has not begun."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.actions import notify
from onegrid.cases.flow.actions.help import release_all
from onegrid.cases.flow.actions.writing import Taken, about, locked_case, went_back
from onegrid.cases.flow.facts import CaseRecalled
from onegrid.cases.flow.holders import people_to_tell
from onegrid.cases.flow.models import Case, StageClock
from onegrid.cases.flow.rules import PUSH, STAGE_OF, STEPS, State, Verb
from onegrid.kit.actors import Actor
from onegrid.kit.errors import Refused
from onegrid.kit.facts import announce


@transaction.atomic
def recall_case(
    *, case_id: int, words: str = "", seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """收回 the last dispatch, or the last feedback of the unit: the stage before goes on, with the clock it had.

    Whoever may push it on may take it back, a colleague as well. Refused besides the common ones: begun_already (the
    push is not the last step any more).
    """
    taken = Taken(Verb.RECALL, by, at, words)
    case = locked_case(case_id, seen_version, taken)
    state = State(case.state)
    after = STEPS[state, Verb.RECALL]
    earlier = StageClock.objects.filter(case=case, stage=STAGE_OF[after]).order_by("-id").first()
    last = case.steps.last()
    if earlier is None or last is None or last.verb != PUSH[state]:
        raise Refused("begun_already", _("Somebody has gone on with it; it cannot be taken back any more."))
    receivers, unit_id = people_to_tell(case, at), case.unit_id
    if state == State.DISPATCHED:
        case.unit, case.rule_limits = None, None
        release_all(case, at)
    step = went_back(case, taken, earlier)
    announce(CaseRecalled(case.pk, step.pk), path=case.area_path, org_id=unit_id)
    _tell(receivers, case, at)
    return case


def _tell(people: list[User], case: Case, at: datetime) -> None:
    if not people:
        return
    with translation.override(settings.LANGUAGE_CODE):
        title = _("%(number)s was taken back; nothing is to be done now") % {"number": case.number}
        notify(
            people, title=title, body=about(case), link=f"/cases/{case.number}/", kind="case.recalled", at=at
        )
