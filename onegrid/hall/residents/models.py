"""What signs a resident in. No table of residents: only codes and sessions, and those go after two days."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from onegrid.hall.residents import rules
from onegrid.kit.crypto import BLIND_INDEX_LENGTH, EncryptedTextField


class SignInCode(models.Model):
    """验证码: sent to a phone. Neither the code nor the phone can be read from the row."""

    phone_index = models.CharField(max_length=BLIND_INDEX_LENGTH)
    digest = models.CharField(max_length=BLIND_INDEX_LENGTH)
    made_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sign-in code")
        indexes = [
            models.Index(fields=["phone_index", "-id"], name="signincode_phone"),
            models.Index(fields=["made_at"], name="signincode_made"),
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"


class PhoneSession(models.Model):
    """Somebody holds this phone, until `made_at` + SESSION_LIVES. `digest`: of the token in their cookie."""

    digest = models.CharField(max_length=BLIND_INDEX_LENGTH, unique=True)
    phone = EncryptedTextField()
    phone_index = models.CharField(max_length=BLIND_INDEX_LENGTH)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("session by phone")
        indexes = [models.Index(fields=["made_at"], name="phonesession_made")]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"


class RequestKinds(models.TextChoices):
    CORRECTION = rules.RequestKind.CORRECTION, _("Put my name right")
    DELETION = rules.RequestKind.DELETION, _("Delete my name and phone")


class RequestStates(models.TextChoices):
    OPEN = rules.RequestState.OPEN, _("Waits for an answer")
    DONE = rules.RequestState.DONE, _("Done")
    REFUSED = rules.RequestState.REFUSED, _("Not done")


class DataRequest(models.Model):
    """What somebody wants done with what is kept about them; answered by the data officer of `area_path`.

    What lies in several streets is asked in parts, one row each, and each is carried out in its own area only ("":
    everywhere). `phone` is forgotten with the answer; its keyed hash, by which the answer is found, and `words` go
    `request_days` later (limits.yaml).
    """

    kind = models.CharField(_("request"), max_length=12, choices=RequestKinds.choices)
    phone = EncryptedTextField(null=True)
    phone_index = models.CharField(max_length=BLIND_INDEX_LENGTH)
    area_path = models.CharField(max_length=120, db_collation="C", blank=True)
    name = EncryptedTextField(null=True)
    words = models.TextField(_("words"), blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=RequestStates.choices, default=rules.RequestState.OPEN.value
    )
    made_at = models.DateTimeField(_("asked at"))
    due_on = models.DateField(_("answer until"))
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.CharField(_("answered by"), max_length=80, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    changed = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("request about personal data")
        constraints = [
            models.UniqueConstraint(
                fields=["phone_index", "kind", "area_path"],
                condition=models.Q(state=rules.RequestState.OPEN.value),
                name="one_open_data_request_per_area",
            )
        ]
        indexes = [
            models.Index(fields=["state", "due_on", "id"], name="datarequest_state"),
            models.Index(fields=["phone_index", "-id"], name="datarequest_phone"),
            models.Index(
                fields=["answered_at"], name="datarequest_kept", condition=~models.Q(phone_index="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.made_at:%Y-%m-%d}"
