"""派工单: what stands on the paper that somebody takes along. Two queries and the scope's, however many cases."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from onegrid.cases.flow.models import Case, Evidence
from onegrid.cases.flow.queries import NOT_IN_ROWS, visible
from onegrid.cases.flow.refusals import no_such_case
from onegrid.kit.actors import Actor

TICKETS_MOST = 50
PHOTOS_ON_PAPER = 3
READ_WITH = ("case_class", "standard", "unit", "holder_org", "holder_user", "grid", "community", "street")


@dataclass
class Ticket:
    """One sheet. Neither name nor phone of the reporter: paper lies about."""

    case: Case
    photos: list[Evidence] = field(default_factory=list)


def tickets(*, numbers: Sequence[str], viewer: Actor) -> list[Ticket]:
    """In the order of `numbers`, at most TICKETS_MOST; what the viewer may not see is not among them. NotFound when
    nothing is left."""
    wanted = list(dict.fromkeys(numbers))[:TICKETS_MOST]
    rows = visible(viewer).filter(number__in=wanted).select_related(*READ_WITH)
    hidden = [name for name in NOT_IN_ROWS if not name.startswith("holder_user__")]
    borders = [f"{area}__{shape}" for area in ("community", "street") for shape in ("boundary", "centre")]
    found = {case.number: Ticket(case) for case in rows.defer(*hidden, *borders)}
    if not found:
        raise no_such_case()
    photos: dict[int, list[Evidence]] = defaultdict(list)
    on_paper = Evidence.objects.filter(file__media_type__startswith="image/")
    kept = on_paper.filter(case__in=[one.case.pk for one in found.values()])
    for row in kept.order_by("case_id", "step_id", "position"):
        photos[row.case_id].append(row)
    for one in found.values():
        one.photos = photos[one.case.pk][:PHOTOS_ON_PAPER]
    return [found[number] for number in wanted if number in found]
