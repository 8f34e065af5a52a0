"""What a unit asks of the centre about its clock: extensions, suspensions, overtime appeals, and who decides.

After local practice (standards.md 1.6 [L]: Yuncheng, Liuzhou); the numbers are data (limits.yaml).
"""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.actions import notify
from onegrid.cases.catalog.models import Stage
from onegrid.cases.flow.access import (
    APPLY,
    APPROVE,
    ARBITRATE,
    DECIDE,
    answers_for,
    require_case,
    speaks_for,
)
from onegrid.cases.flow.actions.duty import person
from onegrid.cases.flow.actions.holding import SUSPENDED, check_until, held
from onegrid.cases.flow.actions.informing import Said, inform
from onegrid.cases.flow.actions.writing import Taken, about, checked_case, locked_case, noted
from onegrid.cases.flow.facts import (
    ApplicationDecided,
    ApplicationMade,
    ApplicationTakenBack,
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
from onegrid.cases.flow.timing import RUN_ON, run_on
from onegrid.kit.actors import Actor
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.facts import announce


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
    (after closing, about the overdue clock `clock_id`, by the unit whose it was, also where another has the case).

    Refused besides the common ones: applied_already, too_late_to_extend, no_extension_left, suspended_before,
    until_needed, until_too_far, not_closed_yet, not_overdue, appealed_before, not_while_closed.
    """
    kind = ApplicationKind(kind)
    case = locked_case(case_id, seen_version, Taken(Verb.APPLY, by, at, reason))
    if Application.objects.filter(case=case, kind=kind, state=ApplicationState.WAITING).exists():
        raise Refused("applied_already", _("Such an application waits for a decision already."))
    clock = MAY_ASK[kind](case, until, clock_id, at)
    if not answers_for(by, case, clock):  # a case that was sent on has clocks of several units
        raise _not_there()
    details = {"kind": kind.value, "until": until.isoformat() if until else None}
    step = noted(case, Taken(Verb.APPLY, by, at, reason, details=details))
    application = Application.objects.create(
        case=case,
        clock=clock,
        kind=kind,
        reason=reason.strip(),
        until=until if kind == ApplicationKind.SUSPENSION else None,
        org_id=clock.org_id or case.unit_id,
        asked_by=person(by),
        asked_at=at,
    )
    announce(ApplicationMade(case.pk, step.pk, application.pk), path=case.area_path, org_id=case.unit_id)
    tell_of_application(people_with(right_to_decide(application), case), case, application, at)
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
    check_until(until, at)
    if Hold.objects.filter(case=case, kind=SUSPENDED).count() >= limits.suspensions_most:
        raise Refused("suspended_before", _("The case was suspended before; it cannot be again."))
    return clock


def _may_appeal(case: Case, until: datetime | None, clock_id: int | None, at: datetime) -> StageClock:
    if State(case.state) != State.CLOSED:
        raise Refused("not_closed_yet", _("An appeal is made after closing."))
    own = StageClock.objects.filter(case=case, stage=Stage.HANDLE)  # the centre's clocks are not the unit's
    clock = own.filter(pk=clock_id).first() if clock_id is not None else None
    if clock is None:
        raise _not_there()
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


def _not_there() -> NotFound:
    return NotFound("not_found", _("There is nothing here, or it is outside your area."))


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
        tell_of_application([application.asked_by], case, application, at)
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
    return held(case, SUSPENDED, application.reason, application.until, taken.saying(**details))


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
    tell_of_application(people_with(decider, case), case, application, at)
    return application


def tell_of_application(people: list[User], case: Case, application: Application, at: datetime) -> None:
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
