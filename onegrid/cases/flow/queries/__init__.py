"""Reading cases. Everything takes the viewer; what lies outside the viewer's scope is not there."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.access import (
    SEE,
    helps,
    kind_of_area,
    may_answer,
    may_ask_reporter,
    may_award,
    needed,
    open_offer,
    require_case,
    verbs_for,
)
from onegrid.cases.flow.doubts import doubts_about
from onegrid.cases.flow.holders import ON_SITE
from onegrid.cases.flow.models import (
    Application,
    Assist,
    AssistState,
    Case,
    CaseLink,
    CaseQuerySet,
    Evidence,
    Hold,
    LinkKind,
    Offer,
    StageClock,
    Step,
)
from onegrid.cases.flow.refusals import broken, changed_meanwhile, no_such_case
from onegrid.cases.flow.rules import (
    BY_THE_OTHER,
    FINAL,
    MERGED,
    PUSH,
    STEPS,
    Broken,
    State,
    Verb,
)
from onegrid.cases.flow.timing import Reading, reading_of
from onegrid.cases.flow.whole import Has, case_asked, case_by_number, clocks_of, steps_of, timeline_asked
from onegrid.kit.actors import Actor, Scope
from onegrid.kit.errors import NotAllowed, Refused
from onegrid.kit.files.models import StoredFile
from onegrid.kit.statements import Question, ask
from onegrid.places.areas.kinds import GRIDS, AreaKind

PAGE = 20
# what no row of a list shows, and what costs most to read: borders, and what is sealed
NOT_IN_ROWS = ("reporter_name", "reporter_phone", "grid__boundary", "grid__centre", "holder_user__phone")
NOT_IN_TASKS = ("reporter_name", "reporter_phone", "grid__boundary", "grid__centre")
COUNTED_TO = 99  # more is shown as "99+": an exact count of everything costs more than it tells
LEVEL_COLUMN = {
    AreaKind.STREET: "street_id",
    AreaKind.COMMUNITY: "community_id",
    **dict.fromkeys(GRIDS, "grid_id"),
}


HELPED_MOST = 2_000  # ids in one statement; older help is still found by the case's number


def visible(viewer: Actor) -> CaseQuerySet:
    """Every case the viewer may see: those in scope, and the newest HELPED_MOST that his units helped with."""
    scope = require_some_reach(viewer)
    helped = helped_ids(scope)
    return Case.objects.filter(in_scope(scope) | Q(pk__in=helped) if helped else in_scope(scope))


def helped_ids(scope: Scope, *, now: bool = False) -> list[int]:
    """Cases that the scope's organisations are (`now`: open ones), or also were, asked to help with; newest first.

    No query for whoever has no organisation of his own, which is nearly everybody.
    """
    own = {reach.org_id for reach in scope.reaches if reach.org_id is not None}
    if not own:
        return []
    states = [AssistState.ASKED] if now else [AssistState.ASKED, AssistState.DONE]
    found = Assist.objects.filter(org__in=own, state__in=states).order_by("-id")
    if now:  # what ended without the part has nothing left to help with
        found = found.filter(case__ended_at=None)
    return list(found.values_list("case_id", flat=True)[:HELPED_MOST])


def require_some_reach(viewer: Actor) -> Scope:
    scope = viewer.scope(SEE)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=SEE)
    return scope


def in_scope(scope: Scope) -> Q:
    """The scope by the column of its level where the area has one, since that index also sorts."""
    last_ids = {
        reach.path: int(reach.path.split(".")[-2])
        for reach in scope.reaches
        if reach.path and not reach.org_id
    }
    found, plain = Q(pk__in=[]), []
    for reach in scope.reaches:
        area_id = last_ids.get(reach.path or "")
        kind = kind_of_area(area_id) if area_id is not None else None
        column = LEVEL_COLUMN.get(kind) if kind else None
        if column is None:
            plain.append(reach)
        else:
            found |= Q(**{column: last_ids[reach.path or ""]})
    if not plain:
        return found
    rest = Scope(tuple(plain)).q("area_path", "unit_id")
    return rest if not rest else found | rest


def counts_by_state(*, viewer: Actor, states: Sequence[State] = tuple(State)) -> dict[State, int]:
    """How many cases the viewer sees in each state, counted to COUNTED_TO + 1 at most. One query."""
    seen = visible(viewer)
    first, *others = [
        seen.filter(state=state).order_by().values_list("state", flat=True)[: COUNTED_TO + 1]
        for state in states
    ]
    counted = Counter(first.union(*others, all=True) if others else first)
    return {state: counted.get(state, 0) for state in states}


def tasks_on_site(*, worker: User) -> list[Case]:
    """Verifications and checks that this person holds and may see, the most urgent first."""
    require_some_reach(worker)
    rows = _held_on_site(worker).select_related("case_class", "grid").defer(*NOT_IN_TASKS)
    return list(rows.order_by("due_at", "id")[:200])


def tasks_waiting(*, worker: User) -> int:
    """How many, counted to COUNTED_TO."""
    return len(_held_on_site(worker).values_list("pk")[:COUNTED_TO])


def _held_on_site(worker: User) -> CaseQuerySet:
    """Whoever loses the rights for a place loses sight of its reports, whatever stands on the case."""
    within = worker.scope(SEE).q("area_path", "unit_id")
    return Case.objects.filter(within, holder_user=worker, state__in=ON_SITE)


@dataclass
class Story:
    """Everything about one case that its page shows; `verbs`: what the viewer may do now.

    Steps, photos and clocks are read when a page shows them: sending in a step needs none of them.
    """

    case: Case
    verbs: list[Verb]
    viewer: Actor
    has: Has

    @cached_property
    def steps(self) -> list[Step]:
        steps = steps_of(self.case)
        if self.case.secret and steps:
            _without_name(steps[0], self.case, self.viewer)
        return steps

    @cached_property
    def evidence(self) -> list[Evidence]:
        if not self.has.photos:
            return []
        rows = self.case.evidence.select_related("file", "step")
        return list(rows.order_by("step_id", "position"))

    @property
    def photos(self) -> list[tuple[Evidence, list[str]]]:
        """Each photo, with what about it does not fit."""
        return [(row, doubts_about(row, self.case)) for row in self.evidence]

    @cached_property
    def clocks(self) -> list[StageClock]:
        return clocks_of(self.case)

    @cached_property
    def assists(self) -> list[Assist]:
        """Helping units, open ones first."""
        if not self.has.assists:
            return []
        return list(self.case.assists.select_related("org").order_by("state", "id"))

    @cached_property
    def applications(self) -> list[Application]:
        if not self.has.applications:
            return []
        return list(self.case.applications.select_related("asked_by", "clock").order_by("id"))

    @cached_property
    def holds(self) -> list[Hold]:
        """Those that stand."""
        if not self.case.holds_open:
            return []
        return list(self.case.holds.filter(lifted_at=None).order_by("id"))

    @property
    def may_become_emergency(self) -> bool:
        """Declared once, and of a merged case on the one that it goes on with. Other holds give way to it."""
        return not self.case.urgent and all(hold.kind != MERGED for hold in self.holds)

    @cached_property
    def offer(self) -> Offer | None:
        """The offer to another street that nobody has decided yet."""
        return open_offer(self.case)

    @cached_property
    def followers(self) -> int:
        """How many follow it now, besides the reporter."""
        return self.case.followers.filter(left_at=None).count() if self.has.followers else 0

    @cached_property
    def linked(self) -> list[Case]:
        """Cases linked with it that the viewer may see."""
        if not self.has.links:
            return []
        pairs = CaseLink.objects.filter(
            Q(case=self.case) | Q(other=self.case), kind=LinkKind.RELATED, ended_at=None
        ).values_list("case_id", "other_id")
        others = {one for pair in pairs[:50] for one in pair} - {self.case.pk}
        return list(visible(self.viewer).filter(pk__in=others).order_by("id")) if others else []

    @property
    def pushed_last(self) -> bool:
        """Whether the last step is one that may be taken back."""
        last = self.steps[-1] if self.steps else None
        return last is not None and last.verb == PUSH.get(State(self.case.state))

    @property
    def running(self) -> StageClock | None:
        return next((clock for clock in self.clocks if clock.stopped_at is None), None)

    @cached_property
    def reading(self) -> Reading | None:
        """How the running clock stands, now. For screens."""
        running = self.running
        return reading_of(running, self.case.area_path, timezone.now()) if running else None


def _without_name(first: Step, case: Case, viewer: Actor) -> None:
    """保密: who made a confidential report is told to whom may see the contact, and to who made it."""
    if may_ask_reporter(viewer, case) or first.actor_key == viewer.actor_key:
        return
    first.actor_label, first.post, first.org_name = _("Reported in confidence"), "", ""


def case_story(*, number: str, viewer: Actor) -> Story:
    """One case by number, or `not_found`. Four queries, however long the story.

    NotAllowed, before anything is looked up, for whom may see no case anywhere: no number is confirmed to them.
    """
    require_some_reach(viewer)
    found = case_by_number(_tidy(number))
    if found is None:
        raise no_such_case()
    case, has = found
    require_case(viewer, SEE, case)
    return Story(case, verbs_for(viewer, case), viewer, has)


def story_asked(*, number: str, case_id: int) -> list[Question]:
    """What a story that is shown whole asks, for whoever asks it at once: the case, its steps, its clocks."""
    return [case_asked(_tidy(number)), *timeline_asked(case_id)]


SIGHT = "SELECT id, area_path, unit_id FROM cases_case WHERE number = $1::varchar"


def case_in_sight(*, number: str, viewer: Actor) -> int:
    """The id of a case that the viewer may see; refuses as `case_story` does, mostly by a look at three columns."""
    scope = require_some_reach(viewer)
    found = ask(SIGHT, [_tidy(number)])
    if found and scope.covers(*found[0][1:]):
        return int(found[0][0])
    return case_story(number=number, viewer=viewer).case.pk  # where a unit only helps, or none at all


def _tidy(number: str) -> str:
    return number.strip().upper().replace("\x00", "")


def why_not_open(*, story: Story, verb: Verb, seen_version: int | None, viewer: Actor) -> Refused:
    """Why a verb that is not among `story.verbs` is closed: changed_meanwhile, case_is_final, step_not_allowed, or
    never_dispatched. Raises NotAllowed or NotFound when it is not the viewer's to do."""
    case, state = story.case, State(story.case.state)
    if verb == Verb.GIVE_HELP and helps(viewer, case) and not helps(viewer, case, now=True):
        words = _("Your unit is not asked to help with this case, or has done its part.")
        return Refused("not_asked", words)
    if verb in BY_THE_OTHER:
        offer = open_offer(case)
        answers = offer is not None and (may_award if verb == Verb.AWARD else may_answer)(viewer, offer)
        if not answers:
            require_case(viewer, needed(state, verb), case)
            return Refused("not_offered", _("This case waits for no such answer of yours."))
    else:
        require_case(viewer, needed(state, verb), case)
    if seen_version is not None and seen_version != case.version:
        return changed_meanwhile(case)
    if (state, verb) in STEPS:
        return broken(Broken("case_is_held" if case.holds_open else "never_dispatched"), case)
    return broken(Broken("case_is_final" if state in FINAL else "step_not_allowed"), case)


def photo_of_case(*, number: str, evidence_id: int, viewer: Actor) -> StoredFile:
    """A photo that belongs to a case in the viewer's scope."""
    require_some_reach(viewer)
    found = (
        Evidence.objects.select_related("file", "case")
        .filter(pk=evidence_id, case__number=number.strip().upper())
        .first()
    )
    if found is None:
        raise no_such_case()
    require_case(viewer, SEE, found.case)
    return found.file
