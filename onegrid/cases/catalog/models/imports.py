"""A city's filing standard on its way in: kept as it was read until somebody takes it into a draft."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from onegrid.cases.catalog.models.classes import CatalogVersion
from onegrid.cases.catalog.models.words import units


class ImportState(models.TextChoices):
    READ = "read", _("Being looked at")
    TAKEN = "taken", _("Taken into a draft")
    DISCARDED = "discarded", _("Discarded")


class StandardImport(models.Model):
    """An uploaded workbook. Nothing of it is in the catalogue before it is taken, and then only in a draft.

    `grids`: kind → the sheet as texts (rules/sheets.Grid), emptied once the import has ended. `day`, `hour`: what a
    bare 天 and 小时 mean here, `at_once_limit`, `at_once_unit`: how long 立即 is; empty until somebody says so.
    `edits`: how often the choices changed, for the refusal when somebody else was faster.
    """

    file_name = models.CharField(_("file"), max_length=200)
    grids = models.JSONField(default=dict)
    row_count = models.PositiveIntegerField(default=0)
    day = models.CharField(max_length=16, choices=units(), blank=True)
    hour = models.CharField(max_length=16, choices=units(), blank=True)
    at_once_limit = models.PositiveSmallIntegerField(null=True, blank=True)
    at_once_unit = models.CharField(max_length=16, choices=units(), blank=True)
    scheme_code = models.CharField(max_length=32, blank=True)
    scheme_name = models.CharField(max_length=80, blank=True)
    for_filing = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.READ)
    edits = models.PositiveIntegerField(default=0)
    version = models.ForeignKey(CatalogVersion, models.SET_NULL, null=True, blank=True, related_name="+")
    made_by = models.CharField(max_length=60)
    made_by_name = models.CharField(_("by"), max_length=80)
    made_at = models.DateTimeField(_("at"))
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("import of a filing standard")
        indexes = [models.Index(fields=["-made_at"], name="standard_import_newest")]

    def __str__(self) -> str:
        return self.file_name
