"""自行发现、自行处置: a worker reports what is already put right."""

from datetime import datetime
from typing import Any

from django.db import transaction

from onegrid.cases.flow.actions.intake import open_case
from onegrid.cases.flow.actions.site import settle_case
from onegrid.cases.flow.actions.writing import Photos
from onegrid.cases.flow.models import Case, Channel
from onegrid.cases.flow.rules import State
from onegrid.kit.actors import Actor


@transaction.atomic
def report_settled(*, words: str, result_photos: Photos, by: Actor, at: datetime, **report: Any) -> Case:
    """A report and its settling in one: photos before in `report`, as open_case takes it, and photos after.

    Both or neither: what settle_case refuses (a place outside the worker's area, no photo of the result) leaves no
    report behind. A retry with the same key gives the same case.
    """
    case = open_case(channel=Channel.GRID_WORKER, by=by, at=at, **report)
    if State(case.state) not in (State.REPORTED, State.VERIFIED):
        return case
    return settle_case(case_id=case.pk, words=words, photos=result_photos, by=by, at=at)
