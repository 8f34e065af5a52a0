"""Users, roles, grants and postings. Rights are data: role × area subtree × organisation."""

from collections.abc import Iterable
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.posts import PostKind
from onegrid.kit.actors import EVERYTHING, NOTHING, Reach, Scope
from onegrid.kit.crypto import BLIND_INDEX_LENGTH, EncryptedTextField
from onegrid.kit.statements import Columns, ask, join
from onegrid.places.areas.models import Area


class Role(models.Model):
    """A named set of permission codes such as "cases.file"; `code` is stable, the names are for people."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60)
    permissions = ArrayField(models.CharField(max_length=60), default=list, blank=True)

    class Meta:
        verbose_name = _("role")

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name


class User(AbstractUser):
    """A person with an account. `username` signs in; `display_name` is what others see."""

    first_name = None  # type: ignore[assignment]  # Chinese names are one field
    last_name = None  # type: ignore[assignment]
    display_name = models.CharField(_("name"), max_length=40)
    phone = EncryptedTextField(_("private phone"), null=True, blank=True)
    phone_index = models.CharField(max_length=BLIND_INDEX_LENGTH, blank=True, editable=False)
    must_change_password = models.BooleanField(default=False)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)

    class Meta:
        verbose_name = _("user")
        indexes = [
            models.Index(fields=["phone_index"], name="user_phone", condition=~models.Q(phone_index=""))
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def place_name(self) -> str:
        """The widest area of the grants valid now: what the page header names."""
        paths = [grant.path for grant in self.grants_now if grant.path]
        if not paths:
            return ""
        widest = min(paths, key=len)
        return next(grant.area.name for grant in self.grants_now if grant.path == widest and grant.area)

    @property
    def actor_key(self) -> str:
        return f"user:{self.pk}"

    @property
    def actor_label(self) -> str:
        return self.display_name or self.username

    def scope(self, what: str) -> Scope:
        """How far this user may do `what`: the union of grants valid now whose role includes it."""
        if self.is_superuser:
            return EVERYTHING
        if not self.is_active or self.left_at is not None:
            return NOTHING
        if what not in self._scopes_now:
            self._scopes_now[what] = Scope(
                tuple(
                    Reach(grant.path, grant.organisation_id)
                    for grant in self.grants_now
                    if what in grant.permissions
                )
            )
        return self._scopes_now[what]

    @cached_property
    def _scopes_now(self) -> dict[str, Scope]:
        """A page asks dozens of times for the same few; they live as long as the grants they come from."""
        return {}

    @cached_property
    def grants_now(self) -> list["Grant"]:
        """Read once per request: the user object lives as long as the request. A session brings them along."""
        return _reaching(self)


class GrantQuerySet(models.QuerySet["Grant"]):
    def reaching(self, day: date | None = None) -> "GrantQuerySet":
        """Grants valid on the day (today), each with `path` (of its area) and `permissions` (of its role)."""
        today = day or timezone.localdate()
        return self.filter(
            models.Q(valid_to=None) | models.Q(valid_to__gt=today), valid_from__lte=today
        ).annotate(path=models.F("area__path"), permissions=models.F("role__permissions"))


class Grant(models.Model):
    """A role given to a user for an area subtree and/or one organisation, for a time."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.ForeignKey(Role, models.PROTECT, related_name="grants")
    area = models.ForeignKey("places.Area", models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    if TYPE_CHECKING:  # what `reaching()` puts on each row
        path: str | None
        permissions: list[str]

    class Meta:
        verbose_name = _("grant")
        indexes = [models.Index(fields=["user"], name="grant_user")]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class PostingQuerySet(models.QuerySet["Posting"]):
    def serving_on(self, day: date) -> "PostingQuerySet":
        """Postings valid on the day, of people who have not left."""
        return self.filter(
            models.Q(valid_to=None) | models.Q(valid_to__gt=day),
            valid_from__lte=day,
            user__left_at=None,
            user__is_active=True,
        )


class Posting(models.Model):
    """A post (岗位) that a user holds in an organisation, for an area, from `valid_from` until before `valid_to`.

    `public_phone` is the work phone that is published with the grid (Binzhou grid regulation 2021 Art. 6);
    the private number stands encrypted on the user and is never published.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="postings")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="postings")
    kind = models.CharField(_("post"), max_length=20, choices=PostKind.choices)
    area = models.ForeignKey("places.Area", models.PROTECT, null=True, blank=True, related_name="+")
    public_phone = models.CharField(_("work phone (published)"), max_length=32, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="posting_ends_after_it_starts",
            )
        ]
        indexes = [
            models.Index(fields=["area", "kind"], name="posting_area"),
            models.Index(fields=["organisation"], name="posting_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_kind_display()}"


VALID_GRANTS = """
    accounts_grant permit JOIN accounts_role role ON role.id = permit.role_id
        AND permit.valid_from <= {day}::date AND (permit.valid_to IS NULL OR permit.valid_to > {day}::date)
    LEFT JOIN places_area area ON area.id = permit.area_id
"""


@cache
def _grants() -> tuple[Columns, Columns]:
    return Columns(Grant), Columns(Area, only=["id", "kind", "code", "name", "path"])


def grants_selected() -> str:
    """What `grants_of` reads, for the SELECT list of VALID_GRANTS."""
    grant, area = _grants()
    return f"{grant.of('permit')}, {area.of('area')}, role.permissions"


def grants_of(rows: Iterable[tuple]) -> list[Grant]:
    """As GrantQuerySet.reaching, with areas but not their borders; rows of an outer join that found none are left."""
    columns, area_columns = _grants()
    found = []
    for row in rows:
        grant = columns.made_or_none(row[: len(columns)])
        if grant is None:
            continue
        area = area_columns.made_or_none(row[len(columns) : -1])
        join(grant, "area", area)
        grant.path, grant.permissions = area.path if area else None, row[-1]
        found.append(grant)
    return found


def _reaching(user: User) -> list[Grant]:
    query = f"""
SELECT {grants_selected()} FROM {VALID_GRANTS.format(day="$2")}
WHERE permit.user_id = $1::bigint ORDER BY permit.id
"""
    return grants_of(ask(query, [str(user.pk), timezone.localdate().isoformat()]))
