"""What may be done with a whistle and with each department's call, and what counts as late or low. Pure.

Four fields after the Beijing street regulation Art. 5 (standards.md 4.3, law); everything with a number is data
(kinds.yaml), marked where it comes from.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

WORDS_MAX = 2000  # characters of what is asked, found or answered
SHORT_MAX = 300
CASES_MOST = 20
CALLED_MOST = 12
TASKS_MOST = 20
NUMBER_PREFIX = "SH"  # 哨
LOW_STARS = 2  # at most so many need a reason
CODE_LASTS = timedelta(minutes=10)  # the street's code on site; ours


class Field(StrEnum):
    """四个领域."""

    APPEAL = "appeal"  # 群众诉求
    KEY_WORK = "key_work"  # 重点工作
    JOINT = "joint"  # 综合执法
    EMERGENCY = "emergency"  # 突发应急


class WhistleState(StrEnum):
    WAITING = "waiting"  # 待批准
    RUNNING = "running"  # 应哨中
    FINISHED = "finished"  # 已办结
    WITHDRAWN = "withdrawn"  # 已撤哨
    DECLINED = "declined"  # 未批准


State = WhistleState  # as the first migration of whistles calls it


ENDED = frozenset({WhistleState.FINISHED, WhistleState.WITHDRAWN, WhistleState.DECLINED})


class Role(StrEnum):
    LEAD = "lead"  # 主办
    HELPER = "helper"  # 协办


class Step(StrEnum):
    """What a department owes, in this order."""

    SIGN = "sign"  # 签到应哨
    CONTACT = "contact"  # 联系街道
    REPORT_IN = "report_in"  # 报到
    FINISH = "finish"  # 办结反馈


STEPS = tuple(Step)
DECIDE = "decide"  # the district's own clock on a refusal


class CallState(StrEnum):
    """How far a department is."""

    CALLED = "called"
    SIGNED = "signed"
    CONTACTED = "contacted"
    REPORTED = "reported"
    FINISHED = "finished"
    REFUSED = "refused"  # 拒哨，待区级裁定
    EXCUSED = "excused"  # 裁定免除


REACHED = {
    Step.SIGN: CallState.SIGNED,
    Step.CONTACT: CallState.CONTACTED,
    Step.REPORT_IN: CallState.REPORTED,
    Step.FINISH: CallState.FINISHED,
}
_PLACE = {state: place for place, state in enumerate([CallState.CALLED, *REACHED.values()])}
OUT = frozenset({CallState.FINISHED, CallState.EXCUSED})  # nothing more is owed
ON_SITE, REMOTE = "site", "remote"


class Broken(Exception):
    """A rule does not allow it; `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def steps_done_by(state: CallState, step: Step) -> list[Step]:
    """What taking `step` does now: those before it that nobody took are done with it (who stands there has come),
    but nobody finishes who has not reported in. Broken: call_is_over, call_is_refused, step_done, report_in_first."""
    if state in OUT:
        raise Broken("call_is_over")
    if state == CallState.REFUSED:
        raise Broken("call_is_refused")
    done = _PLACE[state]
    wanted = _PLACE[REACHED[step]]
    if wanted <= done:
        raise Broken("step_done")
    if step == Step.FINISH and state != CallState.REPORTED:
        raise Broken("report_in_first")
    return list(STEPS[done:wanted])


def next_step(state: CallState) -> Step | None:
    """What is owed next; None when nothing is, or while a refusal waits."""
    return STEPS[_PLACE[state]] if state in _PLACE and state != CallState.FINISHED else None


def may_refuse(state: CallState) -> bool:
    """Before reporting in: who has come does not refuse any more."""
    return state in (CallState.CALLED, CallState.SIGNED, CallState.CONTACTED)


def all_out(states: Collection[CallState]) -> bool:
    """Whether the whistle is over: somebody was called, and nobody owes anything."""
    return bool(states) and all(state in OUT for state in states)


@dataclass(frozen=True)
class Asked:
    """What somebody blows with. `roles`: organisation → role; `cases`: how many."""

    words: str
    roles: Mapping[int, Role]
    cases: int
    address: str = ""


def faults(asked: Asked) -> Iterator[str]:
    """Codes: ask_needed, words_too_long, nobody_called, too_many_called, one_lead, too_many_cases."""
    if not asked.words.strip():
        yield "ask_needed"
    if len(asked.words) > WORDS_MAX or len(asked.address) > SHORT_MAX:
        yield "words_too_long"
    if not asked.roles:
        yield "nobody_called"
    elif sum(role == Role.LEAD for role in asked.roles.values()) != 1:
        yield "one_lead"
    if len(asked.roles) > CALLED_MOST:
        yield "too_many_called"
    if asked.cases > CASES_MOST:
        yield "too_many_cases"


def first_state(*, approval: bool, may_approve: bool) -> WhistleState:
    """Blown at once, or waiting for the principal."""
    return WhistleState.WAITING if approval and not may_approve else WhistleState.RUNNING


def stars_fault(stars: int, words: str) -> str | None:
    """bad_stars, reason_needed (a low mark without one), words_too_long."""
    if not 1 <= stars <= 5:
        return "bad_stars"
    if stars <= LOW_STARS and not words.strip():
        return "reason_needed"
    return "words_too_long" if len(words) > SHORT_MAX else None


def is_late(done_at: datetime | None, due_at: datetime, now: datetime) -> bool:
    """At its very end a limit is not over yet."""
    return (done_at or now) > due_at


class Band(StrEnum):
    LOW = "low"
    USUAL = "usual"
    HIGH = "high"
    FEW = "few"  # too little to say anything


def blow_band(whistles: int, cases: int, *, least: int, low: float, high: float) -> Band:
    """Whistles per 1000 cases against a band that looks both ways: never and always both look bad."""
    if cases < least:
        return Band.FEW
    rate = whistles * 1000 / cases
    return Band.LOW if rate < low else Band.HIGH if rate > high else Band.USUAL


def blow_rate(whistles: int, cases: int) -> float | None:
    """Per 1000 cases; None without cases (a rate over nothing is neither 0 nor 100 %)."""
    return whistles * 1000 / cases if cases else None


def advice(
    *, own_unit: bool, runs: bool, closed: bool, alike_low: bool, urgent: bool, emergency_kind: bool
) -> list[str]:
    """What speaks for or against blowing, as codes in the order of weight."""
    found = []
    if runs:
        found.append("runs_already")
    if closed:
        found.append("case_closed")
    if urgent and not emergency_kind:
        found.append("emergency_kind_fits")
    if own_unit and not urgent:
        found.append("own_unit_can")
    if alike_low:
        found.append("alike_went_badly")
    return found
