"""批示: a leader writes an instruction to one or several units."""

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries import case_story
from onegrid.kit.actors import Scope
from onegrid.kit.errors import Refused
from onegrid.kit.facts import announce
from onegrid.kit.worktime import Timer, Unit
from onegrid.oversight.supervision import rules
from onegrid.oversight.supervision.access import WRITE, by_area, not_there, require_somewhere
from onegrid.oversight.supervision.actions.lines import checked_words, line, tell
from onegrid.oversight.supervision.facts import InstructionWritten
from onegrid.oversight.supervision.limits import limits
from onegrid.oversight.supervision.models import Errand, Instruction
from onegrid.oversight.supervision.queries.instructions import addressable, no_such_unit, people_of
from onegrid.oversight.supervision.rules import Secrecy, State, Urgency, Verb, shared_path
from onegrid.places.areas.models import Area
from onegrid.places.calendars.queries import working_calendar

BY_HAND = (Unit.WORK_HOUR, Unit.WORK_DAY, Unit.NATURAL_DAY)


@transaction.atomic
def write_instruction(
    *,
    words: str,
    unit_ids: Sequence[int],
    urgency: str = Urgency.ORDINARY,
    limit: int | None = None,
    unit: str = Unit.WORK_DAY,
    secrecy: str = Secrecy.OPEN,
    case_numbers: Sequence[str] = (),
    area_id: int | None = None,
    files: Sequence[BinaryIO] = (),
    by: User,
    at: datetime,
) -> Instruction:
    """About cases, or a place, or neither (the writer's own area); each unit gets its own clock.

    `limit`, `unit`: until when an answer is wanted; without one the urgency's limit of limits.yaml. Refused:
    words_needed, words_too_long, unit_needed, too_many_units, too_many_cases, limit_out_of_range, unknown_urgency,
    and those of files. NotFound for a case, place or unit outside the writer's area.
    """
    scope = require_somewhere(by, WRITE)
    said = checked_words(words, needed=True)
    if urgency not in set(Urgency) or secrecy not in set(Secrecy):
        raise Refused("unknown_urgency", _("Please choose how urgent it is and who may read it."))
    orgs = _units(unit_ids, by, at)
    cases = _cases(case_numbers, scope, by)
    area = _area(area_id, scope)
    path = area.path if area else shared_path(case.area_path for case in cases) or _own_path(scope)
    made = Instruction.objects.create(
        words=said,
        urgency=urgency,
        secrecy=secrecy,
        area_path=path,
        place=area.name if area else _name_of(path),
        writer_path=_stands(scope, path),
        written_by=by,
        writer_label=by.actor_label[:80],
        written_at=at,
    )
    made.cases.set(cases)
    line(made, None, Verb.WRITE, said, by, at, files=files)
    for org in orgs:
        errand = Errand(instruction=made, org=org, state=State.WAITING, started_at=at)
        start_clock(errand, limit, unit, at)
        errand.save()
        announce(InstructionWritten(made.pk, errand.pk), path=path or None, org_id=org.pk)
        tell(
            people_of(org, at),
            gettext_noop("Instruction of %(who)s: sign for it, reply until %(time)s"),
            errand,
            at,
        )
    return made


def start_clock(errand: Errand, limit: int | None, unit: str, at: datetime) -> None:
    """A clock that begins now: as long as somebody says, else as the urgency says. Refused: limit_out_of_range."""
    instruction, known = errand.instruction, limits(timezone.localdate(at))
    if limit is None:
        errand.limit, own = known.reply[Urgency(instruction.urgency)]
        errand.unit, errand.mark = own.value, known.mark
    else:
        if not 1 <= limit <= known.reply_most or unit not in BY_HAND:
            words = _("Between 1 and %(most)s working hours, working days or calendar days.")
            raise Refused("limit_out_of_range", words % {"most": known.reply_most}, most=known.reply_most)
        errand.limit, errand.unit, errand.mark = limit, Unit(unit).value, ""
    calendar = working_calendar(at, instruction.area_path or None)
    errand.calendar_version, errand.started_at, errand.extra = calendar.version, at, 0
    timer = Timer(errand.limit, Unit(errand.unit), at, calendar)
    assert timer.due_at is not None  # nothing stands still here
    errand.due_at = timer.due_at
    errand.approaching_at = timer.approaching_at(known.approaching_share)
    errand.tell_at = errand.approaching_at


def _units(unit_ids: Sequence[int], by: User, at: datetime) -> list[Organisation]:
    wanted = list(dict.fromkeys(unit_ids))
    if not wanted:
        raise Refused("unit_needed", _("Please choose at least one unit."))
    if len(wanted) > rules.UNITS_MOST:
        words = _("At most %(most)s units.") % {"most": rules.UNITS_MOST}
        raise Refused("too_many_units", words, most=rules.UNITS_MOST)
    known = {one.pk: one for one in addressable(writer=by, at=at)}
    if any(pk not in known for pk in wanted):
        raise no_such_unit()
    rows = Organisation.objects.select_related("area").defer("area__boundary", "area__centre", "point")
    return list(rows.filter(pk__in=wanted).order_by("id"))


def _cases(numbers: Sequence[str], scope: Scope, by: User) -> list[Case]:
    wanted = list(dict.fromkeys(number.strip() for number in numbers if number.strip()))
    if len(wanted) > rules.CASES_MOST:
        words = _("At most %(most)s cases.") % {"most": rules.CASES_MOST}
        raise Refused("too_many_cases", words, most=rules.CASES_MOST)
    found = [case_story(number=number, viewer=by).case for number in wanted]
    if any(not by_area(scope, case.area_path) for case in found):
        raise not_there()
    return found


def _area(area_id: int | None, scope: Scope) -> Area | None:
    if area_id is None:
        return None
    area = Area.objects.still_open().filter(pk=area_id).first()
    if area is None or not by_area(scope, area.path):
        raise not_there()
    return area


def _own_path(scope: Scope) -> str:
    """The first area that the writer writes for; "" for everything."""
    return next((reach.path or "" for reach in scope.reaches if reach.org_id is None), "")


def _stands(scope: Scope, path: str) -> str:
    """Of the reaches that hold the place the highest: how high the writer stands over it."""
    found = [reach.path or "" for reach in scope.reaches if reach.org_id is None and reach.covers(path, None)]
    return min(found, key=len, default="")


def _name_of(path: str) -> str:
    last = path.split(".")[-2] if path else ""
    area = Area.objects.filter(pk=int(last)).only("name").first() if last else None
    return area.name if area else ""
