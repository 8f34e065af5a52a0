"""One act each, by the same actions as people use and by the demo's own people. What the rules refuse is refused."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from random import Random
from typing import Any

import shapely

from onegrid.accounts.duties.queries import responsible
from onegrid.accounts.identity.models import Posting, User
from onegrid.accounts.presence.actions import keep_position, sign_off, sign_on
from onegrid.accounts.presence.models import Presence
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.catalog.queries import standards_of
from onegrid.cases.flow import actions
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.models import Case, Channel
from onegrid.cases.flow.rules import State
from onegrid.demo.loading.pictures import picture
from onegrid.demo.simulator.plan import Report, along
from onegrid.exchange.connectors.models import ServedUnit
from onegrid.kit.errors import Refused
from onegrid.kit.geo.metres import metres_between
from onegrid.places.areas.models import Area

# Which step comes in which state; "" ends it.
STEP_OF = {
    State.REPORTED: "verify", State.VERIFIED: "file", State.FILED: "dispatch", State.DISPATCHED: "handle",
    State.HANDLED: "check", State.CHECKED: "close", State.CLOSED: "rate",
}  # fmt: skip


@dataclass
class Street:
    """Its grids and the people who act in it, read once."""

    grids: list[Area]
    people: dict[str, User]
    classes: dict[str, CaseClass]

    @classmethod
    def read(cls, code: str, at: datetime) -> "Street":
        area = Area.objects.get(kind="street", code=code, valid_to=None)
        grids = Area.objects.filter(
            path__startswith=area.path, kind__in=("grid", "exclusive_grid"), valid_to=None
        )
        names = ("acceptor", "shift", "dispatcher")
        classes = CaseClass.objects.filter(version__status="published", kind="event").order_by("version_id")
        return cls(
            list(grids.order_by("code")),
            {user.username: user for user in User.objects.filter(username__in=names)},
            {one.code: one for one in classes},
        )


@dataclass
class Matter:
    """A report under way. `turned`: the side road was taken."""

    report: Report
    case_id: int
    turned: bool = False


@dataclass
class Walker:
    """A worker on his round: signed on by us, or found on duty and left so."""

    user: User
    ring: list[tuple[float, float]]
    lengths: list[float] = field(default_factory=list)
    presence: Presence | None = None


def open_report(street: Street, report: Report, at: datetime) -> Matter:
    """By the channel of the report: a resident, the telephone, or the worker who walks there."""
    grid = street.grids[int(report.grid * len(street.grids))]
    lon, lat = _spot(grid, report.spot)
    given: dict[str, Any] = {"text": report.words, "lon": lon, "lat": lat, "photos": [picture(report.number)]}
    by: Any = Resident()
    if report.channel == Channel.HOTLINE:
        by, given["photos"] = street.people["acceptor"], []
    elif report.channel == Channel.GRID_WORKER:
        by = _worker_of(grid.pk, at) or by
    channel = Channel(report.channel) if not isinstance(by, Resident) else Channel.RESIDENT
    case = actions.open_case(channel=channel, case_class=street.classes[report.code], by=by, at=at, **given)
    return Matter(report, case.pk)


def step_due(case: Case) -> str:
    """The step that comes next; "wait" while it stands still or another system has it; "" when it has ended."""
    if case.state == State.CANCELLED or case.merged_into_id:
        return ""
    if case.holds_open:
        return "wait"
    if case.state == State.DISPATCHED and _is_elsewhere(case):
        return "wait"
    return STEP_OF[State(case.state)]


def take_step(street: Street, matter: Matter, step: str, at: datetime) -> bool:
    """Does it; whether anything is to come. Refused, NotAllowed, NotFound as the actions do."""
    case = Case.objects.select_related("case_class").get(pk=matter.case_id)
    report = matter.report
    one: dict[str, Any] = {"case_id": case.pk, "at": at}
    if step == "verify":
        if report.side == "settle":
            after = [picture(report.number, done=True)]
            actions.settle_case(**one, words="已当场处理。", photos=after, by=_holder(case))
        else:
            actions.verify_case(**one, words="现场核实，情况属实。", by=_holder(case))
    elif step == "file":
        case_class = case.case_class or street.classes[report.code]
        rows = standards_of(case_class)
        actions.file_case(
            **one,
            class_id=case_class.pk,
            standard_id=rows[0].pk if rows else None,
            by=street.people["shift"],
        )
    elif step == "dispatch":
        actions.dispatch_case(**one, by=street.people["dispatcher"])
    elif step == "handle":
        _handle(case, matter, at)
    elif step == "check":
        if report.side == "rework" and not matter.turned:
            matter.turned = True
            actions.rework_case(**one, reason="现场仍未清理干净，请再处理。", by=_holder(case))
        else:
            actions.check_case(**one, words="现场核查，已恢复。", by=_holder(case))
    elif step == "close":
        actions.close_case(**one, by=street.people["shift"])
    elif step == "rate" and report.stars:
        actions.rate_case(
            number=case.number, follow_code=case.follow_code, stars=report.stars, satisfied=report.stars > 2, at=at
        )  # fmt: skip
    return step != "rate"


def _handle(case: Case, matter: Matter, at: datetime) -> None:
    officers = Posting.objects.filter(organisation=case.unit_id, kind="officer").select_related("user")
    officer = officers.order_by("pk").first()
    if officer is None:
        raise Refused("nobody_in_unit", "")
    if matter.report.side == "return" and not matter.turned:
        matter.turned = True
        reason = "现场情况与本单位职责不符，请核对后再派。"
        actions.return_case(case_id=case.pk, reason=reason, by=officer.user, at=at)
        return
    after = [picture(matter.report.number, done=True)]
    actions.handle_case(case_id=case.pk, words="已到现场处理完毕。", photos=after, by=officer.user, at=at)


def _holder(case: Case) -> User:
    """Who has it; a matter that nobody on site has is refused like any other."""
    if case.holder_user is None:
        raise Refused("nobody_on_site", "")
    return case.holder_user


def _is_elsewhere(case: Case) -> bool:
    return ServedUnit.objects.filter(unit=case.unit_id, system__is_on=True).exists()


def _worker_of(grid_id: int, at: datetime) -> User | None:
    """Who goes there, also called in; nobody reports as a worker from the street's centre."""
    found = responsible([grid_id], at, on_site=True).get(grid_id)
    if found is not None and found.why == "centre_on_duty":
        return None
    return User.objects.filter(pk=found.user_id).first() if found else None


def _spot(grid: Area, shares: tuple[float, float]) -> tuple[float, float]:
    """A point in the grid: tries from the shares on, so that the same shares give the same point."""
    ground = _ground(grid)
    west, south, east, north = ground.bounds
    drawn = Random(f"{shares[0]}:{shares[1]}")
    for _try in range(50):
        point = shapely.Point(drawn.uniform(west, east), drawn.uniform(south, north))
        if ground.contains(point):
            return round(point.x, 6), round(point.y, 6)
    inside = ground.representative_point()
    return round(inside.x, 6), round(inside.y, 6)


def _ground(grid: Area) -> shapely.Geometry:
    assert grid.boundary is not None  # every grid of the demo has its border
    return shapely.from_wkb(bytes(grid.boundary.wkb))


def walkers(street: Street, seed: int, count: int, share: float, at: datetime) -> list[Walker]:
    """Workers who go to a grid now, spread over the street, each with his round in it."""
    found: dict[int, Walker] = {}
    grids = Random(f"{seed}:walkers").sample(street.grids, len(street.grids))
    answering = responsible([grid.pk for grid in grids], at, on_site=True)
    for grid in grids:
        one = answering.get(grid.pk)
        if one is None or one.user_id in found or len(found) >= count:
            continue
        user = User.objects.filter(pk=one.user_id).first()
        if user is not None:
            ring = _round(grid, share)
            lengths = [metres_between(*a, *b) for a, b in pairwise(ring)]
            found[user.pk] = Walker(user, ring, lengths)
    return list(found.values())


def _round(grid: Area, share: float) -> list[tuple[float, float]]:
    """The border of the grid, drawn together towards its middle: a way inside it, or nearly."""
    border = _ground(grid)
    middle = border.centroid
    largest = max(getattr(border, "geoms", [border]), key=lambda part: part.area)
    return [
        (middle.x + (x - middle.x) * share, middle.y + (y - middle.y) * share)
        for x, y in largest.exterior.coords
    ]


def walk(walker: Walker, metres: float, at: datetime) -> None:
    """Signed on at the first step; then where he is. Sent too soon after the last one it is left out."""
    if walker.presence is None:
        on_before = Presence.objects.filter(user=walker.user, ended_at=None).exists()
        begun = sign_on(by=walker.user, at=at)
        walker.presence = None if on_before else begun
    lon, lat = along(walker.ring, metres, walker.lengths)
    keep_position(lon=lon, lat=lat, accuracy_m=10, by=walker.user, at=at)


def go_home(walker: Walker, at: datetime) -> None:
    if walker.presence is not None:
        sign_off(presence_id=walker.presence.pk, by=walker.user, at=at)
