"""What is done where the matter is: verify, settle, check, send back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onegrid.cases.flow.actions.writing import Photos, Taken, advance, locked_case
from onegrid.cases.flow.facts import CaseChecked, CaseSentBack, CaseSettled, CaseVerified
from onegrid.cases.flow.models import Case, EvidenceKind
from onegrid.cases.flow.rules import Level, Verb
from onegrid.kit.actors import Actor
from onegrid.kit.errors import Refused
from onegrid.kit.facts import announce
from onegrid.kit.statements import gathering


@transaction.atomic
@gathering()
def verify_case(
    *,
    case_id: int,
    found: bool = True,
    level: Level = Level.STREET,
    words: str = "",
    photos: Photos = (),
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """核实: somebody looked on site. `found` False: there is nothing; whoever files decides what follows from it.

    `level`: who leads it from here, the community or the street's centre. Refused besides: no_such_level.
    """
    if level not in (Level.COMMUNITY, Level.STREET):
        raise Refused("no_such_level", _("From the grid it goes to the community or to the street's centre."))
    details = {"found": found, "level": level}
    taken = Taken(Verb.VERIFY, by, at, words, photos, EvidenceKind.BEFORE, details)
    case = locked_case(case_id, seen_version, taken)
    case.level = level
    step = advance(case, taken)
    announce(CaseVerified(case.pk, step.pk), path=case.area_path, org_id=case.unit_id)
    return case


@transaction.atomic
@gathering()
def settle_case(
    *,
    case_id: int,
    words: str,
    photos: Photos,
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """现场自行处置: put right on the spot, shown by a photo; goes straight to the one who closes."""
    taken = Taken(Verb.SETTLE, by, at, words, photos, EvidenceKind.AFTER)
    case = locked_case(case_id, seen_version, taken)
    step = advance(case, taken)
    announce(CaseSettled(case.pk, step.pk), path=case.area_path, org_id=case.unit_id)
    return case


@transaction.atomic
@gathering()
def check_case(
    *,
    case_id: int,
    words: str = "",
    photos: Photos = (),
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """核查: the result stands on site. When it does not: `rework_case`."""
    taken = Taken(Verb.CHECK, by, at, words, photos, EvidenceKind.AFTER)
    case = locked_case(case_id, seen_version, taken)
    step = advance(case, taken)
    announce(CaseChecked(case.pk, step.pk), path=case.area_path, org_id=case.unit_id)
    return case


@transaction.atomic
@gathering()
def rework_case(
    *,
    case_id: int,
    reason: str,
    photos: Photos = (),
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """返工: the result is not good enough; the same unit has it again, with a new clock."""
    taken = Taken(Verb.REWORK, by, at, reason, photos, EvidenceKind.SCENE)
    case = locked_case(case_id, seen_version, taken)
    step = advance(case, taken)
    announce(CaseSentBack(case.pk, step.pk, case.unit_id or 0), path=case.area_path, org_id=case.unit_id)
    return case
