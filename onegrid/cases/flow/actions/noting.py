"""Pressing a case and noting something beside it."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onegrid.accounts.notices.actions import notify
from onegrid.cases.flow.actions.informing import Said, inform
from onegrid.cases.flow.actions.writing import Photos, Taken, about, locked_case, noted
from onegrid.cases.flow.facts import CasePressed
from onegrid.cases.flow.holders import people_to_tell
from onegrid.cases.flow.limits import flow_limits
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.rules import Verb
from onegrid.kit.actors import Actor
from onegrid.kit.facts import announce
from onegrid.kit.worktime import due_at
from onegrid.places.calendars.queries import working_calendar


@transaction.atomic
def press_case(
    *, case_id: int, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """督办: a leader or the centre wants it done, and an answer until a time that the step says. Counted."""
    limit = flow_limits(timezone.localdate(at)).press_reply
    case = locked_case(case_id, seen_version, Taken(Verb.PRESS, by, at, reason))
    reply_by = due_at(at, limit.limit, limit.unit, working_calendar(at, case.area_path))
    case.pressed += 1
    step = noted(case, Taken(Verb.PRESS, by, at, reason, details={"reply_by": reply_by.isoformat()}))
    announce(CasePressed(case.pk, step.pk), path=case.area_path, org_id=case.unit_id)
    people = people_to_tell(case, at)
    if people:
        with translation.override(settings.LANGUAGE_CODE):
            notify(
                people,
                title=_("%(number)s is pressed by %(who)s; please answer until %(time)s")
                % {
                    "number": case.number,
                    "who": by.actor_label,
                    "time": f"{timezone.localtime(reply_by):%m-%d %H:%M}",
                },
                body=about(case),
                link=f"/cases/{case.number}/",
                kind="case.pressed",
                at=at,
                urgent=True,
            )
    return case


@transaction.atomic
def note_case(
    *,
    case_id: int,
    words: str,
    photos: Photos = (),
    told: bool = False,
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """备注: a line in the timeline, with what was photographed, for colleagues. `told`: meant for the reporter, who
    reads it and is told so."""
    taken = Taken(Verb.NOTE, by, at, words, photos, details={"told": True} if told else {})
    case = locked_case(case_id, seen_version, taken)
    step = noted(case, taken)
    if told:
        inform(case, step, Said.MESSAGE, at)
    return case
