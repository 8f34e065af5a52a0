"""Activities and who comes to them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.hall.activities import rules
from onegrid.hall.boards.models import Sheet, SheetQuerySet
from onegrid.kit.crypto import BLIND_INDEX_LENGTH, EncryptedTextField


class Activity(Sheet):
    """活动. `capacity`: how many people (None: any number); `taken`: how many signed up, under the row's lock."""

    title = models.CharField(_("title"), max_length=rules.TITLE_MAX)
    body = models.TextField(_("text"))
    place = models.CharField(_("place"), max_length=rules.PLACE_MAX)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    sign_up_until = models.DateTimeField(_("sign up until"))
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True)
    taken = models.PositiveIntegerField(default=0)
    called_off_at = models.DateTimeField(null=True)
    called_off_for = models.CharField(
        _("why it does not take place"), max_length=rules.REASON_MAX, blank=True
    )

    objects: ClassVar[SheetQuerySet["Activity"]] = SheetQuerySet.as_manager()  # type: ignore[assignment]  # with our filters

    class Meta:
        verbose_name = _("activity")
        indexes = [
            models.Index(fields=["state", "starts_at", "id"], name="activity_state"),
            models.Index(fields=["area_path", "-id"], name="activity_area"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def places_left(self) -> int | None:
        """None: any number."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)


class SignUp(models.Model):
    """报名. Name and phone are sealed, and gone thirty days after the end; `code` is the right to take it back."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="sign_ups", db_index=False)
    code = models.CharField(max_length=16, unique=True)
    source_key = models.CharField(max_length=64, null=True, unique=True)
    name = EncryptedTextField(null=True)
    phone = EncryptedTextField(null=True)
    phone_index = models.CharField(max_length=BLIND_INDEX_LENGTH, blank=True)
    people = models.PositiveSmallIntegerField(_("people"))
    made_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sign-up")
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "phone_index"],
                condition=Q(cancelled_at=None) & ~Q(phone_index=""),
                name="one_sign_up_per_phone",
            )
        ]
        indexes = [
            models.Index(fields=["activity", "id"], name="signup_activity"),
            models.Index(fields=["phone_index"], name="signup_phone", condition=~Q(phone_index="")),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.people}"
