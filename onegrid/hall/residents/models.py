"""What signs a resident in. No table of residents: only codes and sessions, and those go after two days."""

from django.db import models
from django.utils.translation import gettext_lazy as _

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
