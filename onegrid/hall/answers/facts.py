"""What is announced about questions and answers."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class AnswerPublished(Fact):
    """Residents and desks find it now."""

    answer_id: int


@dataclass(frozen=True)
class QuestionAsked(Fact):
    """A resident waits for an answer."""

    seen_with: ClassVar[str | None] = "answers.edit"
    question_id: int


@dataclass(frozen=True)
class QuestionAnswered(Fact):
    """Whoever asked can read the answer."""

    seen_with: ClassVar[str | None] = "answers.edit"
    question_id: int
