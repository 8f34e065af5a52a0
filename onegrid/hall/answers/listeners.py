"""Who may answer hears that somebody has asked."""

from collections.abc import Sequence

from onegrid.hall.answers.actions import tell_of_questions
from onegrid.hall.answers.facts import QuestionAsked
from onegrid.kit.facts import Heard, Start, listens


@listens("hall.questions", to=[QuestionAsked], start=Start.NOW)
def tell_who_may_answer(batch: Sequence[Heard]) -> None:
    ids = [heard.fact.question_id for heard in batch]
    tell_of_questions(question_ids=ids, at=max(heard.at for heard in batch))
