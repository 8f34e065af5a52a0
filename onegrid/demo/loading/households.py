"""Some households of the worker's grid that are looked in on. Names and phones are invented, as everything here."""

from datetime import datetime, timedelta

from onegrid.accounts.identity.models import User
from onegrid.cases.visits.actions import plan_visits, record_visit
from onegrid.cases.visits.rules import Outcome, Told
from onegrid.demo.loading.steps import BY
from onegrid.places.addresses.models import Address

# reason, name, days since the plan began, what the last visit found (None: never visited)
HOUSEHOLDS = (
    ("elderly_alone", "沈奶奶", 8, Told(Outcome.MET, "沈奶奶", "精神好，血压药够吃两周。")),
    ("elderly_alone", "卢大爷", 15, Told(Outcome.NOBODY)),
    ("disabled", "郝先生", 31, Told(Outcome.MET, "郝先生的妻子", "轮椅已修好。", "单元门口坡道缺一块砖。")),
    ("newcomer", "黎女士", 2, None),
    ("low_income", "焦先生", 20, Told(Outcome.MET, "焦先生", "补贴已到账。")),
    ("child_alone", "小敏", 3, Told(Outcome.MET, "奶奶和孩子", "作业有志愿者辅导。")),
)  # fmt: skip


def write_households(users: dict[str, User], at: datetime) -> int:
    """How many; none where no room of the grid has an address."""
    worker = users["worker"]
    grid = worker.duties.get().area
    rooms = list(Address.objects.filter(grid=grid, kind="room", valid_to=None).order_by("pk")[:240:40])
    for number, (room, (reason, name, days, last)) in enumerate(zip(rooms, HOUSEHOLDS, strict=False)):
        began = at - timedelta(days=days)
        plan = plan_visits(
            address_id=room.pk, reason=reason, name=name, phone=f"000-5500-{1000 + number}", by=BY, at=began
        )
        if last is not None:
            record_visit(
                plan_id=plan.pk, told=last, key=f"demo-{room.pk}", by=worker, at=began + timedelta(hours=4)
            )
    return len(rooms)
