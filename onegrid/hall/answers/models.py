"""Answers that are kept, and questions that wait for one."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegrid.hall.answers import rules
from onegrid.hall.boards.models import Sheet, SheetQuerySet
from onegrid.kit.crypto import BLIND_INDEX_LENGTH, EncryptedTextField
from onegrid.places.areas.models import Area


class Answer(Sheet):
    """问答: one question with its answer. `words`: other words by which people look for it.

    `terms`: of everything above, as `cases.catalog.guessing.terms` cuts text: what it is found by.
    """

    question = models.CharField(_("question"), max_length=rules.QUESTION_MAX)
    answer = models.TextField(_("answer"))
    words = models.CharField(_("other words for it"), max_length=rules.WORDS_MAX, blank=True)
    terms = ArrayField(models.CharField(max_length=40), default=list)

    objects: ClassVar[SheetQuerySet["Answer"]] = SheetQuerySet.as_manager()  # type: ignore[assignment]  # with our filters

    class Meta:
        verbose_name = _("answer")
        indexes = [
            GinIndex(fields=["terms"], name="answer_terms"),
            models.Index(fields=["state", "-id"], name="answer_state"),
            models.Index(fields=["area_path", "-id"], name="answer_area"),
        ]

    def __str__(self) -> str:
        return self.question


class QuestionStates(models.TextChoices):
    OPEN = rules.QuestionState.OPEN, _("Waits for an answer")
    ANSWERED = rules.QuestionState.ANSWERED, _("Answered")
    CLOSED = rules.QuestionState.CLOSED, _("Not answered")


class Question(models.Model):
    """咨询: what somebody asked the staff of an area. `code` opens it for whoever asked.

    `phone` is sealed, and used to say that there is an answer. `kept_as`: the answer for all that was made of it.
    """

    code = models.CharField(max_length=16, unique=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("asked of"))
    area_path = models.CharField(max_length=120, db_collation="C")
    text = models.TextField(_("question"))
    phone = EncryptedTextField(null=True)
    phone_index = models.CharField(max_length=BLIND_INDEX_LENGTH, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=QuestionStates.choices, default=rules.QuestionState.OPEN.value
    )
    asked_at = models.DateTimeField(_("asked at"))
    source_key = models.CharField(max_length=64, null=True, unique=True)
    reply = models.TextField(_("answer"), blank=True)
    replied_by = models.CharField(_("answered by"), max_length=80, blank=True)
    replied_for = models.CharField(_("organisation"), max_length=80, blank=True)
    replied_at = models.DateTimeField(_("answered at"), null=True)
    kept_as = models.ForeignKey(Answer, models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[models.Manager["Question"]] = models.Manager()

    class Meta:
        verbose_name = _("question")
        indexes = [
            models.Index(fields=["state", "-id"], name="question_state"),
            models.Index(fields=["area_path", "-id"], name="question_area"),
            models.Index(fields=["phone_index"], name="question_phone", condition=~models.Q(phone_index="")),
        ]

    def __str__(self) -> str:
        return self.text[:40]
