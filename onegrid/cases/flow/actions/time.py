"""Clocks that stand still or get longer: holds, extensions, suspensions, overtime appeals.

After local practice (standards.md 1.6 [L]: Yuncheng, Liuzhou); the numbers are data (limits.yaml).
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.actions import notify
from onegrid.cases.catalog.models import Stage
from onegrid.cases.flow.access import APPLY, APPROVE, ARBITRATE, DECIDE, require_case, speaks_for
from onegrid.cases.flow.actions.duty import person
from onegrid.cases.flow.actions.informing import Said, inform
from onegrid.cases.flow.actions.writing import Taken, about, checked_case, locked_case, noted
from onegrid.cases.flow.facts import (
    ApplicationDecided,
    ApplicationMade,
    ApplicationTakenBack,
    CaseHeld,
    CaseResumed,
)
from onegrid.cases.flow.holders import people_with
from onegrid.cases.flow.limits import flow_limits
from onegrid.cases.flow.models import (
    Application,
    ApplicationKind,
    ApplicationState,
    Case,
    Decision,
    Hold,
    StageClock,
    Step,
)
from onegrid.cases.flow.refusals import no_such_case
from onegrid.cases.flow.rules import State, Verb
from onegrid.cases.flow.standing import locked, standing_of
from onegrid.cases.flow.timing import RUN_ON, run_on, show
from onegrid.kit.actors import Actor, SystemActor
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.facts import announce

SUSPENDED = "suspended"
BY_HAND = "by_hand"  # put by somebody at a desk, not by an application or another room

logger = logging.getLogger(__name__)


@transaction.atomic
def apply_for(
    *,
    case_id: int,
    kind: ApplicationKind,
    reason: str,
    until: datetime | None = None,
    clock_id: int | None = None,
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> Application:
    """申请 by the unit that has, or had, the case: 延期 (before the limit ends), 挂账 (`until` a date), 超时申诉
    (after closing, about the overdue clock `clock_id`).

    Refused besides the common ones: applied_already, too_late_to_extend, no_extension_left, suspended_before,
    until_needed, until_too_far, not_closed_yet, not_overdue, appealed_before, not_while_closed.
    """
    kind = ApplicationKind(kind)
    case = locked_case(case_id, seen_version, Taken(Verb.APPLY, by, at, reason))
    if Application.objects.filter(case=case, kind=kind, state=ApplicationState.WAITING).exists():
        raise Refused("applied_already", _("Such an application waits for a decision already."))
    clock = MAY_ASK[kind](case, until, clock_id, at)
    details = {"kind": kind.value, "until": until.isoformat() if until else None}
    step = noted(case, Taken(Verb.APPLY, by, at, reason, details=details))
    application = Application.objects.create(
        case=case,
        clock=clock,
        kind=kind,
        reason=reason.strip(),
        until=until if kind == ApplicationKind.SUSPENSION else None,
        org=case.unit,
        asked_by=person(by),
        asked_at=at,
    )
    announce(ApplicationMade(case.pk, step.pk, application.pk), path=case.area_path, org_id=case.unit_id)
    _tell(people_with(right_to_decide(application), case), case, application, at)
    return application


def _running(case: Case) -> StageClock:
    clock = standing_of(case).clock
    if State(case.state) != State.DISPATCHED or clock is None:
        raise Refused("not_while_closed", _("Only a unit that is handling the case may ask for this."))
    if case.holds_open:
        raise Refused("case_is_held", _("The clock of this case is held; let it run on first."))
    return clock


def _may_extend(case: Case, until: datetime | None, clock_id: int | None, at: datetime) -> StageClock:
    clock, limits = _running(case), flow_limits(timezone.localdate(at))
    if at > clock.due_at:
        raise Refused("too_late_to_extend", _("The limit has ended; an extension is asked for before that."))
    if clock.extensions >= limits.extensions_most:
        words = _("%(most)s extensions were granted already, the most there is.")
        raise Refused("no_extension_left", words % {"most": limits.extensions_most})
    return clock


def _may_suspend(case: Case, until: datetime | None, clock_id: int | None, at: datetime) -> StageClock:
    clock, limits = _running(case), flow_limits(timezone.localdate(at))
    _check_until(until, at)
    if Hold.objects.filter(case=case, kind=SUSPENDED).count() >= limits.suspensions_most:
        raise Refused("suspended_before", _("The case was suspended before; it cannot be again."))
    return clock


def _check_until(until: datetime | None, at: datetime) -> None:
    most = flow_limits(timezone.localdate(at)).suspension_days_most
    if until is None or until <= at:
        raise Refused("until_needed", _("Please say until when, a day that is still to come."))
    if until > at + timedelta(days=most):
        words = _("A case is suspended for %(days)s days at the longest.")
        raise Refused("until_too_far", words % {"days": most})


def _may_appeal(case: Case, until: datetime | None, clock_id: int | None, at: datetime) -> StageClock:
    if State(case.state) != State.CLOSED:
        raise Refused("not_closed_yet", _("An appeal is made after closing."))
    own = StageClock.objects.filter(case=case, stage=Stage.HANDLE)  # the centre's clocks are not the unit's
    clock = own.filter(pk=clock_id).first() if clock_id is not None else None
    if clock is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if clock.stopped_at is None or clock.stopped_at <= clock.due_at:
        raise Refused("not_overdue", _("This stage was not overdue."))
    if Application.objects.filter(
        clock=clock,
        kind=ApplicationKind.APPEAL,
        state__in=[ApplicationState.GRANTED, ApplicationState.REFUSED],
    ).exists():
        raise Refused("appealed_before", _("This was decided before; one appeal is heard."))
    return clock


MAY_ASK: dict[ApplicationKind, Callable[[Case, datetime | None, int | None, datetime], StageClock]] = {
    ApplicationKind.EXTENSION: _may_extend,
    ApplicationKind.SUSPENSION: _may_suspend,
    ApplicationKind.APPEAL: _may_appeal,
}


def right_to_decide(application: Application) -> str:
    """The first extension is the shift leader's; a further one, and a suspension, are approved in writing."""
    alone = flow_limits(timezone.localdate(application.asked_at)).extensions_by_shift_leader
    if application.kind == ApplicationKind.EXTENSION and application.clock.extensions < alone:
        return DECIDE
    return DECIDE if application.kind == ApplicationKind.APPEAL else APPROVE


@transaction.atomic
def decide_application(
    *, application_id: int, granted: bool, words: str = "", by: Actor, at: datetime
) -> Application:
    """审批: yes or no. An appeal needs the yes of two people (one no ends it); written approval needs words.

    Refused: decided_already, own_application, decided_by_you, words_needed, too_late_now.
    """
    found = Application.objects.filter(pk=application_id).values_list("case_id", flat=True).first()
    case = locked(found, by, at) if found else None
    if case is None:
        raise no_such_case()
    application = (
        Application.objects.select_for_update(of=("self",)).select_related("clock").get(pk=application_id)
    )
    right = right_to_decide(application)
    require_case(by, right, case)
    _may_decide(application, right, words, by)
    checked_case(case, None, Taken(Verb.DECIDE, by, at, words))
    yes = application.decisions.filter(granted=True).count() + granted
    needed = flow_limits(timezone.localdate(at)).appeal_deciders
    if not granted:
        application.state = ApplicationState.REFUSED
    elif application.kind != ApplicationKind.APPEAL or yes >= needed:
        application.state = ApplicationState.GRANTED
    step = EFFECT[ApplicationKind(application.kind)](
        case, application, Taken(Verb.DECIDE, by, at, words), granted
    )
    Decision.objects.create(
        application=application, step=step, by=person(by), granted=granted, words=words.strip(), at=at
    )
    if application.state != ApplicationState.WAITING:
        application.decided_at = at
        _tell([application.asked_by], case, application, at)
    application.save(update_fields=["state", "decided_at"])
    announce(ApplicationDecided(case.pk, step.pk, application.pk), path=case.area_path, org_id=case.unit_id)
    _inform(case, application, step, at)
    return application


def _inform(case: Case, application: Application, step: Step, at: datetime) -> None:
    """Whoever reported it or follows it learns that it takes longer; an appeal is the unit's own matter."""
    if application.state != ApplicationState.GRANTED:
        return
    if application.kind == ApplicationKind.EXTENSION:
        inform(case, step, Said.EXTENDED, at, until=case.due_at)
    elif application.kind == ApplicationKind.SUSPENSION:
        inform(case, step, Said.SUSPENDED, at, until=application.until)


def _may_decide(application: Application, right: str, words: str, by: Actor) -> None:
    if application.state != ApplicationState.WAITING:
        raise Refused("decided_already", _("This application was decided already."))
    if application.asked_by_id == person(by).pk:
        raise Refused("own_application", _("Nobody decides an application of their own."))
    if application.decisions.filter(by=person(by)).exists():
        raise Refused(
            "decided_by_you", _("You have decided already; the second decision is another person's.")
        )
    if right == APPROVE and not words.strip():
        raise Refused("words_needed", _("A written approval needs its words."))


def _details(application: Application, granted: bool) -> dict[str, object]:
    return {"kind": application.kind, "granted": granted, "state": application.state}


def _extend(case: Case, application: Application, taken: Taken, granted: bool) -> Step:
    """One more original limit (Yuncheng)."""
    details = _details(application, granted)
    clock = standing_of(case).clock
    if not granted:
        return noted(case, taken.saying(**details))
    if clock is None or clock.pk != application.clock_id:
        raise Refused("too_late_now", _("The stage is over; there is nothing to extend."))
    if case.holds_open:
        raise Refused("case_is_held", _("The clock of this case is held; let it run on first."))
    clock.extra, clock.extensions = clock.extra + clock.limit, clock.extensions + 1
    run_on(case, clock)
    details["due_at"] = clock.due_at.isoformat()
    return noted(case, taken.saying(**details), clock=clock, clock_fields=["extra", "extensions", *RUN_ON])


def _suspend(case: Case, application: Application, taken: Taken, granted: bool) -> Step:
    details = _details(application, granted)
    if not granted:
        return noted(case, taken.saying(**details))
    if application.until is None or application.until <= taken.at or State(case.state) != State.DISPATCHED:
        raise Refused("too_late_now", _("The stage is over; there is nothing to extend."))
    return _held(case, SUSPENDED, application.reason, application.until, taken.saying(**details))


def _excuse(case: Case, application: Application, taken: Taken, granted: bool) -> Step:
    """The overdue fact stays; only statistics are excused."""
    details = _details(application, granted)
    if application.state != ApplicationState.GRANTED:
        return noted(case, taken.saying(**details))
    application.clock.excused = True
    return noted(case, taken.saying(**details), clock=application.clock, clock_fields=["excused"])


EFFECT: dict[ApplicationKind, Callable[[Case, Application, Taken, bool], Step]] = {
    ApplicationKind.EXTENSION: _extend,
    ApplicationKind.SUSPENSION: _suspend,
    ApplicationKind.APPEAL: _excuse,
}


@transaction.atomic
def take_back_application(*, application_id: int, by: Actor, at: datetime) -> Application:
    """撤回申请, by who made it or another of the same unit, while nobody has decided. Refused: decided_already."""
    found = Application.objects.filter(pk=application_id).values_list("case_id", flat=True).first()
    case = locked(found, by, at) if found else None
    if case is None:
        raise no_such_case()
    application = (
        Application.objects.select_for_update(of=("self",))
        .select_related("asked_by", "clock")
        .get(pk=application_id)
    )
    if not speaks_for(by, application):
        raise no_such_case()
    require_case(by, APPLY, case)
    if application.state != ApplicationState.WAITING or application.decisions.exists():
        raise Refused("decided_already", _("This application was decided already."))
    step = noted(case, Taken(Verb.TAKE_BACK, by, at, details={"kind": application.kind}))
    application.state, application.decided_at = ApplicationState.TAKEN_BACK, at
    application.save(update_fields=["state", "decided_at"])
    announce(ApplicationTakenBack(case.pk, step.pk, application.pk), path=case.area_path, org_id=case.unit_id)
    decider = ARBITRATE if application.kind == ApplicationKind.OBJECTION else right_to_decide(application)
    _tell(people_with(decider, case), case, application, at)
    return application


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

    Refused besides the common ones: held_already (by a hold of the same kind), until_needed (a time that has passed),
    until_too_far.
    """
    case = locked_case(case_id, seen_version, Taken(Verb.HOLD, by, at, reason))
    if until is not None:
        _check_until(until, at)
    _held(case, kind, reason, until, Taken(Verb.HOLD, by, at, reason))
    return case


def _held(case: Case, kind: str, reason: str, until: datetime | None, taken: Taken) -> Step:
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
    hold.lifted_by, hold.lifted_at = by.actor_key, at
    hold.save(update_fields=["lifted_by", "lifted_at"])
    case.holds_open -= 1
    clock = standing_of(case).clock
    runs = case.holds_open == 0 and clock is not None and clock.held_at is not None
    if runs and clock is not None and clock.held_at is not None:
        ends = _stood_until(case, hold, clock.held_at, at)
        clock.paused = [*clock.paused, [clock.held_at.isoformat(), ends.isoformat()]]
        clock.held_at = None
        run_on(case, clock)
    fields = ["paused", "held_at", *RUN_ON] if runs else []
    step = noted(
        case,
        Taken(Verb.RESUME, by, at, reason, details={"hold": kind}),
        clock=clock if runs else None,
        clock_fields=fields,
    )
    announce(CaseResumed(case.pk, step.pk), path=case.area_path, org_id=case.unit_id)
    return case


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


def _tell(people: list[User], case: Case, application: Application, at: datetime) -> None:
    if not people:
        return
    with translation.override(settings.LANGUAGE_CODE):
        notify(
            people,
            title=f"{case.number}: {application.get_kind_display()} {application.get_state_display()}",
            body=about(case),
            link=f"/cases/{case.number}/",
            kind="case.application",
            at=at,
        )
