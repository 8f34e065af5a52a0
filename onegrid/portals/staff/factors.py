"""Codes of a second factor are counted: six digits would be found in an afternoon by whoever has the password."""

from datetime import timedelta
from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.forms import ValidationError
from django.utils import timezone

from onegrid.kit.throttle import Limit, refuse_if_spent, spend

# Wrong ones of an account, from whatever address: in the database, for all processes together
WRONG_CODES = Limit("second_factor", 10, timedelta(minutes=15))


class Counted:
    """TooMany when the account has had too many wrong codes, before the next one is looked at."""

    user: Any

    def clean_code(self) -> str:
        who, now = f"user:{self.user.pk}", timezone.now()
        refuse_if_spent(WRONG_CODES, who=who, at=now)
        try:
            return str(super().clean_code())  # type: ignore[misc]  # of the form beside this class
        except ValidationError:
            spend(WRONG_CODES, who=who, at=now)
            raise


class CodeForm(Counted, AuthenticateForm):
    """At sign-in."""


class CodeAgainForm(Counted, ReauthenticateForm):
    """Before something that needs the factor once more."""
