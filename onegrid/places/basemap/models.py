"""What the base map draws, and the edition by which browsers know that it has changed."""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from onegrid.places.areas.models import CGCS2000


class BaseLayer(models.TextChoices):
    """Names of layers in the tiles; the order is the order of drawing."""

    LAND = "land", _("Land use")
    WATER = "water", _("Water")
    GREEN = "green", _("Green space")
    ROAD = "road", _("Roads")
    RAIL = "rail", _("Railways")
    BUILDING = "building", _("Buildings")
    BOUNDARY = "boundary", _("Boundaries")
    LABEL = "label", _("Place names")


class RoadClass(models.TextChoices):
    """Classes of urban roads (快速路、主干路、次干路、支路) and what is smaller."""

    EXPRESS = "express", _("Expressway")
    ARTERIAL = "arterial", _("Arterial road")
    SECONDARY = "secondary", _("Secondary road")
    BRANCH = "branch", _("Branch road")
    LANE = "lane", _("Lane or path")


class BaseFeature(models.Model):
    """One shape of the base map. Shown from zoom `min_zoom` to `max_zoom`; `height_m` in metres above ground."""

    layer = models.CharField(_("layer"), max_length=10, choices=BaseLayer.choices)
    geometry = models.GeometryField(_("geometry"), srid=CGCS2000, spatial_index=False)
    name = models.CharField(_("name"), max_length=80, blank=True)
    floors = models.PositiveSmallIntegerField(_("floors"), null=True, blank=True)
    height_m = models.FloatField(_("height in metres"), null=True, blank=True)
    road_class = models.CharField(_("road class"), max_length=10, blank=True, choices=RoadClass.choices)
    address = models.ForeignKey("places.Address", models.SET_NULL, null=True, blank=True, related_name="+")
    min_zoom = models.PositiveSmallIntegerField(default=0)
    max_zoom = models.PositiveSmallIntegerField(default=24)

    class Meta:
        verbose_name = _("base map feature")
        constraints = [
            models.CheckConstraint(condition=Q(max_zoom__gte=F("min_zoom")), name="base_feature_zooms")
        ]
        indexes = [GistIndex(fields=["geometry"], name="base_feature_geometry")]

    def __str__(self) -> str:
        return f"{self.layer} {self.name}"


class BaseEdition(models.Model):
    """Every change of the base map makes a new edition; tiles carry its number as their ETag."""

    made_at = models.DateTimeField(_("made at"))
    made_by = models.CharField(_("made by"), max_length=80)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("base map edition")

    def __str__(self) -> str:
        return f"{self.pk} {self.source}"
