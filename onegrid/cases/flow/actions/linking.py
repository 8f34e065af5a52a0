"""关联: cases that belong together, each with its own unit and clock, and are closed together."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from onegrid.cases.flow.actions.informing import Said, inform
from onegrid.cases.flow.actions.merging import between, both_locked
from onegrid.cases.flow.actions.writing import Taken, noted
from onegrid.cases.flow.facts import CaseLinked, CaseUnlinked
from onegrid.cases.flow.models import Case, CaseLink, LinkKind
from onegrid.cases.flow.rules import Verb
from onegrid.kit.actors import Actor
from onegrid.kit.errors import Refused
from onegrid.kit.facts import announce

LINKED_MOST = 20  # cases that belong together


@transaction.atomic
def link_case(
    *, case_id: int, other_id: int, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """关联 two open cases. Refused besides the common ones: same_case, linked_already, too_many_linked."""
    if case_id == other_id:
        raise Refused("same_case", _("A case cannot be linked with itself."))
    taken = Taken(Verb.LINK, by, at, reason)
    case, other = both_locked(case_id, other_id, seen_version, taken)
    if CaseLink.objects.filter(between(case_id, other_id), ended_at=None).exists():
        raise Refused("linked_already", _("The two are linked or merged already."))
    if len(linked_ids(case_id) | linked_ids(other_id)) > LINKED_MOST:
        raise Refused("too_many_linked", _("At most %(most)s cases are linked.") % {"most": LINKED_MOST})
    CaseLink.objects.create(case=case, other=other, kind=LinkKind.RELATED, made_by=by.actor_key, made_at=at)
    step = noted(case, taken.saying(linked=other.number))
    others = noted(other, taken.saying(linked=case.number))
    announce(CaseLinked(case.pk, step.pk, other.pk), path=case.area_path, org_id=case.unit_id)
    inform(case, step, Said.LINKED, at)
    inform(other, others, Said.LINKED, at)
    return case


@transaction.atomic
def unlink_case(
    *, case_id: int, other_id: int, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """撤销关联. Refused besides the common ones: not_linked."""
    taken = Taken(Verb.UNLINK, by, at, reason)
    case, other = both_locked(case_id, other_id, seen_version, taken)
    ours = CaseLink.objects.filter(between(case_id, other_id), kind=LinkKind.RELATED, ended_at=None)
    if not ours.update(ended_at=at, ended_by=by.actor_key):
        raise Refused("not_linked", _("The two are not linked."))
    step = noted(case, taken.saying(unlinked=other.number))
    noted(other, taken.saying(unlinked=case.number))
    announce(CaseUnlinked(case.pk, step.pk, other.pk), path=case.area_path, org_id=case.unit_id)
    return case


def linked_ids(case_id: int) -> set[int]:
    """Everything that is linked with it, also by way of others; itself too. One question a round."""
    found, fresh = {case_id}, {case_id}
    while fresh and len(found) <= LINKED_MOST:
        pairs = CaseLink.objects.filter(
            Q(case__in=fresh) | Q(other__in=fresh), kind=LinkKind.RELATED, ended_at=None
        ).values_list("case_id", "other_id")
        fresh = {one for pair in pairs for one in pair} - found
        found |= fresh
    return found
