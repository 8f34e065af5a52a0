"""Finding answers, and the questions that wait."""

from dataclasses import dataclass

from django.db.models import IntegerField
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from onegrid.cases.catalog.guessing import terms
from onegrid.hall.answers.access import EDIT
from onegrid.hall.answers.models import Answer, Question
from onegrid.hall.answers.rules import QuestionState, fit, telling
from onegrid.hall.boards.access import require_sheet, scope_to_write
from onegrid.kit.actors import Actor, require
from onegrid.kit.errors import NotFound

PAGE = 20
LOOKED_AT = 60  # those that share most terms; the weights decide among them
COUNTED_TO = 99
_SHARED = "(SELECT count(*) FROM unnest(hall_answer.terms) one WHERE one = ANY(%s))"


def find_answers(*, text: str, path: str = "", limit: int = 10) -> list[Answer]:
    """Published answers that fit the words, best first; none when no word says anything.

    `path`: of the area somebody asks about: then only what is said for it or for what it lies in. What stands here is
    public, so there is no viewer.
    """
    asked = terms(text[:500].lower())
    wanted = telling(asked)
    if not wanted:
        return []
    rows = Answer.objects.published().about(path).filter(terms__overlap=wanted)
    shared = RawSQL(_SHARED, [wanted], output_field=IntegerField())
    found: list[Answer] = list(
        rows.annotate(shared=shared).order_by("-shared", "-published_at", "-id")[:LOOKED_AT]
    )
    fits = {row.pk: fit(asked, terms(f"{row.question} {row.words}".lower()), row.terms) for row in found}
    found.sort(key=lambda row: -fits[row.pk])
    return found[: max(limit, 0)]


def newest_answers(*, path: str = "", before: int | None = None, limit: int = PAGE) -> list[Answer]:
    """Published answers, the last written first; public."""
    rows = Answer.objects.published().about(path)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[:limit])


def published_answer(answer_id: int) -> Answer:
    """NotFound: there is none, or it is not public."""
    found = Answer.objects.published().filter(pk=answer_id).first()
    if found is None:
        raise _nothing()
    return found


def answers_to_edit(*, viewer: Actor, before: int | None = None, limit: int = PAGE) -> list[Answer]:
    """All answers in the viewer's reach, drafts too, the newest first."""
    rows = Answer.objects.in_scope(scope_to_write(viewer, EDIT)).select_related("area")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[:limit])


def answer_to_edit(answer_id: int, *, viewer: Actor) -> Answer:
    found = Answer.objects.select_related("area").filter(pk=answer_id).first()
    require_sheet(viewer, EDIT, found)
    assert found is not None
    return found


def questions_in_reach(
    *, viewer: Actor, state: str = QuestionState.OPEN, before: int | None = None, limit: int = PAGE
) -> list[Question]:
    """What was asked of the viewer's areas; who asked is not read."""
    rows = Question.objects.filter(scope_to_write(viewer, EDIT).q("area_path"), state=state)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("area").defer("phone").order_by("-id")[:limit])


def questions_waiting(*, viewer: Actor) -> int:
    """How many wait, counted to COUNTED_TO + 1; 0 for whom they do not concern."""
    scope = viewer.scope(EDIT)
    if not scope.reaches:
        return 0
    waiting = Question.objects.filter(scope.q("area_path"), state=QuestionState.OPEN)
    return len(waiting.values_list("pk")[: COUNTED_TO + 1])


def question_in_reach(question_id: int, *, viewer: Actor) -> Question:
    scope_to_write(viewer, EDIT)
    found = Question.objects.select_related("area", "kept_as").defer("phone").filter(pk=question_id).first()
    if found is None:
        raise _nothing()
    require(viewer, EDIT, path=found.area_path)
    return found


@dataclass(frozen=True)
class AskedQuestion:
    """What the code opens: words and answer, no person."""

    question: Question
    organisation: str


def asked_question(code: str) -> AskedQuestion:
    """For whoever asked. NotFound: no such code."""
    given = "".join(code.replace("\x00", "").split()).upper()
    found = Question.objects.select_related("area", "kept_as").defer("phone").filter(code=given).first()
    if found is None:
        raise _nothing()
    return AskedQuestion(found, found.replied_for or found.area.name)


def _nothing() -> NotFound:
    return NotFound("not_found", _("There is nothing here, or it is outside your area."))
