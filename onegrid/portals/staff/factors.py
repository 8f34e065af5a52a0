"""What is typed to prove oneself once more is counted: six digits would be found in an afternoon by whoever has the
password, and a password by whoever sits down at a desk that was left open."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account.forms import ChangePasswordForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.forms import ValidationError
from django.utils import timezone

from onegrid.kit.throttle import Limit, refuse_if_spent, spend

# Wrong ones of an account, from whatever address: in the database, for all processes together
WRONG_CODES = Limit("second_factor", 10, timedelta(minutes=15))
WRONG_OLD_PASSWORDS = Limit("old_password", 10, timedelta(minutes=15))


def counted(limit: Limit, user: Any, check: Callable[[], Any]) -> Any:
    """TooMany when the account has had too many wrong ones, before the next one is looked at."""
    who, now = f"user:{user.pk}", timezone.now()
    refuse_if_spent(limit, who=who, at=now)
    try:
        return check()
    except ValidationError:
        spend(limit, who=who, at=now)
        raise


class Counted:
    user: Any

    def clean_code(self) -> str:
        return str(counted(WRONG_CODES, self.user, super().clean_code))  # type: ignore[misc]  # of the form beside it


class PasswordChangeForm(ChangePasswordForm):
    """allauth's own limit counts in each process."""

    def clean_oldpassword(self) -> str:
        return str(counted(WRONG_OLD_PASSWORDS, self.user, super().clean_oldpassword))


class CodeForm(Counted, AuthenticateForm):
    """At sign-in."""


class CodeAgainForm(Counted, ReauthenticateForm):
    """Before something that needs the factor once more."""
