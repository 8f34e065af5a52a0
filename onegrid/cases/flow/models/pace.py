"""How long matters of one kind took, counted at night."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from onegrid.cases.catalog.models import ClassKind, Scheme


class ClassPace(models.Model):
    """From report to close, of the cases of one class that were closed in the span before `counted_at`.

    By scheme, kind and code, so that it outlives versions of the catalogue. `half_hours`: half of them were done
    within so many hours (p50), `most_hours`: nine of ten (p90); hours of the clock on the wall, for people wait at
    night too. Kept whatever `closed` is; whether that is enough to be told is for the reader to decide.
    """

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=ClassKind.choices)
    code = models.CharField(max_length=8)
    closed = models.PositiveIntegerField()
    half_hours = models.FloatField()
    most_hours = models.FloatField()
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("pace of a class")
        constraints = [models.UniqueConstraint(fields=["scheme", "kind", "code"], name="one_pace_per_class")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}: {self.half_hours:.0f} h, {self.most_hours:.0f} h"
