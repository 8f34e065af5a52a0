"""The six steps as one table, and what each needs. Pure: no clock, no tables, no Django.

Roles and steps after CJJ/T 106 wording in county rules (standards.md 1.6, secondary); special actions after local
practice, marked in that list.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """What is true of the matter. Who has it (holder) and why its clock stands still are other columns."""

    REPORTED = "reported"  # 已上报，待核实
    VERIFIED = "verified"  # 已核实，待立案
    FILED = "filed"  # 已立案，待派遣
    DISPATCHED = "dispatched"  # 已派遣，处置中
    HANDLED = "handled"  # 已处置，待核查
    CHECKED = "checked"  # 已核查，待结案
    CLOSED = "closed"  # 已结案
    CANCELLED = "cancelled"  # 已作废


class Verb(StrEnum):
    """What somebody does to a case."""

    OPEN = "open"  # 上报
    VERIFY = "verify"  # 核实
    FILE = "file"  # 立案
    DISPATCH = "dispatch"  # 派遣
    HANDLE = "handle"  # 处置反馈
    CHECK = "check"  # 核查
    CLOSE = "close"  # 结案
    SETTLE = "settle"  # 现场自行处置
    RETURN = "return"  # 回退
    REWORK = "rework"  # 返工
    CANCEL = "cancel"  # 作废
    PASS_ON = "pass_on"  # 转交：经办人变动，状态不变；不在步骤表中，只由系统写入
    ESCALATE = "escalate"  # 上报上级
    HAND_DOWN = "hand_down"  # 下派
    RAISE_ALARM = "raise_alarm"  # 列为突发紧急
    REOPEN = "reopen"  # 重新办理
    WITHDRAW = "withdraw"  # 上报人撤回
    OBJECT = "object"  # 职责异议
    ARBITRATE = "arbitrate"  # 职责裁定
    ASK_HELP = "ask_help"  # 请求协办
    GIVE_HELP = "give_help"  # 协办反馈
    PRESS = "press"  # 督办
    NOTE = "note"  # 备注
    RATE = "rate"  # 评价
    APPLY = "apply"  # 申请：延期、挂账、超时申诉
    DECIDE = "decide"  # 审批
    TAKE_BACK = "take_back"  # 撤回申请
    RECALL = "recall"  # 收回：下一手还没有动
    HOLD = "hold"  # 中止计时
    RESUME = "resume"  # 恢复计时
    MERGE = "merge"  # 并案
    UNMERGE = "unmerge"  # 撤销并案
    LINK = "link"  # 关联
    UNLINK = "unlink"  # 撤销关联
    OFFER = "offer"  # 移交：请另一街道、区接手
    CALL_OFF = "call_off"  # 撤回移交
    TAKE_OVER = "take_over"  # 接收移交
    DECLINE = "decline"  # 不接收
    AWARD = "award"  # 移交裁定
    RECOUNT = "recount"  # 改历重算：新日历发布后，未到期时限按新日历计；不在步骤表中，只由系统写入
    FOLLOW = "follow"  # 关注：另有人反映同一件事；不在步骤表中，状态和版本不变
    RECORD = "record"  # 历史导入：在别的系统中已办结；不在步骤表中，只写给导入的案件


class Level(StrEnum):
    """Which class of handling leads a matter: the grid itself, the community, the street's centre, or above."""

    GRID = "grid"
    COMMUNITY = "community"
    STREET = "street"
    DISTRICT = "district"
    CITY = "city"


LEVELS = tuple(Level)  # from the ground up


def not_below(level: Level, other: Level) -> bool:
    """Whether `level` is `other` or stands above it."""
    return LEVELS.index(level) >= LEVELS.index(other)


def higher(*levels: Level) -> Level:
    return max(levels, key=LEVELS.index)


def level_above(level: Level) -> Level | None:
    """One step up; from the grid it goes to the community. None at the top."""
    place = LEVELS.index(level) + 1
    return LEVELS[place] if place < len(LEVELS) else None


def level_below(level: Level) -> Level | None:
    """One step down, at the lowest to the community: a grid worker is asked by a task, not by a level."""
    return LEVELS[LEVELS.index(level) - 1] if level not in (Level.GRID, Level.COMMUNITY) else None


STEPS: dict[tuple[State, Verb], State] = {
    (State.REPORTED, Verb.VERIFY): State.VERIFIED,
    (State.VERIFIED, Verb.FILE): State.FILED,
    (State.FILED, Verb.DISPATCH): State.DISPATCHED,
    (State.DISPATCHED, Verb.HANDLE): State.HANDLED,
    (State.HANDLED, Verb.CHECK): State.CHECKED,
    (State.CHECKED, Verb.CLOSE): State.CLOSED,
    (State.HANDLED, Verb.CLOSE): State.CLOSED,  # of a class that nobody needs to check on site
    # special roads
    (State.REPORTED, Verb.SETTLE): State.CHECKED,
    (State.VERIFIED, Verb.SETTLE): State.CHECKED,  # what a worker saw himself needs no verification
    (State.DISPATCHED, Verb.RETURN): State.FILED,
    (State.HANDLED, Verb.REWORK): State.DISPATCHED,
    (State.CHECKED, Verb.REWORK): State.DISPATCHED,
    (State.REPORTED, Verb.CANCEL): State.CANCELLED,
    (State.VERIFIED, Verb.CANCEL): State.CANCELLED,
    (State.FILED, Verb.CANCEL): State.CANCELLED,
    (State.REPORTED, Verb.WITHDRAW): State.CANCELLED,
    (State.VERIFIED, Verb.WITHDRAW): State.CANCELLED,
    (State.CLOSED, Verb.REOPEN): State.FILED,
    # between levels: what is known (class, standard) stays; the other level's centre has it
    (State.REPORTED, Verb.ESCALATE): State.VERIFIED,
    (State.VERIFIED, Verb.ESCALATE): State.VERIFIED,
    (State.FILED, Verb.ESCALATE): State.FILED,
    (State.DISPATCHED, Verb.ESCALATE): State.FILED,
    (State.VERIFIED, Verb.HAND_DOWN): State.VERIFIED,
    (State.FILED, Verb.HAND_DOWN): State.FILED,
    # taken back by who pushed it on, while the receiver has not begun
    (State.DISPATCHED, Verb.RECALL): State.FILED,
    (State.HANDLED, Verb.RECALL): State.DISPATCHED,
    # whose duty it is: the first receiver stays responsible until somebody decided
    (State.DISPATCHED, Verb.ARBITRATE): State.DISPATCHED,
    # another street or district leads it from here; what is known stays, whoever handled it does no more
    (State.REPORTED, Verb.TAKE_OVER): State.REPORTED,
    (State.VERIFIED, Verb.TAKE_OVER): State.VERIFIED,
    (State.FILED, Verb.TAKE_OVER): State.FILED,
    (State.DISPATCHED, Verb.TAKE_OVER): State.FILED,
}

OPEN = frozenset(State) - {State.CLOSED, State.CANCELLED}
# While there is still work that another street could do instead.
OFFERABLE = frozenset({State.REPORTED, State.VERIFIED, State.FILED, State.DISPATCHED})
# Verbs that leave the state as it is, and the states in which they may be done.
STAYING: dict[Verb, frozenset[State]] = {
    Verb.PRESS: OPEN,
    Verb.NOTE: frozenset(State),
    Verb.RAISE_ALARM: OPEN,
    Verb.ASK_HELP: frozenset({State.DISPATCHED}),
    Verb.GIVE_HELP: frozenset({State.DISPATCHED}),
    Verb.OBJECT: frozenset({State.DISPATCHED}),
    Verb.APPLY: frozenset({State.DISPATCHED, State.CLOSED}),
    Verb.DECIDE: OPEN | {State.CLOSED},
    Verb.TAKE_BACK: OPEN | {State.CLOSED},
    Verb.HOLD: OPEN,
    Verb.RESUME: OPEN,
    Verb.MERGE: OPEN,
    Verb.UNMERGE: OPEN,
    Verb.LINK: OPEN,
    Verb.UNLINK: OPEN,
    Verb.RATE: frozenset({State.CLOSED}),
    Verb.OFFER: OFFERABLE,
    Verb.CALL_OFF: OFFERABLE,
    Verb.DECLINE: OFFERABLE,
    Verb.AWARD: OFFERABLE,
}

PUSH = {State.DISPATCHED: Verb.DISPATCH, State.HANDLED: Verb.HANDLE}  # what RECALL takes back in which state

# Which clock runs in which state; the final states have none.
STAGE_OF: dict[State, str] = {
    State.REPORTED: "verify",
    State.VERIFIED: "file",
    State.FILED: "dispatch",
    State.DISPATCHED: "handle",
    State.HANDLED: "check",
    State.CHECKED: "close",
}

# The way that a resident sees, one line a step.
WAY = (
    State.REPORTED,
    State.VERIFIED,
    State.FILED,
    State.DISPATCHED,
    State.HANDLED,
    State.CHECKED,
    State.CLOSED,
)
FINAL = frozenset({State.CLOSED, State.CANCELLED})
NEEDS_REASON = frozenset(
    {
        Verb.RETURN, Verb.REWORK, Verb.CANCEL, Verb.WITHDRAW, Verb.REOPEN, Verb.ESCALATE, Verb.HAND_DOWN,
        Verb.OBJECT, Verb.ARBITRATE, Verb.RAISE_ALARM, Verb.PRESS, Verb.APPLY, Verb.MERGE, Verb.UNMERGE, Verb.HOLD,
        Verb.LINK, Verb.UNLINK, Verb.OFFER, Verb.CALL_OFF, Verb.DECLINE, Verb.AWARD,
    }
)  # fmt: skip
NEEDS_WORDS = frozenset(
    {Verb.HANDLE, Verb.SETTLE, Verb.GIVE_HELP, Verb.ASK_HELP, Verb.NOTE}
)  # what was done, for the reporter
NEEDS_PHOTO = frozenset({Verb.SETTLE})  # nobody else goes there
# What is written at these steps is meant for the reporter too; other notes stay inside.
TOLD_TO_REPORTER = frozenset({Verb.HANDLE, Verb.SETTLE, Verb.CLOSE, Verb.CANCEL})

# What the reporter does by number and code: told back to him alone.
BY_REPORTER = frozenset({Verb.WITHDRAW, Verb.RATE, Verb.NOTE, Verb.REOPEN})

# What only somebody of the case's level, or above, may do; a unit acts for itself at any level.
LED = frozenset(
    {Verb.FILE, Verb.DISPATCH, Verb.CANCEL, Verb.CLOSE, Verb.REOPEN, Verb.HAND_DOWN, Verb.ARBITRATE}
)
BY_THE_CENTRE = frozenset({Verb.OFFER, Verb.CALL_OFF})  # between streets their centres speak, never a grid
BY_THE_OTHER = frozenset(
    {Verb.TAKE_OVER, Verb.DECLINE, Verb.AWARD}
)  # asked of whoever the offer names, see `access`
BY_THE_UNIT = frozenset(
    {
        Verb.HANDLE,
        Verb.RETURN,
        Verb.OBJECT,
        Verb.APPLY,
        Verb.ASK_HELP,
        Verb.GIVE_HELP,
        Verb.TAKE_BACK,
        Verb.RECALL,
    }
)
# What goes on while a hold stands: everything that does not move the case, and letting the clock run on.
GOES_ON_HELD = frozenset(STAYING)

# A matter that was settled on the spot was never dispatched: there is no unit to send it back to.
NEEDS_UNIT = frozenset({Verb.REWORK})

MERGED = "merged"  # Hold.kind: the case goes on with another
PAUSED = "paused"  # 计时中止: beside the three of kit.worktime.ClockState

TEXT_MAX = 2000  # characters of a report
NOTE_MAX = 2000
ADDRESS_MAX = 200
PHOTOS_MAX = 6  # photos, films and sound together


class Broken(Exception):
    """A rule does not allow it; `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def step(
    state: State,
    verb: Verb,
    *,
    words: str,
    photos: int,
    sound: int = 0,
    has_unit: bool,
    check_needed: bool = True,
    held: bool = False,
    designated: bool = False,
) -> State:
    """The state after `verb`, or Broken with the code of the first rule that says no.

    `photos`: how many files of any kind, of which `sound` are only heard. `check_needed`: of the class. `held`: a
    hold stands. `designated`: the unit was named by arbitration (a matter may not be returned then: Weifang 12345
    regulation 2021 Art. 22, one city's law).
    """
    after = state if state in STAYING.get(verb, ()) else STEPS.get((state, verb))
    if after is None:
        raise Broken("case_is_final" if state in FINAL else "step_not_allowed")
    if held and verb not in GOES_ON_HELD:
        raise Broken("case_is_held")
    if (state, verb) == (State.HANDLED, Verb.CLOSE) and check_needed:
        raise Broken("check_needed")
    if verb in NEEDS_UNIT and not has_unit:
        raise Broken("never_dispatched")
    if designated and verb in (Verb.RETURN, Verb.OBJECT):
        raise Broken("designated_stays")
    if verb in NEEDS_REASON and not words.strip():
        raise Broken("reason_needed")
    if verb in NEEDS_WORDS and not words.strip():
        raise Broken("words_needed")
    if verb in NEEDS_PHOTO and photos <= sound:
        raise Broken("photo_needed")
    if len(words) > NOTE_MAX:
        raise Broken("words_too_long")
    if photos > PHOTOS_MAX:
        raise Broken("too_many_photos")
    return after


def lands_in(state: State, verb: Verb, *, classed: bool) -> State:
    """The state that a step of the table leads to. What nobody has filed under a class is filed before it is sent: a
    matter that was settled on the spot, merged or read in, and comes back."""
    after = STEPS[state, verb]
    return State.VERIFIED if after == State.FILED and not classed else after


def verbs_from(state: State, *, has_unit: bool, check_needed: bool = True) -> list[Verb]:
    """What may move the case from this state, in the order of the table."""
    return [
        verb
        for (before, verb) in STEPS
        if before == state
        and (has_unit or verb not in NEEDS_UNIT)
        and not ((before, verb) == (State.HANDLED, Verb.CLOSE) and check_needed)
    ]


def stays_in(state: State) -> list[Verb]:
    """What may be done without moving the case."""
    return [verb for verb, states in STAYING.items() if state in states]


def reporters_ways(
    state: State, steps: Sequence[tuple[str, str]], *, reporter: str, redo_most: int, held: bool = False
) -> frozenset[str]:
    """What the reporter may do now: withdraw, rate, redo, note. `steps`: (verb, actor key) in order. `held`: it
    waits, or goes on with another."""
    if state == State.CANCELLED:
        return frozenset()
    ways = {"note"}
    if (state, Verb.WITHDRAW) in STEPS and not held:
        ways.add("withdraw")
    verbs = [verb for verb, _key in steps]
    if state == State.CLOSED:
        closed = max((place for place, verb in enumerate(verbs) if verb == Verb.CLOSE), default=0)
        if (Verb.RATE, reporter) not in steps[closed:]:
            ways.add("rate")
            redone = sum(1 for verb, key in steps if verb == Verb.REOPEN and key == reporter)
            ways |= {"redo"} if redone < redo_most else set()
    return frozenset(ways)


def followers_ways(state: State, steps: Sequence[tuple[str, str]], *, follower: str) -> frozenset[str]:
    """What one of those who follow it may do now: leave, add something, and rate each closing once, beside the
    reporter."""
    if state != State.CLOSED:
        return frozenset({"leave"} if state == State.CANCELLED else {"leave", "note"})
    closed = max((place for place, (verb, _key) in enumerate(steps) if verb == Verb.CLOSE), default=0)
    ways = {"leave", "note"}
    return frozenset(ways if (Verb.RATE, follower) in steps[closed:] else ways | {"rate"})


# 满意、基本满意、不满意: the three answers of 12345 visits, as stars and yes or no (the stars are ours).
VERDICTS = {"satisfied": (5, True), "basically": (3, True), "not": (1, False)}


def hold_time_left(stood: Iterable[tuple[datetime, datetime]], most: timedelta) -> timedelta:
    """How long a clock may still be held by hand after these holds, each (from, to); never less than nothing."""
    return max(most - sum((ends - begins for begins, ends in stood), timedelta()), timedelta())


def photos_missing(need: str, verb: Verb, *, photos: int, before_there: bool) -> str | None:
    """The code of what is missing when a unit feeds back or a worker settles; `need`: none, after, before_after."""
    if verb not in (Verb.HANDLE, Verb.SETTLE) or need == "none":
        return None
    if not photos:
        return "photo_needed"
    if need == "before_after" and not before_there:
        return "before_photo_needed"
    return None


PHOTO_EARLY = timedelta(hours=1)  # a camera's clock may go wrong by so much


def photo_doubts(
    *, taken_at: datetime | None, metres: float | None, opened_at: datetime, step_at: datetime, near: int
) -> list[str]:
    """What the camera wrote that does not fit, as codes: unknown, far, too_early, too_late.

    `metres`: from the matter, None when unknown; `near`: how far is still near.
    """
    doubts = [] if taken_at is not None or metres is not None else ["unknown"]
    if metres is not None and metres > near:
        doubts.append("far")
    if taken_at is not None and taken_at < opened_at - PHOTO_EARLY:
        doubts.append("too_early")
    if taken_at is not None and taken_at > step_at + PHOTO_EARLY:
        doubts.append("too_late")
    return doubts


def common_path(one: str, other: str) -> str:
    """The smallest area above both: "1.2.31." and "1.2.45.6." → "1.2."; "" when they share none."""
    shared = []
    for mine, theirs in zip(one.split(".")[:-1], other.split(".")[:-1], strict=False):
        if mine != theirs:
            break
        shared.append(f"{mine}.")
    return "".join(shared)


NUMBER_PREFIX = "YW"  # 一网
SERIAL_DIGITS = 7  # ten million numbers a day before the first could come twice


def case_number(prefix: str, day: date, serial: int) -> str:
    """ "YW", 22 November 2026, 123 → "YW20261122-00001230": the last digit checks the others (Luhn).

    The check digit finds every single mistyped digit and nearly every swapped pair, which matters on the phone.
    """
    digits = f"{day:%Y%m%d}{serial:0{SERIAL_DIGITS}d}"
    return f"{prefix}{digits[:8]}-{digits[8:]}{luhn(digits)}"


def is_case_number(text: str) -> bool:
    """Whether the form and the check digit fit; says nothing about whether there is such a case."""
    digits = "".join(character for character in text if character.isascii() and character.isdigit())
    return len(digits) == 8 + SERIAL_DIGITS + 1 and luhn(digits[:-1]) == int(digits[-1])


def number_in(text: str) -> str:
    """The case number that the text is, as it is kept: also without dash, spaces or capitals; "" for other words."""
    plain = "".join(text.split()).upper().replace("-", "")
    if not is_case_number(plain) or plain.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != plain[-SERIAL_DIGITS - 9 :]:
        return ""
    digits = plain[-SERIAL_DIGITS - 9 :]
    prefix = plain[: -len(digits)] or NUMBER_PREFIX
    return f"{prefix}{digits[:8]}-{digits[8:]}"


def luhn(digits: str) -> int:
    """Check digit of ISO/IEC 7812-1 annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


# No letter or digit that is taken for another when read aloud or written by hand.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
