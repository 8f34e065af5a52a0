"""Codes and sessions by phone. Pure. The numbers are ours."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

CODE_DIGITS = 6
CODE_LIVES = timedelta(minutes=5)
CODE_TRIES = 5  # of a million forms: one in two hundred thousand is guessed
SESSION_LIVES = timedelta(hours=1)  # short: phones are lent, computers shared
KEPT = timedelta(days=2)  # codes and sessions that are over


def code_opens(*, made_at: datetime, tries: int, used_at: datetime | None, fits: bool, at: datetime) -> bool:
    """Whether a code signs in. Used, too old, and tried too often look the same as wrong."""
    return fits and used_at is None and tries < CODE_TRIES and made_at <= at < made_at + CODE_LIVES


def session_open(*, made_at: datetime, ended_at: datetime | None, at: datetime) -> bool:
    return ended_at is None and made_at <= at < made_at + SESSION_LIVES


WORDS_MAX = 1000
NAME_MAX = 40


class RequestKind(StrEnum):
    CORRECTION = "correction"  # 更正
    DELETION = "deletion"  # 删除


class RequestState(StrEnum):
    OPEN = "open"  # 待答复
    DONE = "done"  # 已办理
    REFUSED = "refused"  # 不予办理


def parted(paths: Iterable[str], streets: Iterable[str]) -> list[str]:
    """Whose officers answer: of each street what lies in it together, by its lowest shared area; what lies in no
    street for itself. [""] for nothing that lies anywhere.

    ["1.2.3.", "1.2.4.", "1.5.6."] with streets ["1.2.", "1.5."] → ["1.2.", "1.5.6."]
    """
    known, groups = [*streets], dict[str, set[str]]()
    for path in paths:
        street = next((one for one in known if path.startswith(one)), path)
        groups.setdefault(street, set()).add(path)
    return sorted(shared_path(group) for group in groups.values()) or [""]


def shared_path(paths: Iterable[str]) -> str:
    """The lowest area that holds all of them: whose officer answers. "" for none, or for areas of different roots.

    {"1.2.3.", "1.2.4.9."} → "1.2."
    """
    split = [path.split(".")[:-1] for path in paths]
    if not split:
        return ""
    shared = []
    for steps in zip(*split, strict=False):
        if len(set(steps)) > 1:
            break
        shared.append(steps[0])
    return "".join(f"{step}." for step in shared)
