"""中止计时: clocks that stand still. By hand for some days, by a granted suspension, or for another room.

What somebody at a desk holds has an end, and all such holds of a case together have one too (limits.yaml): what
waits longer is suspended by an application (挂账), once, with a written approval. Another room holds a clock under a
kind of its own, which names the owner who ends it.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.cases.flow.actions.writing import Taken, locked_case, noted
from onegrid.cases.flow.facts import CaseHeld, CaseResumed
from onegrid.cases.flow.limits import flow_limits
from onegrid.cases.flow.models import Case, Hold, Step
from onegrid.cases.flow.rules import MERGED, Verb, hold_time_left
from onegrid.cases.flow.standing import standing_of
from onegrid.cases.flow.timing import RUN_ON, run_on, show
from onegrid.kit.actors import Actor, SystemActor
from onegrid.kit.errors import Refused
from onegrid.kit.facts import announce

SUSPENDED = "suspended"
BY_HAND = "by_hand"  # put by somebody at a desk, not by an application or another room

logger = logging.getLogger(__name__)


@transaction.atomic
def put_hold(
    *,
    case_id: int,
    reason: str,
    kind: str = BY_HAND,
    until: datetime | None = None,
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """中止计时: the clock stands still, and nothing moves the case. For other rooms, under a kind of theirs.

    Refused besides the common ones: held_already (by a hold of the same kind), until_needed (no time, or one that has
    passed; another room may leave it out), until_too_far, held_long_enough (by hand, together with earlier ones).
    """
    case = locked_case(case_id, seen_version, Taken(Verb.HOLD, by, at, reason))
    if until is not None or kind == BY_HAND:
        check_until(until, at)
    if until is not None and kind == BY_HAND:
        _check_together(case, until, at)
    held(case, kind, reason, until, Taken(Verb.HOLD, by, at, reason))
    return case


def check_until(until: datetime | None, at: datetime) -> None:
    most = flow_limits(timezone.localdate(at)).suspension_days_most
    if until is None or until <= at:
        raise Refused("until_needed", _("Please say until when, a day that is still to come."))
    if until > at + timedelta(days=most):
        words = _("A case is suspended for %(days)s days at the longest.")
        raise Refused("until_too_far", words % {"days": most})


def _check_together(case: Case, until: datetime, at: datetime) -> None:
    """Ended and put again, a hold by hand would be a suspension that nobody approved."""
    most = flow_limits(timezone.localdate(at)).hold_days_most
    stood = [
        (hold.put_at, min(hold.lifted_at or at, hold.until or at))
        for hold in Hold.objects.filter(case=case, kind=BY_HAND)
    ]
    left = hold_time_left(stood, timedelta(days=most))
    if until - at > left:
        words = _(
            "By hand a clock is held for %(most)s days in all, and %(left)s are left. "
            "What waits longer is suspended: the unit applies for it."
        )
        raise Refused("held_long_enough", words % {"most": most, "left": left.days}, days_left=left.days)


def held(case: Case, kind: str, reason: str, until: datetime | None, taken: Taken) -> Step:
    if Hold.objects.filter(case=case, kind=kind, lifted_at=None).exists():
        raise Refused("held_already", _("The clock is held for this reason already."))
    Hold.objects.create(
        case=case,
        kind=kind,
        reason=reason.strip()[:500],
        put_by=taken.by.actor_key,
        put_at=taken.at,
        until=until,
    )
    case.holds_open += 1
    details = taken.details | {"hold": kind, "until": until.isoformat() if until else None}
    clock = standing_of(case).clock
    first = case.holds_open == 1 and clock is not None
    if first and clock is not None:
        clock.held_at = taken.at
        show(case, clock)
    step = noted(
        case,
        taken.saying(**details),
        clock=clock if first else None,
        clock_fields=["held_at"] if first else [],
    )
    announce(CaseHeld(case.pk, step.pk), path=case.area_path, org_id=case.unit_id)
    return step


@transaction.atomic
def lift_hold(
    *,
    case_id: int,
    kind: str = BY_HAND,
    reason: str = "",
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """恢复计时: when no other hold stands the clock runs on with what was left. Refused: not_held."""
    case = locked_case(case_id, seen_version, Taken(Verb.RESUME, by, at, reason))
    hold = Hold.objects.select_for_update().filter(case=case, kind=kind, lifted_at=None).first()
    if hold is None:
        raise Refused("not_held", _("The clock is not held for this reason."))
    _lifted(case, hold, Taken(Verb.RESUME, by, at, reason))
    return case


def give_way(case: Case, taken: Taken) -> None:
    """An emergency goes before whatever the clock stood still for: each hold ends, with a line of the timeline, and
    the clock has its pause. Refused: goes_on_with_another (a merged case: the other one is the emergency)."""
    holds = list(Hold.objects.select_for_update().filter(case=case, lifted_at=None).order_by("pk"))
    for hold in holds:
        if hold.kind == MERGED:
            words = _("This case goes on with %(number)s; declare the emergency there.")
            raise Refused("goes_on_with_another", words % {"number": hold.reason}, into=hold.reason)
    for hold in holds:
        _lifted(case, hold, Taken(Verb.RESUME, taken.by, taken.at, taken.words, details={"emergency": True}))


def _lifted(case: Case, hold: Hold, taken: Taken) -> Step:
    hold.lifted_by, hold.lifted_at = taken.by.actor_key, taken.at
    hold.save(update_fields=["lifted_by", "lifted_at"])
    case.holds_open -= 1
    clock = standing_of(case).clock
    runs = case.holds_open == 0 and clock is not None and clock.held_at is not None
    if runs and clock is not None and clock.held_at is not None:
        ends = _stood_until(case, hold, clock.held_at, taken.at)
        clock.paused = [*clock.paused, [clock.held_at.isoformat(), ends.isoformat()]]
        clock.held_at = None
        run_on(case, clock)
    step = noted(
        case,
        taken.saying(hold=hold.kind),
        clock=clock if runs else None,
        clock_fields=["paused", "held_at", *RUN_ON] if runs else [],
    )
    announce(CaseResumed(case.pk, step.pk), path=case.area_path, org_id=case.unit_id)
    return step


def _stood_until(case: Case, hold: Hold, since: datetime, at: datetime) -> datetime:
    """When the last of the holds since then was over: one with an end is over then, however late anybody notices."""
    others = Hold.objects.filter(case=case, lifted_at__gte=since).exclude(pk=hold.pk)
    ends = [min(one.lifted_at or at, one.until or at) for one in others]
    return max([min(at, hold.until or at), *ends])


def lift_ended_holds(*, at: datetime, most: int = 200) -> int:
    """Holds whose time is over end by themselves, each in its own transaction; how many did."""
    due = (
        Hold.objects.filter(lifted_at=None, until__lte=at, case__ended_at=None)
        .order_by("until")
        .values_list("case_id", "kind")[:most]
    )
    lifted = 0
    for case_id, kind in list(due):
        try:
            lift_hold(case_id=case_id, kind=kind, by=SystemActor("clock"), at=at)
            lifted += 1
        except Refused:  # somebody lifted it in between
            continue
        except Exception:  # the holds behind it do not wait until it is mended
            logger.exception("the hold %s of case %s cannot be lifted", kind, case_id)
    return lifted
