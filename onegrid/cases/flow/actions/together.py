"""One step with many cases: each by its own action, in a transaction of its own, with an answer of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.actions.levels import escalate_case, hand_down_case
from onegrid.cases.flow.actions.noting import note_case, press_case
from onegrid.cases.flow.actions.office import (
    cancel_case,
    close_case,
    dispatch_case,
    return_case,
)
from onegrid.cases.flow.actions.site import rework_case
from onegrid.cases.flow.models import Case, Step
from onegrid.cases.flow.queries import visible
from onegrid.cases.flow.queries.together import TOGETHER, TOGETHER_MOST, words_asked
from onegrid.cases.flow.refusals import no_such_case
from onegrid.cases.flow.rules import NOTE_MAX, Verb
from onegrid.cases.flow.whole import with_versions
from onegrid.kit.errors import Refusal, Refused

WORDED: dict[Verb, Callable[..., Case]] = {
    Verb.DISPATCH: dispatch_case,
    Verb.CLOSE: close_case,
    Verb.NOTE: note_case,
}
REASONED: dict[Verb, Callable[..., Case]] = {
    Verb.PRESS: press_case,
    Verb.RETURN: return_case,
    Verb.REWORK: rework_case,
    Verb.CANCEL: cancel_case,
    Verb.ESCALATE: escalate_case,
    Verb.HAND_DOWN: hand_down_case,
}


@dataclass(frozen=True)
class Outcome:
    """What became of one case: done, with its state now; done `before`, by the same post sent twice; or refused."""

    number: str
    case: Case | None = None
    refusal: Refusal | None = None
    before: bool = False


def take_together(
    *, verb: Verb, chosen: Sequence[tuple[str, int]], words: str, by: User, at: datetime
) -> list[Outcome]:
    """`chosen`: (number, version as it was shown). One after another; a refusal of one stops none of the others.

    Refused as a whole: not_together (a step that needs a look at each case), too_many_together, reason_needed,
    words_too_long.
    """
    if verb not in TOGETHER:
        raise Refused("not_together", _("This step needs a look at each case."))
    if len(chosen) > TOGETHER_MOST:
        raise Refused("too_many_together", _("At most %(most)s cases at once.") % {"most": TOGETHER_MOST})
    if words_asked(verb) and not words.strip():
        raise Refused("reason_needed", _("Please give the reason."))
    if len(words) > NOTE_MAX:
        raise Refused(
            "words_too_long", _("The text is longer than %(most)s characters.") % {"most": NOTE_MAX}
        )
    seen = dict(visible(by).filter(number__in=[number for number, _v in chosen]).values_list("number", "pk"))
    return [
        _one(verb, number, seen.get(number), version, words, by, at)
        for number, version in dict(chosen).items()
    ]


def _one(
    verb: Verb, number: str, case_id: int | None, version: int, words: str, by: User, at: datetime
) -> Outcome:
    if case_id is None:
        return _refused(verb, number, version, by, no_such_case())
    act, said = (WORDED[verb], {"words": words}) if verb in WORDED else (REASONED[verb], {"reason": words})
    try:
        return Outcome(number, act(case_id=case_id, seen_version=version, by=by, at=at, **said))
    except Refusal as refusal:
        return _refused(verb, number, version, by, refusal)


def _refused(verb: Verb, number: str, version: int, by: User, refusal: Refusal) -> Outcome:
    """Unless this very step was taken by this very person just after what he saw: then the post came twice."""
    steps = Step.objects.filter(case__number=number).only("verb", "actor_key", "details", "position")
    twice = any(
        made == version + 1 and (step.verb, step.actor_key) == (verb, by.actor_key)
        for made, step in with_versions(steps)
    )
    return Outcome(number, before=True) if twice else Outcome(number, refusal=refusal)
