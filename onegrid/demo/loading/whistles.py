"""Whistles of the demo street in every state, so that street, department and district each find something to do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from onegrid.accounts.identity.models import Grant, User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.models import Case
from onegrid.cases.whistle import actions
from onegrid.cases.whistle.models import Whistle, WhistleCall
from onegrid.cases.whistle.rules import Role
from onegrid.demo.loading.pictures import picture
from onegrid.demo.loading.steps import BY
from onegrid.demo.street.areas import STREET_CODE
from onegrid.places.areas.models import Area


@dataclass(frozen=True)
class Sample:
    """`hours` ago; `called`: codes of organisations, who leads first; `done`: how far (the words of `_played`)."""

    kind: str
    hours: int
    called: tuple[str, ...]
    words: str
    done: str
    by: str = "leader"
    with_case: bool = False


WHISTLES = (
    Sample("joint", 24 * 12, ("municipal", "enforcement"), "夜市摊点占道、油污排入雨水口，请联合整治。", "rated"),
    Sample("emergency", 24 * 6, ("gas", "municipal"), "施工挖破燃气支管，请立即到场处置。", "finished"),
    Sample("appeal", 24 * 5, ("water_affairs",), "地下室反复渗水，请查明水源。", "low"),
    Sample("key_work", 24 * 4, ("housing",), "老旧小区改造交叉施工，请协调工期。", "withdrawn"),
    Sample("appeal", 3, ("social_security",), "独居老人社保卡遗失，行动不便，请上门补办。", "signed", with_case=True),
    Sample("joint", 26, ("municipal", "urban"), "工地渣土车带泥上路，请到场联合检查。", "record"),
    Sample("joint", 4, ("traffic", "municipal"), "校门口违停成排，消防车进不来。", "refused"),
    Sample("joint", 5, ("municipal",), "主路窨井塌陷，围挡外还有车通行，请到场。", "silent"),
    Sample("appeal", 1, ("social_security", "housing"), "征收安置户待遇有争议，请答复。", "waiting", by="dispatcher"),
)  # fmt: skip


def write_whistles(orgs: dict[str, Organisation], users: dict[str, User], at: datetime) -> int:
    """How many. Everything by the people whose work it is."""
    actions.load_kinds(by=BY, at=at - timedelta(days=30))
    street = Area.objects.get(code=STREET_CODE)
    grids = list(
        Area.objects.below(street.path).filter(kind="grid").order_by("code")[: len(WHISTLES) * 7 : 7]
    )
    case = Case.objects.filter(state="dispatched", holds_open=0, street=street).order_by("pk").last()
    for number, (sample, grid) in enumerate(zip(WHISTLES, grids, strict=False)):
        begins = at - timedelta(hours=sample.hours)
        if sample.kind == "emergency":
            begins = timezone.localtime(begins).replace(hour=2, minute=5)
        about_case = sample.with_case and case is not None
        centre = grid.centre
        wanted = actions.Wanted(
            kind=sample.kind,
            words=sample.words,
            roles={
                orgs[code].pk: Role.HELPER if place else Role.LEAD for place, code in enumerate(sample.called)
            },
            case_ids=[case.pk] if about_case and case is not None else [],
            area_id=None if about_case else grid.pk,
            lon=None if about_case or centre is None else centre.x,
            lat=None if about_case or centre is None else centre.y,
        )
        whistle = actions.blow_whistle(wanted=wanted, key=f"demo-{number}", by=users[sample.by], at=begins)
        _played(whistle, sample.done, users, begins)
    actions.tell_of_silence(at=at)
    return len(WHISTLES)


def _played(whistle: Whistle, done: str, users: dict[str, User], begins: datetime) -> None:
    calls = list(whistle.calls.select_related("organisation").order_by("pk"))
    calls.sort(key=lambda call: call.role != Role.LEAD)
    minute = timedelta(minutes=1)
    if done in ("waiting", "silent"):
        return
    if done == "withdrawn":
        actions.withdraw_whistle(
            whistle_id=whistle.pk, reason="工期已自行协商一致。", by=users["leader"], at=begins + 90 * minute
        )
        return
    if done == "refused":
        actions.refuse_call(
            reason="校门口停车秩序由学校和街道日常管理。", **_by(calls[0], users), at=begins + 40 * minute
        )
        return
    for call in calls:
        actions.sign_call(**_by(call, users), at=begins + 10 * minute)
    if done == "signed":
        return
    for place, call in enumerate(calls):
        actions.report_in(
            arrival=_arrival(whistle, place), **_by(call, users), at=begins + (20 + 5 * place) * minute
        )
    if done in ("record", "rated"):
        _recorded(whistle, calls, users, begins + 60 * minute, all_sign=done == "rated")
    if done == "record":
        return
    for call in calls:
        actions.finish_call(result="已到场处置，现场恢复正常。", **_by(call, users), at=begins + 150 * minute)
    _rated(whistle, calls, users, begins + 300 * minute, low=done == "low")


def _arrival(whistle: Whistle, place: int) -> actions.Arrival:
    point = whistle.point
    if point is None:
        return actions.Arrival(photo=picture(700 + place))
    return actions.Arrival(lon=point.x + 0.0003 * (place + 1), lat=point.y, photo=picture(700 + place))


def _recorded(
    whistle: Whistle, calls: list[WhistleCall], users: dict[str, User], at: datetime, *, all_sign: bool
) -> None:
    day = timezone.localdate(at)
    actions.write_record(
        whistle_id=whistle.pk,
        findings="现场三处问题：路面带泥、无冲洗设备、夜间超时作业。",
        tasks=[
            actions.Task("出入口加装冲洗设备", calls[0].organisation_id, day + timedelta(days=3)),
            actions.Task("每晚巡查一次，连续一周", calls[-1].organisation_id, day + timedelta(days=20)),
        ],
        by=users["leader"],
        at=at,
    )
    for call in calls if all_sign else calls[1:]:
        actions.sign_record(**_by(call, users), at=at + timedelta(minutes=15))
    if all_sign:
        task = whistle.record.tasks.order_by("position")[0]
        actions.finish_task(
            whistle_id=whistle.pk, task_id=task.pk, words="已安装并试用", by=_people(calls[0], users),
            at=at + timedelta(days=2),
        )  # fmt: skip


def _rated(
    whistle: Whistle, calls: list[WhistleCall], users: dict[str, User], at: datetime, *, low: bool
) -> None:
    for place, call in enumerate(calls):
        stars, words = (2, "拖到最后一刻才到，渗水点仍未查清。") if low else (5 - place, "到得快，配合好。")
        about: dict[str, Any] = {"whistle_id": whistle.pk, "call_id": call.pk, "at": at}
        actions.rate_whistle(of_department=True, stars=stars, words=words, by=users["leader"], **about)
        actions.rate_whistle(
            of_department=False, stars=4, words="事由清楚。", by=_people(call, users), **about
        )


def _by(call: WhistleCall, users: dict[str, User]) -> dict:
    return {"whistle_id": call.whistle_id, "call_id": call.pk, "by": _people(call, users)}


def _people(call: WhistleCall, users: dict[str, User]) -> User:
    """The department's first officer: the demo's account where there is one."""
    own = Grant.objects.filter(organisation=call.organisation_id, role__code="department_officer")
    return own.order_by("pk").select_related("user")[0].user
