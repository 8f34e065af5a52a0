"""Bulletins."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from onegrid.hall.boards.models import Sheet, SheetQuerySet
from onegrid.hall.bulletins import rules


class Bulletin(Sheet):
    """公告. `until`: the last day on which it is shown (None: until it is taken down); `pinned`: stands on top."""

    title = models.CharField(_("title"), max_length=rules.TITLE_MAX)
    body = models.TextField(_("text"))
    until = models.DateField(_("shown until"), null=True, blank=True)
    pinned = models.BooleanField(_("stands on top"), default=False)

    objects: ClassVar[SheetQuerySet["Bulletin"]] = SheetQuerySet.as_manager()  # type: ignore[assignment]  # with our filters

    class Meta:
        verbose_name = _("bulletin")
        indexes = [
            models.Index(fields=["state", "-id"], name="bulletin_state"),
            models.Index(fields=["area_path", "-id"], name="bulletin_area"),
            models.Index(fields=["-id"], name="bulletin_pinned", condition=models.Q(pinned=True)),
        ]

    def __str__(self) -> str:
        return self.title
