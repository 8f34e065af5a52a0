"""Writing answers, asking questions, answering them."""

import secrets
from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.actions import notify, tell_phones
from onegrid.accounts.notices.queries import who_has_unread
from onegrid.cases.catalog.guessing import terms
from onegrid.cases.flow.holders import nearest_at
from onegrid.cases.flow.rules import CODE_LETTERS
from onegrid.hall.answers.access import EDIT
from onegrid.hall.answers.facts import AnswerPublished, QuestionAnswered, QuestionAsked
from onegrid.hall.answers.models import Answer, Question
from onegrid.hall.answers.queries import question_in_reach
from onegrid.hall.answers.rules import (
    ANSWER_MAX,
    ASKED_MAX,
    PHONE_KEPT,
    QUESTION_MAX,
    WORDS_MAX,
    QuestionState,
)
from onegrid.hall.boards.access import WRITTEN_FOR
from onegrid.hall.boards.actions import keep_sheet, locked_sheet, move_sheet, told
from onegrid.hall.boards.queries import organisation_of
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.crypto import blind_index
from onegrid.kit.errors import Refused
from onegrid.kit.facts import announce
from onegrid.places.areas.models import Area

NOTICE = "hall.question"
CODE_LENGTH = 12  # alone the key to a question: 31^12 forms


@transaction.atomic
def write_answer(
    *,
    answer_id: int | None = None,
    seen_version: int | None = None,
    question: str,
    answer: str,
    words: str = "",
    area: Area | None,
    by: Actor,
    at: datetime,
) -> Answer:
    """A new draft, or a changed answer; what is published stays so. `area` None: for everywhere.

    Refused: words_missing, words_too_long, changed_meanwhile.
    """
    row = Answer() if answer_id is None else locked_sheet(
        Answer, answer_id, what=EDIT, by=by, seen_version=seen_version
    )  # fmt: skip
    row.question = told(question, most=QUESTION_MAX, name=_("question"))
    row.answer = told(answer, most=ANSWER_MAX, name=_("answer"))
    row.words = words.replace("\x00", "").strip()[:WORDS_MAX]
    row.terms = sorted(term[:40] for term in terms(f"{row.question} {row.words} {row.answer}".lower()))
    return keep_sheet(row, area=area, what=EDIT, by=by, at=at)


@transaction.atomic
def publish_answer(*, answer_id: int, by: Actor, at: datetime) -> Answer:
    row = move_sheet(Answer, answer_id, "publish", what=EDIT, by=by, at=at)
    announce(AnswerPublished(row.pk), path=row.area_path or None)
    return row


@transaction.atomic
def withdraw_answer(*, answer_id: int, by: Actor, at: datetime) -> Answer:
    return move_sheet(Answer, answer_id, "withdraw", what=EDIT, by=by, at=at)


def ask_question(*, text: str, area: Area, phone: str = "", key: str | None = None, at: datetime) -> Question:
    """咨询, without an account: the code on the row opens the answer. The same form sent twice is one question.

    Refused: words_missing, words_too_long, not_asked_here (an area that nobody answers for), no_phone.
    """
    text = told(text, most=ASKED_MAX, name=_("question"))
    if area.kind not in WRITTEN_FOR or area.valid_to is not None:
        raise Refused("not_asked_here", _("Please choose a community or a street."))
    known = Question.objects.filter(source_key=key).first() if key else None
    try:
        return known or _asked(text, area, phone.replace("\x00", "").strip(), key, at)
    except IntegrityError:  # the same form came twice at the same moment
        return Question.objects.get(source_key=key)


@transaction.atomic
def _asked(text: str, area: Area, phone: str, key: str | None, at: datetime) -> Question:
    try:
        index = blind_index(phone, "phone") if phone else ""
    except ValueError:
        raise Refused("no_phone", _("This does not look like a phone number.")) from None
    row = Question.objects.create(
        code="".join(secrets.choice(CODE_LETTERS) for _place in range(CODE_LENGTH)),
        area=area,
        area_path=area.path,
        text=text,
        phone=phone[:40] or None,
        phone_index=index,
        asked_at=at,
        source_key=key,
    )
    announce(QuestionAsked(row.pk), path=area.path)
    return row


@transaction.atomic
def tell_of_questions(*, question_ids: Collection[int], at: datetime) -> int:
    """A line to each of the staff nearest to the place who may answer; how many were written.

    However many were asked at once, one person gets one line; and none while an earlier one is unread: whoever opens
    the list sees all that wait. What was asked is not in the line, for it leaves the platform by channels too.
    """
    asked = Question.objects.filter(pk__in=question_ids, state=QuestionState.OPEN)
    counted = Counter(asked.values_list("area_path", "area__name"))
    wanted: dict[int, tuple[User, list[str]]] = {}
    for (path, name), _count in sorted(counted.items()):
        for user in nearest_at(EDIT, path):
            wanted.setdefault(user.pk, (user, []))[1].append(name)
    told_before = who_has_unread(NOTICE, [user for user, _names in wanted.values()])
    written = 0
    with translation.override(settings.LANGUAGE_CODE):
        for pk, (user, names) in wanted.items():
            if pk not in told_before:
                title = _("Residents have asked something: %(areas)s") % {"areas": "、".join(names[:3])}
                body = _("Whoever answers first answers for all.")
                notify([user], title=title, body=body, link="/hall/questions/", kind=NOTICE, at=at)
                written += 1
    return written


@transaction.atomic
def answer_question(
    *, question_id: int, reply: str, answers: bool = True, by: Actor, at: datetime
) -> Question:
    """答复: whoever asked is told by phone, where one was left. `answers` False: why there is no answer.

    Refused: words_missing, words_too_long, answered_already.
    """
    question_in_reach(question_id, viewer=by)
    row = Question.objects.select_for_update().get(pk=question_id)
    if row.state != QuestionState.OPEN:
        raise Refused("answered_already", _("%(who)s has answered it already.") % {"who": row.replied_by})
    row.reply = told(reply, most=ANSWER_MAX, name=_("answer"))
    row.state = QuestionState.ANSWERED if answers else QuestionState.CLOSED
    row.replied_by, row.replied_for, row.replied_at = by.actor_label[:80], organisation_of(by, at), at
    phone, row.phone = row.phone, None
    row.save()
    record("hall.answer_question", by=by, about=row, at=at)
    announce(QuestionAnswered(row.pk), path=row.area_path)
    if phone:
        with translation.override(settings.LANGUAGE_CODE):
            words = _("Your question is answered. The code that you were given opens the answer.")
            tell_phones({f"question.{row.pk}": phone}, text=words, at=at)
    return row


@transaction.atomic
def keep_answer(*, question_id: int, question: str, by: Actor, at: datetime) -> Answer:
    """收入问答库: the reply as a draft for all, under a question that names nobody.

    Refused: not_answered, kept_already.
    """
    asked = question_in_reach(question_id, viewer=by)
    asked = Question.objects.select_for_update(of=("self",)).select_related("area").get(pk=asked.pk)
    if asked.state != QuestionState.ANSWERED:
        raise Refused("not_answered", _("There is no answer yet that could be kept."))
    if asked.kept_as_id is not None:
        raise Refused("kept_already", _("It is among the answers already."))
    row = write_answer(question=question, answer=asked.reply, area=asked.area, by=by, at=at)
    asked.kept_as = row
    asked.save(update_fields=["kept_as"])
    return row


@transaction.atomic
def forget_phones(*, at: datetime) -> int:
    """Phones of questions that were answered or closed PHONE_KEPT ago are removed; how many. What was said stays."""
    over = Question.objects.exclude(phone_index="").filter(replied_at__lt=at - PHONE_KEPT)
    return over.update(phone=None, phone_index="")
