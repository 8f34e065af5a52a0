"""Morning briefs as they were made."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from onegrid.places.areas.models import Area


class Brief(models.Model):
    """What was told to an area's leaders about `day` (the day before the morning). `content`: its numbers and rows by
    figures.py, never changed afterwards; `pdf`: the same on paper, in Chinese; None where none could be made."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField(_("day told of"))
    content = models.JSONField()
    pdf = models.ForeignKey("kit.StoredFile", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("brief made at"))

    class Meta:
        verbose_name = _("morning brief")
        constraints = [models.UniqueConstraint(fields=["area", "day"], name="one_brief_per_area_and_day")]

    def __str__(self) -> str:
        return f"{self.area_id} {self.day}"

    @property
    def area_path(self) -> str:
        """For the audit trail."""
        return self.area.path
