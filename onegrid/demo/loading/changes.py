"""What the worker reported of city components: waiting for a decision, decided, or written at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from onegrid.accounts.identity.models import User
from onegrid.demo.loading.pictures import picture
from onegrid.registry.facilities.models import Facility
from onegrid.registry.things.actions_changes import decide_change, propose_change
from onegrid.registry.things.models import ChangeKind, ChangeState, Thing, ThingStatus

METRES_IN_DEGREES = 0.00018  # of latitude: some 20 m


@dataclass(frozen=True)
class ChangePlan:
    """`who`: the demo account that reports it; `photo`: number of a drawn picture; `decided`: the answer, or None."""

    who: str
    kind: str
    status: str
    words: str
    hours_ago: int
    photo: int | None = None
    decided: tuple[bool, str] | None = None


PLANS = (
    ChangePlan("worker", ChangeKind.MISSING, ThingStatus.INTACT, "整体不见了，只剩底座螺栓。", 3, 51),
    ChangePlan("worker", ChangeKind.MOVED, ThingStatus.INTACT, "道路改造后移到路口东侧人行道上。", 5, 52),
    ChangePlan("head", ChangeKind.MENDED, ThingStatus.DAMAGED, "今天上午已修好，现场看过，恢复正常。", 20, 53),
    ChangePlan("head", ChangeKind.MISSING, ThingStatus.INTACT, "原位置没有找到，周边居民说上周被拆除。", 27),
    ChangePlan("worker", ChangeKind.BROKEN, ThingStatus.INTACT, "外壳开裂，螺丝松动。", 30, 54),
    ChangePlan(
        "worker", ChangeKind.MOVED, ThingStatus.INTACT, "实际位置在小区围墙外。", 52, None,
        (True, "已与权属单位核对。"),
    ),
    ChangePlan(
        "worker", ChangeKind.MISSING, ThingStatus.INTACT, "没有看到。", 75, None,
        (False, "请到现场再看一次并补拍照片。"),
    ),
)  # fmt: skip


def write_changes(users: dict[str, User], at: datetime) -> int:
    """How many wait. Each is of a component of another class in the worker's own grid."""
    grid = users["worker"].duties.get().area
    facilities = Facility.objects.values("thing_id")  # their firm keeps those
    classes: set[int] = set()
    waiting = 0
    for number, plan in enumerate(PLANS):
        here = Thing.objects.filter(grid=grid, status=plan.status).exclude(pk__in=facilities)
        found = here.exclude(thing_class__in=classes).order_by("pk").first()
        if found is None:
            continue
        classes.add(found.thing_class_id)
        when = at - timedelta(hours=plan.hours_ago)
        moved = plan.kind == ChangeKind.MOVED
        change = propose_change(
            identifier=found.identifier,
            kind=plan.kind,
            words=plan.words,
            lon=found.point.x if moved else None,
            lat=found.point.y + METRES_IN_DEGREES if moved else None,
            photo=picture(plan.photo) if plan.photo else None,
            key=f"demo-change-{number}",
            by=users[plan.who],
            at=when,
        )
        if plan.decided is not None:
            accept, answer = plan.decided
            later = when + timedelta(hours=4)
            decide_change(change_id=change.pk, accept=accept, answer=answer, by=users["dispatcher"], at=later)
        elif change.state == ChangeState.WAITING:
            waiting += 1
    return waiting
