"""Written instructions of the street's leader in every state, and cases that he pressed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.cases.flow.actions import press_case
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.rules import State
from onegrid.demo.loading.pictures import picture
from onegrid.kit.actors import Actor
from onegrid.oversight.supervision import actions
from onegrid.oversight.supervision.models import Errand
from onegrid.oversight.supervision.rules import Secrecy, Urgency, Verb


@dataclass(frozen=True)
class InstructionPlan:
    """`to`: "officer" (the demo officer's unit) or "station" (the demo clerk's); `steps`: verb and words, an hour
    apart, each by whose it is. `cases`: how many open ones it is about."""

    words: str
    to: tuple[str, ...]
    days_ago: int
    urgency: Urgency = Urgency.ORDINARY
    secrecy: Secrecy = Secrecy.OPEN
    cases: int = 0
    steps: tuple[tuple[str, str], ...] = ()


PLANS = (
    InstructionPlan(
        "请汇总今冬供暖前道路井盖、检查井的隐患底数，逐一明确整改时间。", ("officer",), 20,
        steps=(
            ("sign", ""),
            ("reply", "已排查 63 处，整改 58 处，余 5 处月底前完成，附清单。"),
            ("accept", "很好，余下的盯紧。"),
        ),
    ),
    InstructionPlan("校门口占道经营反复回潮，要有长效办法，不能一阵风。", ("officer",), 12, Urgency.URGENT),
    InstructionPlan(
        "请就这几件反复投诉的路面问题说明原因，一次修到位。", ("officer",), 1, Urgency.URGENT, cases=2,
        steps=(("sign", ""), ("reply", "基层沉降所致，已挖开重做，三日后恢复通行。")),
    ),
    InstructionPlan(
        "独居老人雨雪天探访要全覆盖，把名单和探访情况报我。", ("station",), 2,
        steps=(("sign", ""), ("ask_time", "有 11 户在外地子女家中，需逐一电话核实。")),
    ),
    InstructionPlan("寒潮期间加强值守，每日 17 时前报情况。", ("officer", "station"), 0, Urgency.AT_ONCE),
    InstructionPlan(
        "涉及个别商户的举报线索，请单独核实，注意保密。", ("officer",), 1, Urgency.URGENT, Secrecy.NAMED,
        steps=(("sign", ""),),
    ),
)  # fmt: skip


def write_instructions(users: dict[str, User], at: datetime) -> int:
    """How many instructions there are; two open cases are pressed besides. None where the demo has no leader."""
    leader, clerk, officer = (users.get(name) for name in ("leader", "clerk", "officer"))
    if leader is None or clerk is None or officer is None:
        return 0
    units = {"officer": _unit(officer), "station": _unit(clerk)}
    by: dict[str, Actor] = {"officer": officer, "station": clerk}
    _press(leader, at)
    for plan in PLANS:
        _write(plan, units, by, leader, at)
    return len(PLANS)


def _unit(user: User) -> Organisation:
    return user.postings.order_by("id").select_related("organisation").first().organisation  # type: ignore[union-attr]  # every demo account serves


def _press(leader: User, at: datetime) -> None:
    scope = leader.scope("cases.press")
    open_ones = Case.objects.in_scope(scope).filter(state=State.DISPATCHED, holds_open=0).order_by("due_at")
    for case, words in zip(
        open_ones[:2], ("拖得太久了，今天给个说法。", "群众多次反映，请明确完成时间。"), strict=False
    ):
        press_case(case_id=case.pk, reason=words, by=leader, at=at - timedelta(hours=3))


def _write(
    plan: InstructionPlan, units: dict[str, Organisation], by: dict[str, Actor], leader: User, at: datetime
) -> None:
    when = at - timedelta(days=plan.days_ago, hours=5)
    wanted = [units[name] for name in plan.to if units[name].kind != OrgKind.PARTY_BRANCH]
    cases = Case.objects.in_scope(leader.scope("instructions.write")).filter(unit=units["officer"])
    made = actions.write_instruction(
        words=plan.words,
        unit_ids=[one.pk for one in wanted],
        urgency=plan.urgency,
        secrecy=plan.secrecy,
        case_numbers=list(cases.order_by("-id").values_list("number", flat=True)[: plan.cases]),
        by=leader,
        at=when,
    )
    errand = Errand.objects.filter(instruction=made).order_by("id").first()
    assert errand is not None
    unit = by[plan.to[0]]
    for number, (verb, words) in enumerate(plan.steps, 1):
        moment = min(when + timedelta(hours=number), at)
        if verb == Verb.SIGN:
            assert isinstance(unit, User)
            actions.read_instruction(instruction_id=made.pk, by=unit, at=moment)
            actions.sign(errand_id=errand.pk, by=unit, at=moment)
        elif verb == Verb.REPLY:
            photo = BytesIO(picture(61))
            photo.name = "整改后.jpg"
            actions.reply(errand_id=errand.pk, words=words, files=[photo], by=unit, at=moment)
        elif verb == Verb.ASK_TIME:
            actions.ask_time(errand_id=errand.pk, more=3, words=words, by=unit, at=moment)
        else:
            actions.accept_reply(errand_id=errand.pk, words=words, by=leader, at=moment)
