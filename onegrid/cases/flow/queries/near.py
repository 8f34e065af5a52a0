"""Matters of an area as everybody may see them: what kind, how far it is, roughly where. Nothing about anybody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from onegrid.cases.flow.models import Case, Channel
from onegrid.cases.flow.publishing import NEAR_DECIMALS, Exactness, Publishing, publishing
from onegrid.cases.flow.queries import LEVEL_COLUMN
from onegrid.cases.flow.rules import State
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import Area

SHOWN = (
    State.FILED,
    State.DISPATCHED,
    State.HANDLED,
    State.CHECKED,
    State.CLOSED,
)  # somebody looked: it is there
OF_EACH = 30  # newest of each state
MOST = 60


@dataclass(frozen=True)
class PublicMatter:
    """`matter`: the kind in plain words, "" where nobody has classed it; `at`: longitude and latitude, to about 100
    metres or, `blurred`, the middle of its grid; None where neither is known."""

    matter: str
    state: str
    state_words: str
    opened_at: datetime
    grid: str
    at: tuple[float, float] | None
    blurred: bool


def public_matters(area: Area, *, at: datetime) -> list[PublicMatter]:
    """The newest of a street, community or grid. Public: no viewer. Two queries, whatever the area holds."""
    column = LEVEL_COLUMN.get(AreaKind(area.kind))
    if column is None:
        return []
    rule = publishing(timezone.localdate(at))
    since = at - timedelta(days=rule.days)
    ids = _newest(column, area.pk, since)
    rows = Case.objects.filter(pk__in=ids).select_related("case_class", "grid")
    rows = rows.defer("reporter_name", "reporter_phone", "text", "address", "grid__boundary")
    found = [_shown(case, rule) for case in rows.order_by("-id")]
    return [one for one in found if one is not None][:MOST]


def _newest(column: str, area_id: int, since: datetime) -> list[int]:
    """The newest ids of each state by the area's own index, so that no state hides the others."""

    def of(state: State) -> QuerySet[Case, int]:
        rows = Case.objects.filter(
            **{column: area_id}, state=state, secret=False, opened_at__gt=since, merged_into=None
        )
        rows = rows.exclude(channel=Channel.IMPORT)
        return rows.order_by("-id").values_list("pk", flat=True)[:OF_EACH]

    first, *others = (of(state) for state in SHOWN)
    return list(first.union(*others, all=True))


def _shown(case: Case, rule: Publishing) -> PublicMatter | None:
    how = rule.exactness(case.case_class)
    if how == Exactness.HIDDEN:
        return None
    blurred = how == Exactness.GRID
    place = (case.grid.centre if case.grid else None) if blurred else case.point
    return PublicMatter(
        case.case_class.plain if case.case_class else "",
        case.state,
        case.get_state_display(),
        case.opened_at,
        case.grid.name if case.grid else "",
        (round(place.x, NEAR_DECIMALS), round(place.y, NEAR_DECIMALS)) if place else None,
        blurred,
    )
