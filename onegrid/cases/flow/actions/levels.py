"""Between grid, community, street centre and above."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.cases.flow.actions.help import release_all
from onegrid.cases.flow.actions.writing import Taken, advance, locked_case
from onegrid.cases.flow.facts import CaseEscalated, CaseHandedDown
from onegrid.cases.flow.holders import leading
from onegrid.cases.flow.models import Case, LevelChoices
from onegrid.cases.flow.rules import Level, Verb, level_above, level_below
from onegrid.kit.actors import Actor
from onegrid.kit.errors import Refused
from onegrid.kit.facts import announce


@transaction.atomic
def escalate_case(
    *, case_id: int, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """上报上级: this level cannot settle it; the next one leads from here. Class and standard stay.

    Refused besides the common ones: top_level, no_centre_at_level.
    """
    case = locked_case(case_id, seen_version, Taken(Verb.ESCALATE, by, at, reason))
    level = level_above(Level(case.level))
    if level is None:
        raise Refused("top_level", _("There is no level above the city."))
    _move(case, level, Taken(Verb.ESCALATE, by, at, reason, details={"from": case.level, "level": level}))
    return case


@transaction.atomic
def hand_down_case(
    *, case_id: int, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """下派: a lower level can settle it. Refused besides: lowest_level, no_centre_at_level."""
    case = locked_case(case_id, seen_version, Taken(Verb.HAND_DOWN, by, at, reason))
    level = level_below(Level(case.level))
    if level is None:
        raise Refused("lowest_level", _("Below the community there is only the grid worker's task."))
    _move(case, level, Taken(Verb.HAND_DOWN, by, at, reason, details={"from": case.level, "level": level}))
    return case


def _move(case: Case, level: Level, taken: Taken) -> None:
    if leading(level, case.area_path, timezone.localdate(taken.at)) is None:
        raise Refused(
            "no_centre_at_level",
            _("No centre is set up at this level here: %(level)s.") % {"level": LevelChoices(level).label},
            level=level,
        )
    unit_id, case.level, case.unit, case.designated = case.unit_id, level, None, False
    case.rule_limits = None
    release_all(case, taken.at)
    step = advance(case, taken)
    kind = CaseEscalated if taken.verb == Verb.ESCALATE else CaseHandedDown
    announce(kind(case.pk, step.pk, level), path=case.area_path, org_id=unit_id)
