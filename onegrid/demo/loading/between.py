"""What the demo street has between streets: a case offered to the neighbour, and a way that leads through both."""

from datetime import datetime, timedelta

from onegrid.accounts.identity.models import User
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow.actions import offer_case
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries.offers import centres_to_ask
from onegrid.cases.paths.actions import draw_path, open_path_case
from onegrid.cases.paths.actions.drawing import Way
from onegrid.demo.street.areas import NEIGHBOUR_CODE, STREET_CODE
from onegrid.places.areas.models import Area

SPILL = "06014"  # 道路遗撒


def write_between(users: dict[str, User], at: datetime) -> int:
    """How many offers and ways. A way in the state of a draft, another with its lead case."""
    return _offer(users["dispatcher"], at) + _ways(users["dispatcher"], users["shift"], at)


def _offer(dispatcher: User, at: datetime) -> int:
    case = Case.objects.filter(state="dispatched", holds_open=0, street__code=STREET_CODE)
    offered = case.order_by("pk").first()
    centre = next(iter(centres_to_ask(offered.area_path)), None) if offered else None
    if offered is None or centre is None:
        return 0
    offer_case(
        case_id=offered.pk, org_id=centre.pk, by=dispatcher, at=at - timedelta(hours=1),
        reason="现场在界桩以东，属清河街道道路，请接收。",
    )  # fmt: skip
    return 1


def _ways(dispatcher: User, shift: User, at: datetime) -> int:
    spill = CaseClass.objects.filter(code=SPILL, kind="event", version__status="published").first()
    line = _through_both()
    if spill is None or not line:
        return 0
    for number, words in enumerate(("渣土车沿途遗撒，轮胎带泥。", "清运车滴漏，一路污水。")):
        begins = at - timedelta(hours=6 + 20 * number)
        path = draw_path(
            way=Way(line=line, vehicle="", from_at=begins, to_at=begins + timedelta(minutes=18)),
            text=words, class_id=spill.pk, by=dispatcher, at=begins + timedelta(hours=1),
        )  # fmt: skip
        if number:
            open_path_case(path_id=path.pk, by=shift, at=begins + timedelta(hours=2))
    return 2


def _through_both() -> str:
    """From the middle of a grid here, through the grid nearest to the border, to one of the neighbour's; a line as
    people type it ("lon,lat lon,lat …", degrees); "" where there are not two streets."""
    here, there = (
        [grid.centre for grid in Area.objects.filter(kind="grid", code__startswith=code) if grid.centre]
        for code in (STREET_CODE, NEIGHBOUR_CODE)
    )
    if not here or not there:
        return ""
    end = there[0]
    by_distance = sorted(here, key=end.distance)
    points = [by_distance[min(12, len(by_distance) - 1)], by_distance[0], end]
    return " ".join(f"{point.x:.6f},{point.y:.6f}" for point in points)
