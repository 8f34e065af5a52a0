"""Beside the way itself: a report along it is attached, and what names the vehicle is looked at for a purpose."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onegrid.cases.flow.actions import link_case
from onegrid.cases.flow.actions.contact import PURPOSE_MAX
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries import case_story
from onegrid.cases.paths.queries import path_story
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import NotAllowed, NotFound, Refused


@transaction.atomic
def attach_report(*, path_id: int, number: str, by: Actor, at: datetime) -> Case:
    """A report along the way is linked with the lead case: chosen by somebody, never by itself.

    Refused: no_case_yet, no_such_case, and what link_case refuses.
    """
    story = path_story(path_id=path_id, viewer=by)
    if story.case is None:
        raise Refused("no_case_yet", _("This path is a draft; open its case first."))
    try:
        other = case_story(number=number[:40], viewer=by).case
    except NotFound:
        raise Refused("no_such_case", _("There is no case with this number here.")) from None
    words = _("Reported along the way of this path")
    return link_case(case_id=story.case.pk, other_id=other.pk, reason=words, by=by, at=at)


@dataclass(frozen=True)
class Vehicle:
    """What names it, in the clear."""

    path_id: int
    name: str


@transaction.atomic
def reveal_vehicle(*, path_id: int, purpose: str, by: Actor, at: datetime) -> Vehicle:
    """The vehicle in the clear, with an entry of the trail that says who looked and what for. For whoever draws
    there, leads, or answers for a section: who stops it has to know it.

    Refused: purpose_needed (empty or too long), no_vehicle.
    """
    story = path_story(path_id=path_id, viewer=by)
    if not story.may_know_vehicle:
        raise NotAllowed("not_allowed", _("Your role does not include this."))
    purpose = purpose.replace("\x00", "").strip()
    if not 0 < len(purpose) <= PURPOSE_MAX:
        words = _("Please say what you need the vehicle for, in at most %(most)s characters.")
        raise Refused("purpose_needed", words % {"most": PURPOSE_MAX})
    if not story.path.vehicle:
        raise Refused("no_vehicle", _("Nobody has named the vehicle of this path."))
    record("paths.reveal_vehicle", by=by, about=story.path, at=at, reason=purpose)
    return Vehicle(story.path.pk, story.path.vehicle)
