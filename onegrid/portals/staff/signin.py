"""How the sign-in library is bent to our rules: no sign-up, lock-out in words, first password, OpenID Connect."""

import unicodedata
from collections.abc import Callable
from io import BytesIO
from math import ceil

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity import actions
from onegrid.accounts.identity.lockout import account_waits, address_waits, locked_until
from onegrid.accounts.identity.models import User
from onegrid.accounts.identity.queries import account_for_claim
from onegrid.kit.crypto.secrets import open_secret, seal_secret
from onegrid.kit.errors import Refusal
from onegrid.kit.throttle import caller_of
from onegrid.kit.ui.home import first_page


class TooManyFailures(Refusal):
    """Guessing goes on; `details["retry_after"]` says in how many seconds it makes sense again."""

    status = 429

    def __init__(self, words: Promise | str, seconds: int) -> None:
        super().__init__("too_many_failures", words % {"minutes": ceil(seconds / 60)}, retry_after=seconds)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by administrators; an address that guesses too much has to wait."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "same_password": _("This is the password you have now. Choose another one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where the portals say that this person begins, else home."""
        name = first_page(request)
        return reverse(name) if name else str(super().get_login_redirect_url(request))

    def pre_authenticate(self, request: HttpRequest, **credentials) -> None:
        now, address = timezone.now(), client_address(request)
        if seconds := address_waits(address, now):
            words = _("Too many wrong passwords from this address. Please wait %(minutes)s minutes.")
            raise TooManyFailures(words, seconds)
        if seconds := account_waits(one_spelling(request, credentials), address, now):
            words = _("Too many wrong passwords for this account. Please wait %(minutes)s minutes.")
            raise TooManyFailures(words, seconds)
        super().pre_authenticate(request, **credentials)

    def clean_password(self, password: str, user: AbstractBaseUser | None = None) -> str:
        cleaned = super().clean_password(password, user)
        if user is not None and user.pk and user.check_password(cleaned):
            raise self.validation_error("same_password")
        return cleaned

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("staff:home")

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        assert isinstance(user, User)
        actions.change_own_password(user=user, password=password, at=timezone.now())

    def send_notification_mail(self, *args, **kwargs) -> None:
        """Nothing is mailed about an account: staff addresses are optional and notices have their own inbox."""


class MFAAdapter(DefaultMFAAdapter):
    """QR codes are drawn by segno; secrets of second factors are sealed in the database."""

    def encrypt(self, text: str) -> str:
        return seal_secret(text, "second_factor")

    def decrypt(self, encrypted_text: str) -> str:
        return open_secret(encrypted_text, "second_factor")

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def build_totp_svg(self, url: str) -> str:
        picture = BytesIO()
        segno.make(url, error="m").save(picture, kind="svg", scale=5, border=4, light="#fff", xmldecl=False)
        return picture.getvalue().decode()


class OpenIdAdapter(DefaultSocialAccountAdapter):
    """Links the city's OpenID account to the account of the same sign-in name. Strangers stay outside."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin) -> None:
        if sociallogin.is_existing:
            return
        claims = sociallogin.account.extra_data
        claims = claims.get("userinfo") or claims.get("id_token") or claims
        user = account_for_claim(str(claims.get(settings.OIDC_CLAIM) or ""))
        if user is None:
            raise ImmediateHttpResponse(render(request, "account/no_account.html", status=403))
        sociallogin.connect(request, user)


def one_spelling(request: HttpRequest, credentials: dict | None = None) -> str:
    """The sign-in name as it is counted: sign-in ignores case, so guesses under other spellings add up too."""
    name = (credentials or {}).get("username") or request.POST.get("login", "")
    return unicodedata.normalize("NFKC", str(name)).strip().casefold()[:255]


def client_address(request: HttpRequest) -> str:
    """The caller's address; forwarded headers count only for as many proxies as ONEGRID_TRUSTED_PROXIES says. Of IPv6
    the network: whoever has one address of a /64 has all of them."""
    known = caller_of(get_client_ip(request))
    return "" if known == "unknown" else known.partition("/")[0]


def locked_page(
    request: HttpRequest, response: HttpResponse, credentials: dict | None = None
) -> HttpResponse:
    """Ten wrong passwords: says so, and how long the wait is."""
    now = timezone.now()
    until = locked_until(one_spelling(request, credentials), client_address(request), now)
    seconds = max(1, ceil((until - now).total_seconds()))
    page = render(
        request,
        "account/locked.html",
        {"minutes": ceil(seconds / 60), "limit": settings.AXES_FAILURE_LIMIT},
        status=429,
    )
    page["Retry-After"] = str(seconds)
    return page


class FirstPassword:
    """Middleware: whoever has a password given by somebody else chooses an own one before anything else."""

    allowed = ("account_change_password", "account_logout", "set_language")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        user = request.user
        if not isinstance(user, User) or not user.must_change_password:
            return None
        match = request.resolver_match
        if match is not None and match.url_name in self.allowed:
            return None
        if request.path.startswith(settings.STATIC_URL):
            return None
        return redirect(reverse("account_change_password"))
