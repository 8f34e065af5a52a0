"""The life of a planned cut as one table. Pure."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"  # 起草
    WAITING = "waiting"  # 待社区确认
    PUBLISHED = "published"  # 已发布
    CANCELLED = "cancelled"  # 已取消
    RESTORED = "restored"  # 已恢复


class Verb(StrEnum):
    WRITE = "write"
    SEND = "send"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    PROLONG = "prolong"
    CANCEL = "cancel"
    RESTORE = "restore"


class Phase(StrEnum):
    """Where a published cut stands at a moment."""

    PLANNED = "planned"
    NOW = "now"
    OVER = "over"


STEPS: dict[tuple[State, Verb], State] = {
    (State.DRAFT, Verb.SEND): State.WAITING,  # or published at once: see `sent`
    (State.DRAFT, Verb.CANCEL): State.CANCELLED,
    (State.WAITING, Verb.CONFIRM): State.PUBLISHED,
    (State.WAITING, Verb.REFUSE): State.DRAFT,
    (State.WAITING, Verb.CANCEL): State.CANCELLED,
    (State.PUBLISHED, Verb.PROLONG): State.PUBLISHED,
    (State.PUBLISHED, Verb.CANCEL): State.CANCELLED,
    (State.PUBLISHED, Verb.RESTORE): State.RESTORED,
}
NEEDS_REASON = frozenset({Verb.REFUSE, Verb.PROLONG, Verb.CANCEL})
BY_CONFIRMER = frozenset({Verb.CONFIRM, Verb.REFUSE})


def sent(supply: str, confirm: Collection[str]) -> State:
    """Where a draft goes: to the community where the rule asks for it, else straight to the residents."""
    return State.WAITING if supply in confirm else State.PUBLISHED


def phase(starts_at: datetime, ends_at: datetime, at: datetime) -> Phase:
    if at < starts_at:
        return Phase.PLANNED
    return Phase.NOW if at < ends_at else Phase.OVER


def verbs(state: State, starts_at: datetime, ends_at: datetime, at: datetime) -> list[Verb]:
    """What may be done at the moment. What began is not cancelled but ended; what is over moves no more."""
    possible = [verb for (one, verb) in STEPS if one == state]
    if state != State.PUBLISHED:
        return possible
    now = phase(starts_at, ends_at, at)
    if now == Phase.OVER:
        return []
    drop = Verb.RESTORE if now == Phase.PLANNED else Verb.CANCEL
    return [verb for verb in possible if verb != drop]
