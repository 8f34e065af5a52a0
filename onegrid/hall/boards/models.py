"""The columns of a sheet."""

from typing import TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from onegrid.hall.boards import rules
from onegrid.kit.actors import Scope
from onegrid.places.areas.models import Area

S = TypeVar("S", bound=models.Model)


class SheetStates(models.TextChoices):
    """The states of rules.SheetState in words."""

    DRAFT = rules.SheetState.DRAFT, _("Draft")
    PUBLISHED = rules.SheetState.PUBLISHED, _("Published")
    WITHDRAWN = rules.SheetState.WITHDRAWN, _("Taken down")


class SheetQuerySet(models.QuerySet[S]):
    def published(self) -> "SheetQuerySet[S]":
        return self.filter(state=rules.SheetState.PUBLISHED)

    def about(self, path: str) -> "SheetQuerySet[S]":
        """What concerns a place: put up for it, for what it lies in, or for everywhere. "": not narrowed."""
        return self.filter(area_path__in=rules.above(path)) if path else self

    def in_scope(self, scope: Scope) -> "SheetQuerySet[S]":
        """What lies within somebody's reach; sheets for everywhere only for a reach without limit."""
        return self.filter(scope.q("area_path"))


class Sheet(models.Model):
    """Something written by staff for an area (None: everywhere). `area_path`: "" for everywhere.

    `written_by`: the author's name as it was then; residents see the organisation, `written_for`.
    """

    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("for whom")
    )
    area_path = models.CharField(max_length=120, db_collation="C", blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=SheetStates.choices, default=rules.SheetState.DRAFT.value
    )
    written_by = models.CharField(_("written by"), max_length=80)
    written_for = models.CharField(_("organisation"), max_length=80, blank=True)
    written_at = models.DateTimeField(_("written at"))
    published_at = models.DateTimeField(_("published at"), null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True
