"""The address tree, the names it had before, and the keys it is searched by."""

from datetime import date
from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from onegrid.kit.actors.scope import path_range
from onegrid.places.addresses.kinds import AddressKind
from onegrid.places.areas.models import CGCS2000


class AddressQuerySet(models.QuerySet["Address"]):
    def below(self, path: str) -> "AddressQuerySet":
        """The address with this path and everything under it: one index range."""
        low, high = path_range(path)
        return self.filter(path__gte=low, path__lt=high)

    def valid_on(self, day: date) -> "AddressQuerySet":
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class Address(models.Model):
    """A place with a name. Closed by `valid_to`, never deleted: old cases keep their address.

    `full_name`: names from the root down in one string (云桥社区云桥路锦绣苑3号楼). `path`: ids from the root
    down, each followed by a dot. `area_path`: path of the grid (or the smallest known area) it lies in.
    """

    kind = models.CharField(_("level"), max_length=10, choices=AddressKind.choices)
    name = models.CharField(_("name"), max_length=60)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=120, db_collation="C", editable=False)
    full_name = models.CharField(_("full name"), max_length=200)
    pinyin = models.CharField(max_length=200, blank=True, db_collation="C")  # of `name`, without tones
    initials = models.CharField(max_length=60, blank=True, db_collation="C")
    point = models.PointField(_("point"), srid=CGCS2000, null=True, blank=True, spatial_index=False)
    grid = models.ForeignKey("places.Area", models.PROTECT, null=True, blank=True, related_name="+")
    area_path = models.CharField(max_length=120, blank=True, db_collation="C")
    floors = models.PositiveSmallIntegerField(_("floors"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects: ClassVar[AddressQuerySet] = AddressQuerySet.as_manager()  # type: ignore[assignment]  # manager with our filters

    class Meta:
        verbose_name = _("address")
        constraints = [
            models.UniqueConstraint(fields=["path"], name="address_path_is_unique"),
            models.UniqueConstraint(
                fields=["parent", "kind", "name"],
                condition=Q(valid_to=None),
                nulls_distinct=False,
                name="one_open_address_per_name",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="address_closes_after_it_opens",
            ),
        ]
        indexes = [
            models.Index(fields=["area_path"], name="address_area_path"),
            GistIndex(fields=["point"], name="address_point", condition=Q(valid_to=None)),
        ]

    def __str__(self) -> str:
        return self.full_name


class FormerName(models.Model):
    """A name an address had in [valid_from, valid_to): a corrected house number, a road renamed (曾用名)."""

    address = models.ForeignKey(Address, models.CASCADE, related_name="former_names")
    name = models.CharField(_("name"), max_length=60)
    full_name = models.CharField(_("full name"), max_length=200)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("former name")

    def __str__(self) -> str:
        return self.full_name


class AddressKey(models.Model):
    """What an address is found by: a beginning somebody may type, in characters, pinyin or initials.

    Searching is a range of `key` inside one `rank`, so one character costs no more than ten (the plan is held by a
    test). `area_path` and `rank` repeat the address's, for filtering in the index alone.
    """

    address = models.ForeignKey(Address, models.CASCADE, related_name="keys")
    rank = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=200, db_collation="C")
    area_path = models.CharField(max_length=120, blank=True, db_collation="C")
    former = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["rank", "key"], include=["area_path", "address", "former"], name="address_key_range"
            )
        ]

    def __str__(self) -> str:
        return self.key
