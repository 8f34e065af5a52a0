"""How well an answer fits what was asked. Pure."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from enum import StrEnum

QUESTION_MAX = 200
ANSWER_MAX = 4000
WORDS_MAX = 300
ASKED_MAX = 1000

PHONE_KEPT = timedelta(days=90)  # after the answer; ours

TITLE_WEIGHT = 3.0  # a word of the question says more than one of the answer


class QuestionState(StrEnum):
    OPEN = "open"  # 待答复
    ANSWERED = "answered"  # 已答复
    CLOSED = "closed"  # 不予答复、重复


def fit(asked: Mapping[str, float], title: Collection[str], body: Collection[str]) -> float:
    """The weights of the asked terms that are there; those of the title count TITLE_WEIGHT times."""
    return sum(
        weight * (TITLE_WEIGHT if term in title else 1.0)
        for term, weight in asked.items()
        if term in title or term in body
    )


def telling(asked: Mapping[str, float]) -> list[str]:
    """The terms to look for: pairs and words; single characters only where there is nothing else."""
    return [term for term in asked if len(term) > 1] or list(asked)
