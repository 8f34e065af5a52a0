"""并案: a case that repeats another waits while the other is handled, and is closed together with it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from onegrid.cases.flow.actions.informing import Said, inform
from onegrid.cases.flow.actions.writing import Taken, locked_case, noted
from onegrid.cases.flow.facts import CaseMerged, CaseUnmerged
from onegrid.cases.flow.models import Case, CaseLink, Hold, LinkKind
from onegrid.cases.flow.rules import MERGED, Verb
from onegrid.cases.flow.standing import standing_of
from onegrid.cases.flow.timing import RUN_ON, run_on, show
from onegrid.kit.actors import Actor
from onegrid.kit.errors import Refused
from onegrid.kit.facts import announce


@transaction.atomic
def merge_case(
    *, case_id: int, into_id: int, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """并案: `case_id` is carried on by `into_id`; its clock stands still, and it is closed with the other.

    Refused besides the common ones: merged_already (one of them is, or others are merged into the first), same_case.
    """
    if case_id == into_id:
        raise Refused("same_case", _("A case cannot be merged with itself."))
    taken = Taken(Verb.MERGE, by, at, reason)
    case, into = both_locked(case_id, into_id, seen_version, taken)
    taken_up = Q(case__in=[case, into]) | Q(other=case)
    if CaseLink.objects.filter(taken_up, kind=LinkKind.DUPLICATE, ended_at=None).exists():
        raise Refused("merged_already", _("One of the two is merged already. Please undo that first."))
    _end_links(between(case.pk, into.pk), LinkKind.RELATED, by, at)  # more than linked now
    CaseLink.objects.create(case=case, other=into, kind=LinkKind.DUPLICATE, made_by=by.actor_key, made_at=at)
    Hold.objects.create(case=case, kind=MERGED, reason=into.number, put_by=by.actor_key, put_at=at)
    case.holds_open += 1
    clock = standing_of(case).clock
    if clock is not None and clock.held_at is None:
        clock.held_at = at
        clock.save(update_fields=["held_at"])
        show(case, clock)
    step = noted(case, taken.saying(into=into.number))
    noted(into, taken.saying(took_in=case.number))
    announce(CaseMerged(case.pk, step.pk, into.pk), path=case.area_path, org_id=case.unit_id)
    inform(case, step, Said.MERGED, at)
    return case


@transaction.atomic
def unmerge_case(
    *, case_id: int, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """撤销并案: the case stands for itself again, and its clock runs on. Refused: not_merged."""
    link = CaseLink.objects.filter(case=case_id, kind=LinkKind.DUPLICATE, ended_at=None).first()
    taken = Taken(Verb.UNMERGE, by, at, reason)
    if link is None:
        locked_case(case_id, seen_version, taken)
        raise _not_merged()
    case, into = both_locked(case_id, link.other_id, seen_version, taken)
    ended = CaseLink.objects.filter(pk=link.pk, ended_at=None).update(ended_at=at, ended_by=by.actor_key)
    if not ended:  # somebody else was faster, before the lock
        raise _not_merged()
    lift_holds(case, by, at)
    step = noted(case, taken.saying(**{"from": into.number}))
    noted(into, taken.saying(gave_back=case.number))
    announce(CaseUnmerged(case.pk, step.pk, into.pk), path=case.area_path, org_id=case.unit_id)
    return case


def refuse_with_merged(case: Case) -> None:
    """Whoever ends a case otherwise than by closing looks first what becomes of those merged into it."""
    if CaseLink.objects.filter(other=case, kind=LinkKind.DUPLICATE, ended_at=None).exists():
        raise Refused(
            "others_merged_into_it", _("Other cases are merged into this one. Please undo that first.")
        )


def both_locked(first: int, second: int, seen_version: int | None, taken: Taken) -> tuple[Case, Case]:
    """Both locked, the older first, so that two people who merge the same two do not wait for each other."""
    found = {
        case_id: locked_case(case_id, seen_version if case_id == first else None, taken)
        for case_id in sorted((first, second))
    }
    return found[first], found[second]


def lift_holds(case: Case, by: Actor, at: datetime, *, every: bool = False) -> None:
    """The clock runs on with the pause taken off, by the calendar of its start. `every`: not only the merge's hold; a
    case that ends waits for nothing."""
    holds = Hold.objects.filter(case=case, lifted_at=None)
    if not every:
        holds = holds.filter(kind=MERGED)
    case.holds_open -= holds.update(lifted_by=by.actor_key, lifted_at=at)
    clock = standing_of(case).clock
    if case.holds_open or clock is None or clock.held_at is None:
        return  # another reason stands still
    clock.paused = [*clock.paused, [clock.held_at.isoformat(), at.isoformat()]]
    clock.held_at = None
    run_on(case, clock)
    clock.save(update_fields=["paused", "held_at", *RUN_ON])


def stands_for_itself(case: Case, by: Actor, at: datetime) -> None:
    """A case that was closed with another and is reopened is not carried on by the other any more."""
    _end_links(Q(case=case), LinkKind.DUPLICATE, by, at)


def _end_links(those: Q, kind: LinkKind, by: Actor, at: datetime) -> None:
    CaseLink.objects.filter(those, kind=kind, ended_at=None).update(ended_at=at, ended_by=by.actor_key)


def between(first: int, second: int) -> Q:
    return Q(case=first, other=second) | Q(case=second, other=first)


def _not_merged() -> Refused:
    return Refused("not_merged", _("This case is not merged with another."))
