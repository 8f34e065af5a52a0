"""What is closed together with a case: cases linked with it, cases merged into it, and what is linked with these."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from onegrid.cases.flow.actions.help import release_all
from onegrid.cases.flow.actions.informing import Said, inform
from onegrid.cases.flow.actions.merging import lift_holds
from onegrid.cases.flow.actions.writing import (
    Taken,
    advance,
    drafted,
    locked_case,
    nothing_left_to_decide,
    written,
)
from onegrid.cases.flow.facts import CaseClosed
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries.family import carried_on, family_of
from onegrid.cases.flow.refusals import linked_not_ready
from onegrid.cases.flow.rules import State, Verb
from onegrid.cases.flow.standing import locked, standing_of
from onegrid.kit.actors import Actor
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.facts import announce


def family_locked(case_id: int) -> set[int]:
    """Ids of what closes together with it, all of them locked, the older first, as everybody locks several cases:
    two people who act on the same ones never wait for each other."""
    family = family_of(case_id)
    if len(family) > 1:
        rows = Case.objects.filter(pk__in=family).order_by("pk")
        list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
    return family


def close_family(case: Case, family: set[int], *, words: str, by: Actor, at: datetime) -> list[Case]:
    """Closes what belongs to a case that has just been closed, in the same transaction. `family`: as it was locked.

    Each keeps its own number, so every reporter reads under his own what came of it. What is merged closes as it is:
    whoever may close the one may close these, they are the same matter. What is linked has to be ready itself.
    Refused, and nothing is closed: linked_not_ready (one of them cannot be closed yet, or not by this person),
    linked_busy (another came to it meanwhile).
    """
    belonging = family_of(case.pk)  # as it is under the locks: somebody may have taken it apart before
    if belonging - family:
        raise Refused("linked_busy", _("Somebody is working on a linked case just now. Please try again."))
    if len(belonging) == 1:
        return []
    numbers = dict(Case.objects.filter(pk__in=belonging).values_list("pk", "number"))
    into = {one: other for one, other in carried_on(belonging).items() if other in belonging}
    still_open = list(
        Case.objects.open_now()
        .filter(pk__in=belonging - {case.pk})
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    taken = Taken(Verb.CLOSE, by, at, words, details={"with": case.number})
    ready = _ready([(pk, numbers[pk]) for pk in still_open if pk not in into], taken)
    for other in ready:
        step = advance(other, taken)
        announce(CaseClosed(other.pk, step.pk), path=other.area_path, org_id=other.unit_id)
        inform(other, step, Said.CLOSED, at)
    return ready + [
        _close_as_it_is(pk, Taken(Verb.CLOSE, by, at, words, details={"with": numbers[into[pk]]}))
        for pk in still_open
        if pk in into
    ]


def _ready(wanted: Iterable[tuple[int, str]], taken: Taken) -> list[Case]:
    ready, waiting = [], []
    for case_id, number in wanted:
        try:
            ready.append(locked_case(case_id, None, taken))
        except (Refused, NotAllowed):
            waiting.append(number)
        except NotFound:  # of another street: not even its number is said
            waiting.append("…")
    if waiting:
        raise linked_not_ready(waiting)
    return ready


def _close_as_it_is(case_id: int, taken: Taken) -> Case:
    """A duplicate, from whatever state it waits in."""
    case = locked(case_id, taken.by, taken.at)
    assert case is not None  # its link refers to it
    before, clock, at = case.state, standing_of(case).clock, taken.at
    nothing_left_to_decide(case, at)
    release_all(case, at)
    lift_holds(case, taken.by, at, every=True)
    if clock is not None:
        clock.stopped_at = at
    case.state, case.version, case.stepped_at, case.ended_at = State.CLOSED, case.version + 1, at, at
    case.holder_org, case.holder_user = None, None
    draft = drafted(case, taken, before=before, details=taken.details, to="")
    step = written(case, draft, stopped=clock)
    announce(CaseClosed(case.pk, step.pk), path=case.area_path, org_id=case.unit_id)
    inform(case, step, Said.CLOSED, at)
    return case
