"""Why a step is missing: what somebody could expect to do with a case and may not do now, each with the reason."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from onegrid.cases.flow.access import high_enough, level_needed, needed
from onegrid.cases.flow.models import Case, LevelChoices, StateChoices, VerbChoices
from onegrid.cases.flow.queries import Story
from onegrid.cases.flow.refusals import WORDS
from onegrid.cases.flow.rules import GOES_ON_HELD, STEPS, WAY, State, Verb
from onegrid.kit.actors import Actor

# The main road, and the ways back from it; the verb that leaves each state of it.
ROAD = (Verb.VERIFY, Verb.FILE, Verb.DISPATCH, Verb.HANDLE, Verb.CHECK, Verb.CLOSE)
ASIDE = (Verb.SETTLE, Verb.CANCEL, Verb.RETURN, Verb.REWORK)
LEAVES = dict(zip(WAY, ROAD, strict=False))


@dataclass(frozen=True)
class Missing:
    """A step that the viewer may not take now; `why` is a sentence for people."""

    verb: Verb
    why: str

    @property
    def label(self) -> str:
        return str(VerbChoices(self.verb).label)


def missing_steps(story: Story) -> list[Missing]:
    """The next step when it is somebody else's, and every step of the road that the viewer has the right for
    anywhere but not here and now. Nothing of a case that has ended, and nothing that lies behind it."""
    case, state = story.case, State(story.case.state)
    if case.is_final:
        return []
    found = [Missing(verb, why) for verb in (*ROAD, *ASIDE) if (why := _why(story, case, state, verb))]
    return sorted(found, key=lambda one: one.verb != LEAVES.get(state))


def _why(story: Story, case: Case, state: State, verb: Verb) -> str:
    """The sentence; "" where the step is open, lies behind the case, or is no concern of the viewer's."""
    held = case.holds_open > 0 and verb not in GOES_ON_HELD
    if verb in story.verbs:
        return str(WORDS["case_is_held"]) if held else ""
    what = needed(state, verb)
    expects = bool(story.viewer.scope(what).reaches)
    if (state, verb) not in STEPS:
        return _too_early(case, state, verb) if expects else ""
    if (state, verb) == (State.HANDLED, Verb.CLOSE) and expects:
        return f"{WORDS['check_needed']} {_next_with(case)}".strip()
    if verb == LEAVES[state] and not expects:
        return _next_with(case) or _("Nobody has it yet.")
    return _refused_here(story.viewer, case, verb, what) if expects else ""


def _refused_here(viewer: Actor, case: Case, verb: Verb, what: str) -> str:
    """In the right state, by somebody with the right: the place, the unit or the level is not his."""
    if verb == Verb.REWORK and case.unit_id is None:
        return str(WORDS["never_dispatched"])
    if not viewer.scope(what).covers(case.area_path, case.unit_id):
        return (
            _("Your right for this step does not reach this place or unit.") + f" {_next_with(case)}".rstrip()
        )
    if not high_enough(viewer, verb, what, case):
        level = LevelChoices(level_needed(verb, case) or case.level).label
        return _("This is decided at a higher level: %(level)s.") % {"level": level}
    return ""


def _too_early(case: Case, state: State, verb: Verb) -> str:
    """Of a step further on the road: what comes before it. Of one behind it: nothing, it is in the timeline."""
    if verb in (Verb.CANCEL, Verb.SETTLE):
        return _("Only before it is dispatched.") if verb == Verb.CANCEL else ""
    if verb in (Verb.RETURN, Verb.REWORK) or ROAD.index(verb) < WAY.index(state):
        return ""
    before = [str(VerbChoices(one).label) for one in ROAD[WAY.index(state) : ROAD.index(verb)]]
    if before and case.case_class is not None and not case.case_class.check_needed and verb == Verb.CLOSE:
        before = [one for one in before if one != str(VerbChoices(Verb.CHECK).label)]
    words = _("First comes: %(steps)s. Now it is %(state)s.")
    said = words % {"steps": " → ".join(before), "state": StateChoices(state).label}
    return f"{said} {_next_with(case)}".rstrip()


def _next_with(case: Case) -> str:
    who = (
        case.holder_user.display_name if case.holder_user else case.holder_org.name if case.holder_org else ""
    )
    return _("It is with %(who)s.") % {"who": who} if who else ""
