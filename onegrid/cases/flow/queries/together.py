"""Before one step is taken with many cases: which of them it can be taken with, and why not with the others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.queries import class_by_id, routes
from onegrid.cases.flow import rules
from onegrid.cases.flow.access import needed, require_case, require_level
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries import visible
from onegrid.cases.flow.queries.family import carried_on, families
from onegrid.cases.flow.refusals import broken, linked_not_ready, no_such_case
from onegrid.cases.flow.rules import NEEDS_REASON, NEEDS_WORDS, Broken, State, Verb
from onegrid.cases.flow.standing import objections
from onegrid.kit.actors import Actor
from onegrid.kit.errors import NotFound, Refusal, Refused

TOGETHER_MOST = 200
SHOWN_WITH = ("case_class", "unit", "holder_org", "holder_user", "grid")
# What needs no look at the single case: no class to choose, no photo, nobody on site.
TOGETHER = (
    Verb.DISPATCH, Verb.CLOSE, Verb.PRESS, Verb.NOTE, Verb.RETURN, Verb.REWORK, Verb.CANCEL, Verb.ESCALATE,
    Verb.HAND_DOWN,
)  # fmt: skip


@dataclass(frozen=True)
class Prospect:
    """One chosen case; without a refusal the step can be taken. `case` None: not there for this viewer.

    Of a dispatch: `unit` that will have it and `why`, the `helpers` asked with it, and a `caution` where it needs
    words. Of closing: the numbers of what is closed `along` with it.
    """

    number: str
    case: Case | None
    refusal: Refusal | None
    unit: Organisation | None = None
    why: str = ""
    helpers: tuple[Organisation, ...] = ()
    caution: str = ""
    along: tuple[str, ...] = ()


def verbs_together(viewer: Actor) -> list[Verb]:
    """The steps of TOGETHER that the viewer has the right for anywhere."""
    return [verb for verb in TOGETHER if any(viewer.scope(what).reaches for what in _rights(verb))]


@cache  # as the table of steps says
def _rights(verb: Verb) -> set[str]:
    return {needed(state, verb) for state in State if (state, verb) in rules.STEPS} or {
        needed(State.FILED, verb)
    }


def prospects(*, verb: Verb, numbers: Sequence[str], viewer: Actor, at: datetime) -> list[Prospect]:
    """In the order of `numbers`. A handful of queries, however many there are."""
    found = {case.number: case for case in _chosen(numbers, viewer)}
    looked = [
        Prospect(number, found.get(number), _refusal(found.get(number), verb, viewer)) for number in numbers
    ]
    if verb == Verb.CLOSE:
        return _closed_with_what(looked, viewer)
    return _sent_where(looked, at) if verb == Verb.DISPATCH else looked


def _closed_with_what(looked: list[Prospect], viewer: Actor) -> list[Prospect]:
    """Each with what is closed along with it, or refused as close_case does when something linked is not ready."""
    going = {one.case.pk: one for one in looked if one.case is not None and one.refusal is None}
    belonging = families(going)
    others = set().union(*belonging.values()) - set(going)
    if not others and all(len(family) == 1 for family in belonging.values()):
        return looked
    rows = {case.pk: case for case in Case.objects.filter(pk__in=others).select_related("case_class")}
    cases = rows | {pk: one.case for pk, one in going.items() if one.case is not None}
    refused = {pk: _refusal(case, Verb.CLOSE, viewer) for pk, case in rows.items()}
    into = carried_on(cases)
    after = []
    for one in looked:
        if one.case is None or one.refusal is not None:
            after.append(one)
            continue
        family = belonging[one.case.pk]
        along = [cases[pk] for pk in sorted(family - {one.case.pk}) if not cases[pk].is_final]
        waiting = [case for case in along if into.get(case.pk) not in family and refused.get(case.pk)]
        if waiting:
            named = [_number_for(case, refused[case.pk]) for case in waiting]
            after.append(replace(one, refusal=linked_not_ready(named)))
        else:
            after.append(replace(one, along=tuple(case.number for case in along)))
    return after


def _number_for(case: Case, refusal: Refusal | None) -> str:
    """Of another street not even the number is said."""
    return "…" if isinstance(refusal, NotFound) else case.number


def _sent_where(looked: list[Prospect], at: datetime) -> list[Prospect]:
    """Each with the unit that the dispatch list names for it, as dispatch_case asks it; or why it names none."""
    going = [one.case for one in looked if one.case is not None and one.refusal is None]
    matters = {case.pk: class_by_id(case.case_class_id) for case in going if case.case_class_id}
    found = routes([(matters[case.pk], case.area_path) for case in going if case.pk in matters], at)
    said = objections([case.pk for case in going])
    after = []
    for one in looked:
        if one.case is None or one.case.pk not in matters:
            after.append(one)
            continue
        way = found[matters[one.case.pk].pk, one.case.area_path]
        if isinstance(way, Refused):
            after.append(replace(one, refusal=way))
            continue
        caution = _("This unit said that it is not its duty: please give the reason below.")
        if (one.case.pk, way.organisation.pk) not in said:
            caution = ""
        after.append(replace(one, unit=way.organisation, why=way.why, helpers=way.helpers, caution=caution))
    return after


def _chosen(numbers: Sequence[str], viewer: Actor) -> QuerySet[Case]:
    return visible(viewer).filter(number__in=numbers).select_related(*SHOWN_WITH)


def _refusal(case: Case | None, verb: Verb, viewer: Actor) -> Refusal | None:
    """What the action would say first: rights, level, rules. What only the words decide is asked later."""
    if case is None:
        return no_such_case()
    state = State(case.state)
    what = needed(state, verb)
    try:
        require_case(viewer, what, case)
        require_level(viewer, verb, what, case)
        rules.step(
            state,
            verb,
            words="-",
            photos=0,
            has_unit=case.unit_id is not None,
            check_needed=case.case_class is None or case.case_class.check_needed,
            held=case.holds_open > 0,
            designated=case.designated,
        )
    except Broken as failure:
        return broken(failure, case)
    except Refusal as refusal:
        return refusal
    return None


def words_asked(verb: Verb) -> bool:
    """Whether the step is refused without words."""
    return verb in NEEDS_REASON or verb in NEEDS_WORDS
