"""Reading repairs, within the cases that the viewer may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from onegrid.accounts.identity.models import Posting, User
from onegrid.cases.flow.access import SEE
from onegrid.cases.flow.queries import NOT_IN_ROWS, Story, case_story, require_some_reach
from onegrid.cases.flow.refusals import no_such_case
from onegrid.cases.flow.rules import FINAL, State
from onegrid.cases.repairs.models import Repair
from onegrid.kit.actors import Actor

PAGE = 50
SHOWN = ("case__case_class", "compound", "worker", "facility__building")


@dataclass(frozen=True)
class RepairStory:
    """The repair and the case's own story. `workers`: of the firm, who may be sent."""

    repair: Repair
    story: Story
    workers: list[User]


def in_hand(viewer: Actor) -> QuerySet[Repair]:
    """Repairs of cases in the viewer's scope that their firm still has, or had to the end."""
    scope = require_some_reach(viewer)
    return Repair.objects.filter(scope.q("case__area_path", "case__unit_id"), case__unit=F("firm"))


def repairs(
    *, viewer: Actor, compound_id: int | None = None, ended: bool = False, before: int | None = None
) -> list[Repair]:
    """A page, the newest first, `before` an id: open ones, or those that ended. Handled counts as open."""
    rows = (
        in_hand(viewer).filter(case__state__in=FINAL)
        if ended
        else in_hand(viewer).exclude(case__state__in=FINAL)
    )
    if compound_id is not None:
        rows = rows.filter(compound=compound_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    hidden = [f"case__{name}" for name in NOT_IN_ROWS if "__" not in name] + [
        "worker__phone",
        "compound__boundary",
    ]
    return list(rows.select_related(*SHOWN).defer(*hidden).order_by("-id")[:PAGE])


def open_by_compound(compound_ids: Sequence[int], *, viewer: Actor) -> dict[int, int]:
    """How many open repairs each has; none for whoever sees no case. One query."""
    if not viewer.scope(SEE).reaches or not compound_ids:
        return {}
    rows = in_hand(viewer).filter(compound__in=compound_ids).exclude(case__state__in=FINAL)
    counted = rows.order_by().values("compound").annotate(count=Count("pk")).values_list("compound", "count")
    return {compound: count for compound, count in counted if compound is not None}


def waiting(viewer: Actor, *, most: int = 99) -> int:
    """How many wait for the firm: handed over and not yet fed back. Counted to `most`."""
    own = [reach.org_id for reach in viewer.scope(SEE).reaches if reach.org_id is not None]
    if not own:
        return 0
    rows = Repair.objects.filter(firm__in=own, case__unit=F("firm"), case__state=State.DISPATCHED)
    return rows[:most].count()


def repair_story(number: str, *, viewer: Actor, today: date) -> RepairStory:
    """By the case's number. NotFound when it is no repair, or out of reach."""
    story = case_story(number=number, viewer=viewer)
    found = (
        Repair.objects.select_related("firm", *SHOWN).filter(case=story.case, firm=story.case.unit_id).first()
    )
    if found is None:
        raise no_such_case()
    return RepairStory(found, story, workers_of(found.firm_id, today))


def workers_of(firm_id: int, today: date) -> list[User]:
    """Everybody who holds a post in the firm today."""
    posts = Posting.objects.serving_on(today).filter(Q(organisation=firm_id)).select_related("user")
    found = {post.user_id: post.user for post in posts.order_by("user_id")[:200]}
    return list(found.values())
