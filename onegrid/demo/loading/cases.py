"""A few sample cases through the real actions, so that no desk is empty at the first sign-in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.utils import timezone

from onegrid.accounts.duties.queries import on_duty
from onegrid.accounts.identity.models import Posting, User
from onegrid.cases.catalog.models import CaseClass, CatalogVersion
from onegrid.cases.catalog.queries import standards_of
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.actions.calling import end_call
from onegrid.cases.flow.actions.intake import open_case
from onegrid.cases.flow.actions.office import (
    cancel_case,
    close_case,
    dispatch_case,
    file_case,
    handle_case,
    return_case,
)
from onegrid.cases.flow.actions.site import check_case, rework_case, settle_case, verify_case
from onegrid.cases.flow.models import CallOutcome, Case, Channel
from onegrid.demo.loading.pictures import picture
from onegrid.demo.loading.steps import Progress
from onegrid.demo.names.places import COMMUNITIES
from onegrid.demo.street.addresses import Addressbook
from onegrid.demo.town.buildings import Use
from onegrid.demo.town.frame import lonlat
from onegrid.demo.town.town import Town
from onegrid.kit.actors import Actor

STEPS = ("verify", "file", "dispatch", "handle", "check", "close")


@dataclass(frozen=True)
class Sample:
    """What a resident wrote, the class of the matter, and how many of the six steps are done."""

    text: str
    code: str
    done: int
    here: bool = False  # in the grid of the account "worker"
    side: str = ""  # a side road after the steps done: settle, return, rework, cancel
    phone: str = ""  # of the reporter; 000 is not dialable


PHONE = "00000001234"  # one neighbour, who sees both under "my matters"

SAMPLES = (
    Sample("楼下垃圾桶满了两天没人清，味道很大。", "06010", 0, here=True),
    Sample("单元门口的路灯不亮，晚上老人出门看不清。", "01037", 0, here=True),
    Sample("小区东门井盖松动，车过时一直响。", "01002", 4, here=True, phone=PHONE),
    Sample("路口雨水箅子被树叶堵住，下雨就积水。", "01004", 1),
    Sample("人行道上有一辆破旧电动车放了很久，挡盲道。", "09010", 2),
    Sample("公园座椅木条断了一根，容易夹手。", "04007", 3),
    Sample("道路指示牌被树枝遮住，看不见。", "02010", 3),
    Sample("菜市场门口占道洗车，路面全是水。", "09021", 5),
    Sample("行道树有一枝断了，挂在半空。", "04002", 6, phone=PHONE),
    Sample("垃圾箱盖子坏了，合不上。", "03005", 6),
    Sample("楼道口堆了两袋装修垃圾。", "06011", 0, side="settle"),
    Sample("前两天报过的井盖，又报一次。", "01002", 0, side="cancel"),
    Sample("绿化带旁的垃圾箱倒了。", "03005", 3, side="return"),
    Sample("配电箱门开着，里面的线都露出来了，小孩常在旁边玩。", "01028", 2),
    Sample("路口积水，上次没修好。", "01004", 4, here=True, side="rework"),
    Sample("学校门口放学时有流动摊贩占道经营，孩子只能走机动车道。", "09006", 3, here=True),
)


def write_cases(
    town: Town,
    book: Addressbook,
    users: dict[str, User],
    at: datetime,
    progress: Progress,
) -> int:
    """How many were opened; none when no catalogue is in force on the first day."""
    begins = at - timedelta(days=2)
    version = CatalogVersion.objects.valid_on(timezone.localdate(begins)).first()
    if version is None:
        return 0
    classes = {c.code: c for c in CaseClass.objects.filter(version=version, kind="event")}
    count = 0
    homes = [_home(town, number, sample.here) for number, sample in enumerate(SAMPLES)]
    doors = [(town.buildings[i].shape.centroid.x, town.buildings[i].shape.bounds[1] - 2.0) for i in homes]
    for number, (sample, building, (lon, lat)) in enumerate(
        zip(SAMPLES, homes, lonlat(np.array(doors)), strict=True)
    ):
        if sample.code not in classes:
            continue
        start = begins + timedelta(minutes=17 * number)
        opened = open_case(
            channel=Channel.RESIDENT, text=sample.text, case_class=classes[sample.code], lon=float(lon),
            lat=float(lat), address=book.text(town, building), photos=[picture(number)], contact_phone=sample.phone,
            by=Resident(), at=start,
        )  # fmt: skip
        _move(opened, classes[sample.code], sample.done, users, start)
        if sample.side:
            _turn(opened, sample.side, users, start + timedelta(minutes=50 * (sample.done + 1)))
        count += 1
        progress(count)
    _answer_calls(users["acceptor"], at)
    return count


CALLS = (
    (CallOutcome.ANSWERED, "问老年证在哪里办。\n已答复：社区服务站窗口，带身份证。"),
    (CallOutcome.ELSEWHERE, "反映邻区主干道拥堵。\n已告知拨打当地交警电话。"),
    (CallOutcome.SILENT, ""),
)


def _answer_calls(clerk: User, at: datetime) -> None:
    """Calls of the morning that made no case; one asks about a case that is under way."""
    for number, (outcome, words) in enumerate(CALLS):
        when = at - timedelta(hours=3, minutes=20 * number)
        end_call(outcome=outcome, words=words, key=f"demo-call-{number}", by=clerk, at=when)
    asked = Case.objects.filter(ended_at=None).order_by("id").first()
    if asked is not None:
        given = {
            "outcome": CallOutcome.ABOUT_CASE,
            "number": asked.number,
            "words": "问办到哪一步了，已答复。",
        }
        end_call(**given, key="demo-call-about", by=clerk, at=at - timedelta(hours=1))


def _home(town: Town, number: int, here: bool) -> int:
    """A home in the grid of "worker" (the first of the middle community), or somewhere else."""
    plots = town.partition.plots
    first = next(i for i, p in enumerate(plots) if COMMUNITIES[p.community] == "云桥社区")
    homes = [i for i, b in enumerate(town.buildings) if b.use == Use.HOME and (b.plot == first) == here]
    return homes[(number * 211) % len(homes)]


def _move(case: Case, case_class: CaseClass, done: int, users: dict[str, User], start: datetime) -> None:
    """Takes the case through its first `done` steps, each by somebody whose step it is."""
    for number, step in enumerate(STEPS[:done], 1):
        case.refresh_from_db()
        when = start + timedelta(minutes=50 * number)
        if step == "verify":
            verify_case(
                case_id=case.pk, words="现场核实，情况属实。", by=_on_site(case, when, users), at=when
            )
        elif step == "file":
            rows = standards_of(case_class)
            file_case(
                case_id=case.pk, class_id=case_class.pk, standard_id=rows[0].pk if rows else None,
                by=users["shift"], at=when,
            )  # fmt: skip
        elif step == "dispatch":
            dispatch_case(case_id=case.pk, by=users["dispatcher"], at=when)
        elif step == "handle":
            shown = [picture(case.pk, done=True)]
            handle_case(case_id=case.pk, words="已到现场处理完毕。", photos=shown, by=_officer(case), at=when)
        elif step == "check":
            check_case(case_id=case.pk, words="现场核查，已恢复。", by=_on_site(case, when, users), at=when)
        else:
            close_case(case_id=case.pk, by=users["shift"], at=when)


def _turn(case: Case, side: str, users: dict[str, User], when: datetime) -> None:
    """Off the main road: settled on the spot, cancelled, returned by the unit, or sent back for rework."""
    case.refresh_from_db()
    if side == "settle":
        settle_case(
            case_id=case.pk, words="已当场清走。", photos=[picture(case.pk, done=True)],
            by=_on_site(case, when, users), at=when,
        )  # fmt: skip
    elif side == "cancel":
        cancel_case(case_id=case.pk, reason="与前一件重复，已并案办理。", by=users["shift"], at=when)
    elif side == "return":
        return_case(case_id=case.pk, reason="该处由物业公司管理，请改派。", by=_officer(case), at=when)
    else:
        rework_case(case_id=case.pk, reason="仍有积水，请再处理。", by=_on_site(case, when, users), at=when)


def _on_site(case: Case, when: datetime, users: dict[str, User]) -> Actor:
    """Whoever of the grid's own people answers first."""
    assert case.grid_id is not None
    own = Posting.objects.filter(area=case.grid_id, kind__in=("grid_worker", "deputy", "grid_head"))
    known = {posting.user_id: posting.user for posting in own.select_related("user")}
    for one in on_duty(case.grid_id, when):
        if one.user_id in known:
            return known[one.user_id]
    return next(user for user in known.values())


def _officer(case: Case) -> Actor:
    """The first officer of the unit that has it; a unit without officers is an error of the demo."""
    return Posting.objects.filter(organisation=case.unit_id, kind="officer").order_by("pk")[0].user
