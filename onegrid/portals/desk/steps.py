"""Which action each step of the desk calls, and what its form needs to know of the case."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.catalog.models import Stage
from onegrid.cases.catalog.queries import helpers_around, units_for
from onegrid.cases.flow import actions
from onegrid.cases.flow.access import answers_for, open_offer, speaks_for
from onegrid.cases.flow.actions.holding import BY_HAND, SUSPENDED
from onegrid.cases.flow.models import ApplicationKind, Case
from onegrid.cases.flow.queries import Story, case_story
from onegrid.cases.flow.queries.offers import centres_to_ask, decided_before
from onegrid.cases.flow.rules import GOES_ON_HELD, State, Verb
from onegrid.kit.errors import NotFound, Refused


def _apply(**given: Any) -> Case:
    return actions.apply_for(**given).case


def _decide(*, case_id: int, seen_version: int, **given: Any) -> Case:
    """The application says which case it is about; two deciders may come in any order."""
    return actions.decide_application(**given).case


def _take_back(*, case_id: int, seen_version: int, **given: Any) -> Case:
    return actions.take_back_application(**given).case


def _with_other(act: Callable[..., Case]) -> Callable[..., Case]:
    """The other case comes as its number; what the person may not see is not there."""

    def done(*, other: str, by: User, **given: Any) -> Case:
        try:
            found = case_story(number=other, viewer=by).case
        except NotFound:
            raise Refused("no_such_case", _("There is no case with this number here.")) from None
        return act(other_id=found.pk, by=by, **given)

    return done


ACTIONS: dict[Verb, Callable[..., Case]] = {
    Verb.VERIFY: actions.verify_case,
    Verb.SETTLE: actions.settle_case,
    Verb.FILE: actions.file_case,
    Verb.DISPATCH: actions.dispatch_case,
    Verb.HANDLE: actions.handle_case,
    Verb.CHECK: actions.check_case,
    Verb.CLOSE: actions.close_case,
    Verb.RETURN: actions.return_case,
    Verb.REWORK: actions.rework_case,
    Verb.CANCEL: actions.cancel_case,
    Verb.ESCALATE: actions.escalate_case,
    Verb.HAND_DOWN: actions.hand_down_case,
    Verb.RAISE_ALARM: actions.raise_alarm,
    Verb.PRESS: actions.press_case,
    Verb.REOPEN: actions.reopen_case,
    Verb.OBJECT: actions.object_to_duty,
    Verb.ARBITRATE: actions.arbitrate_case,
    Verb.ASK_HELP: actions.ask_help,
    Verb.GIVE_HELP: actions.give_help,
    Verb.APPLY: _apply,
    Verb.DECIDE: _decide,
    Verb.NOTE: actions.note_case,
    Verb.RECALL: actions.recall_case,
    Verb.HOLD: actions.put_hold,
    Verb.RESUME: actions.lift_hold,
    Verb.LINK: _with_other(actions.link_case),
    Verb.UNLINK: _with_other(actions.unlink_case),
    Verb.TAKE_BACK: _take_back,
    Verb.OFFER: actions.offer_case,
    Verb.CALL_OFF: actions.call_off_offer,
    Verb.TAKE_OVER: actions.take_over_case,
    Verb.DECLINE: actions.decline_offer,
    Verb.AWARD: actions.award_case,
}

# Ways back, and out: never offered first, or a case that waits for others would seem to wait for this.
BACKWARD = frozenset({Verb.CANCEL, Verb.RECALL, Verb.REOPEN, Verb.RETURN, Verb.REWORK, Verb.DECLINE})

# The steps of the main road stand as buttons; the others wait behind "More".
MAIN_ROAD = frozenset(
    {
        Verb.VERIFY, Verb.SETTLE, Verb.FILE, Verb.DISPATCH, Verb.HANDLE, Verb.CHECK, Verb.CLOSE, Verb.RETURN,
        Verb.REWORK, Verb.CANCEL, Verb.GIVE_HELP, Verb.DECIDE, Verb.REOPEN, Verb.RECALL, Verb.RESUME, Verb.TAKE_OVER,
        Verb.DECLINE, Verb.AWARD,
    }
)  # fmt: skip


def possible(story: Story, viewer: User) -> list[Verb]:
    """What this person may do now, without what makes no sense: no decision where nobody asks for one."""
    return [verb for verb in story.verbs if verb in ACTIONS and _makes_sense(verb, story, viewer)]


def is_possible(verb: Verb, story: Story, viewer: User) -> bool:
    """Whether `possible` holds this one, without looking at what only the others ask for."""
    return verb in story.verbs and verb in ACTIONS and _makes_sense(verb, story, viewer)


def _makes_sense(verb: Verb, story: Story, viewer: User) -> bool:
    case = story.case
    if case.holds_open and verb not in GOES_ON_HELD:
        return False
    if verb == Verb.DECIDE:
        return any(row.asked_by_id != viewer.pk for row in to_decide(story))
    if verb == Verb.GIVE_HELP:
        return any(row.state == "asked" for row in story.assists)
    if verb == Verb.APPLY:
        return bool(kinds(story))
    if verb == Verb.RAISE_ALARM:
        return story.may_become_emergency
    if verb in (Verb.OBJECT, Verb.RETURN):
        return not case.designated
    if verb in WHEN:
        return bool(WHEN[verb](story, viewer))
    return True


WHEN: dict[Verb, Callable[[Story, User], Any]] = {
    Verb.RECALL: lambda story, viewer: story.pushed_last and not story.case.holds_open,
    Verb.HOLD: lambda story, viewer: not story.case.holds_open,
    Verb.RESUME: lambda story, viewer: holds_to_end(story),
    Verb.UNLINK: lambda story, viewer: story.linked,
    Verb.TAKE_BACK: lambda story, viewer: own_waiting(story, viewer),
}


def holds_to_end(story: Story) -> list:
    """Holds put at a desk or by an application; those of other rooms and of merged cases end where they began."""
    return [hold for hold in story.holds if hold.kind in (BY_HAND, SUSPENDED)]


def own_waiting(story: Story, viewer: Any) -> list:
    """Applications of the viewer, or of the viewer's unit, that nobody has decided yet."""
    return [row for row in story.applications if row.state == "waiting" and speaks_for(viewer, row)]


def to_decide(story: Story) -> list:
    return [
        row for row in story.applications if row.state == "waiting" and row.kind != ApplicationKind.OBJECTION
    ]


def kinds(story: Story) -> list[str]:
    """What may be asked for in this state."""
    if story.case.state == State.CLOSED:
        return [ApplicationKind.APPEAL] if overdue(story) else []
    return [ApplicationKind.EXTENSION, ApplicationKind.SUSPENSION]


def overdue(story: Story) -> list:
    """Clocks that the viewer's unit may appeal about: its own, of handling."""
    return [
        clock
        for clock in story.clocks
        if clock.stage == Stage.HANDLE
        and clock.stopped_at
        and clock.stopped_at > clock.due_at
        and not clock.excused
        and answers_for(story.viewer, story.case, clock)
    ]


def needs_of(verb: Verb, story: Story, at: datetime) -> dict[str, Any]:
    """What the form of a side road asks for besides the case."""
    if verb == Verb.ASK_HELP:
        return {"units": helpers_around(story.case.area_path, at)}
    if verb == Verb.OFFER:
        centres = centres_to_ask(story.case.area_path)
        return {"centres": centres, "before": decided_before(story.case)}
    if verb == Verb.AWARD:
        return {"offer": open_offer(story.case)}
    if verb == Verb.ARBITRATE:
        return {"units": units_for(story.case.area_path, timezone.localdate(at))}
    if verb == Verb.APPLY:
        return {"kinds": kinds(story), "overdue": overdue(story)}
    if verb == Verb.DECIDE:
        return {"applications": to_decide(story)}
    if verb == Verb.TAKE_BACK:
        return {"applications": own_waiting(story, story.viewer)}
    if verb == Verb.RESUME:
        return {"holds": holds_to_end(story)}
    if verb == Verb.UNLINK:
        return {"linked": story.linked}
    return {}
