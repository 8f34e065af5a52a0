"""The life of one unit's part of a written instruction as one table. Pure."""

from collections.abc import Iterable
from enum import StrEnum

WORDS_MAX = 2000
CASES_MOST = 20
UNITS_MOST = 30
FILES_MOST = 6


class Urgency(StrEnum):
    ORDINARY = "ordinary"  # 平件
    URGENT = "urgent"  # 急件
    AT_ONCE = "at_once"  # 特急


class Secrecy(StrEnum):
    OPEN = "open"  # whoever supervises there reads it
    NAMED = "named"  # 限定范围: who wrote it, his superiors, and the units it names


class State(StrEnum):
    WAITING = "waiting"  # 待签收
    SIGNED = "signed"  # 办理中
    REPLIED = "replied"  # 已回复，待阅定
    ACCEPTED = "accepted"  # 已办结
    WITHDRAWN = "withdrawn"  # 已撤回


class Verb(StrEnum):
    WRITE = "write"
    SIGN = "sign"
    REPLY = "reply"
    ASK_TIME = "ask_time"
    GIVE_TIME = "give_time"
    REFUSE_TIME = "refuse_time"
    REMIND = "remind"
    ASK_AGAIN = "ask_again"
    ACCEPT = "accept"
    WITHDRAW = "withdraw"
    RECOUNT = "recount"  # 改历重算: only by the platform itself, when a year is published


RUNNING = (State.WAITING, State.SIGNED)  # its clock runs
OPEN = (*RUNNING, State.REPLIED)

STEPS: dict[tuple[State, Verb], State] = {
    (State.WAITING, Verb.SIGN): State.SIGNED,
    (State.WAITING, Verb.REMIND): State.WAITING,
    (State.WAITING, Verb.WITHDRAW): State.WITHDRAWN,
    (State.SIGNED, Verb.REPLY): State.REPLIED,
    (State.SIGNED, Verb.ASK_TIME): State.SIGNED,
    (State.SIGNED, Verb.GIVE_TIME): State.SIGNED,
    (State.SIGNED, Verb.REFUSE_TIME): State.SIGNED,
    (State.SIGNED, Verb.REMIND): State.SIGNED,
    (State.SIGNED, Verb.WITHDRAW): State.WITHDRAWN,
    (State.REPLIED, Verb.ACCEPT): State.ACCEPTED,
    (State.REPLIED, Verb.ASK_AGAIN): State.SIGNED,
    (State.REPLIED, Verb.WITHDRAW): State.WITHDRAWN,
}
BY_UNIT = (Verb.SIGN, Verb.REPLY, Verb.ASK_TIME)
BY_LEADER = (Verb.ACCEPT, Verb.ASK_AGAIN, Verb.GIVE_TIME, Verb.REFUSE_TIME, Verb.REMIND, Verb.WITHDRAW)
NEEDS_WORDS = frozenset({Verb.REPLY, Verb.ASK_TIME, Verb.REFUSE_TIME, Verb.ASK_AGAIN, Verb.WITHDRAW})
TIME_VERBS = (Verb.GIVE_TIME, Verb.REFUSE_TIME)


def verbs(state: State, *, time_asked: bool, extensions_left: bool) -> list[Verb]:
    """What may be done with one unit's part. More time is decided only when it was asked for, and asked for once at
    a time, as often as the limits allow."""
    possible = [verb for (one, verb) in STEPS if one == state]
    if time_asked:
        return [verb for verb in possible if verb != Verb.ASK_TIME]
    return [
        verb for verb in possible if verb not in TIME_VERBS and (verb != Verb.ASK_TIME or extensions_left)
    ]


def ended(states: Iterable[str]) -> bool:
    """Whether the whole instruction is over: no unit's part is open."""
    return not any(state in OPEN for state in states)


def shared_path(paths: Iterable[str]) -> str:
    """The lowest area that holds all of them; "" for none, or for areas of different roots.

    {"1.2.3.", "1.2.4.9."} → "1.2."
    """
    split = [path.split(".")[:-1] for path in paths]
    shared = []
    for steps in zip(*split, strict=False):
        if len(set(steps)) > 1:
            break
        shared.append(steps[0])
    return "".join(f"{step}." for step in shared)
