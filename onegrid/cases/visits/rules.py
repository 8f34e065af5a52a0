"""What the record of a visit must say and when the next one is due. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WORDS_MAX = 500  # characters
NAME_MAX = 40
PHONE_MAX = 30
PURPOSE_MAX = 200
EVERY_DAYS_MOST = 366
NOTES_KEPT = timedelta(days=365)  # who was met and what was said, while visits go on; ours
TRY_AGAIN_DAYS = 3  # after nobody was at home


class Outcome(StrEnum):
    MET = "met"  # 见到本人
    NOBODY = "nobody"  # 无人在家
    DECLINED = "declined"  # 不愿接受走访
    MOVED = "moved"  # 已搬走


@dataclass(frozen=True)
class Kind:
    """A reason to visit. `name` in Chinese; `every_days` is proposed, the plan has its own."""

    code: str
    name: str
    name_en: str
    every_days: int


@dataclass(frozen=True)
class Told:
    """What a visit says: `met` who was met, `words` how it is, `need` what somebody else must do."""

    outcome: Outcome
    met: str = ""
    words: str = ""
    need: str = ""
    next_on: date | None = None


def faults(told: Told, today: date) -> Iterator[str]:
    """Codes of what is wrong: met_needed, words_needed, words_too_long, next_in_the_past, need_without_visit."""
    if told.outcome == Outcome.MET:
        if not told.met.strip():
            yield "met_needed"
        if not told.words.strip():
            yield "words_needed"
    elif told.need.strip() and told.outcome == Outcome.MOVED:
        yield "need_without_visit"
    if len(told.met) > NAME_MAX or max(len(told.words), len(told.need)) > WORDS_MAX:
        yield "words_too_long"
    if told.next_on is not None and not today < told.next_on <= today + timedelta(days=EVERY_DAYS_MOST):
        yield "next_in_the_past"


def next_visit(told: Told, every_days: int, today: date) -> date | None:
    """When the household is due again: the day that was agreed, soon when nobody was there; None when it ends."""
    if told.outcome == Outcome.MOVED:
        return None
    if told.next_on is not None:
        return told.next_on
    if told.outcome == Outcome.NOBODY:
        return today + timedelta(days=min(TRY_AGAIN_DAYS, every_days))
    return today + timedelta(days=every_days)
