"""Signing in by a code to a phone, without an account."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from onegrid.accounts.notices.actions import tell_phones
from onegrid.accounts.notices.queries import phones_are_reached
from onegrid.hall.residents import rules
from onegrid.hall.residents.models import PhoneSession, SignInCode
from onegrid.hall.residents.queries import token_digest
from onegrid.kit.crypto import blind_index
from onegrid.kit.errors import Refused, Unavailable
from onegrid.kit.throttle import Limit, spend

CODES = Limit("sign_in_codes", 5, timedelta(hours=1))  # to one phone: nobody is flooded with them
LEAST_DIGITS, MOST_SIGNS = 7, 25


@dataclass(frozen=True)
class SignedIn:
    """`token` goes into the cookie; this is the only time it is there."""

    session: PhoneSession
    token: str


def send_code(*, phone: str, at: datetime) -> None:
    """A code to the phone, whether or not anything was ever left with it; earlier ones open nothing any more.

    Refused: no_phone. TooMany: the phone got enough codes. Unavailable: no channel reaches phones here.
    """
    index = phone_index(phone)
    if not phones_are_reached():
        raise Unavailable(
            "no_channel", _("Codes cannot be sent from here. Number and follow code still work.")
        )
    spend(CODES, who=index, at=at)  # outside the transaction: the count stands whatever comes after
    _send(phone, index, at)


@transaction.atomic
def _send(phone: str, index: str, at: datetime) -> None:
    code = "".join(secrets.choice("0123456789") for _place in range(rules.CODE_DIGITS))
    SignInCode.objects.filter(phone_index=index, used_at=None).update(used_at=at)
    row = SignInCode.objects.create(phone_index=index, digest=_digest(code, index), made_at=at)
    minutes = rules.CODE_LIVES // timedelta(minutes=1)
    with translation.override(settings.LANGUAGE_CODE):
        words = _("Your sign-in code: %(code)s. Good for %(minutes)s minutes. Give it to nobody.")
        said = words % {"code": code, "minutes": minutes}
        text = _("A sign-in code, which is not kept in the clear.")
        tell_phones({f"sign_in.{row.pk}": phone}, text=text, sealed=said, urgent=True, at=at)


def sign_in(*, phone: str, code: str, at: datetime) -> SignedIn:
    """A session for whoever read the code on the phone. Refused: no_phone, wrong_code (wrong, old, used, or tried
    too often: which of them is not told)."""
    index = phone_index(phone)
    found = _tried(phone, index, "".join(code.split()), at)
    if found is None:
        raise Refused(
            "wrong_code", _("This code does not open anything, or no longer. Please have a new one sent.")
        )
    return found


@transaction.atomic
def _tried(phone: str, index: str, code: str, at: datetime) -> SignedIn | None:
    """The try is counted also when it is wrong: nothing is raised in here."""
    row = SignInCode.objects.select_for_update().filter(phone_index=index).order_by("-id").first()
    fits = hmac.compare_digest(_digest(code or "-", index), row.digest if row else "-")
    if row is None or not rules.code_opens(
        made_at=row.made_at, tries=row.tries, used_at=row.used_at, fits=fits, at=at
    ):
        if row is not None and row.tries < rules.CODE_TRIES:
            row.tries += 1
            row.save(update_fields=["tries"])
        return None
    row.used_at = at
    row.save(update_fields=["used_at"])
    token = secrets.token_urlsafe(32)
    session = PhoneSession.objects.create(
        digest=token_digest(token), phone=phone.strip()[:MOST_SIGNS], phone_index=index, made_at=at
    )
    return SignedIn(session, token)


@transaction.atomic
def sign_out(*, session_id: int, at: datetime) -> None:
    PhoneSession.objects.filter(pk=session_id, ended_at=None).update(ended_at=at)


@transaction.atomic
def forget_old(*, at: datetime) -> int:
    """Removes codes and sessions that are over; how many."""
    before = at - rules.KEPT
    return sum(model.objects.filter(made_at__lt=before).delete()[0] for model in (SignInCode, PhoneSession))


def phone_index(phone: str) -> str:
    """Refused: no_phone."""
    phone = phone.replace("\x00", "").strip()
    digits = sum(sign.isascii() and sign.isdigit() for sign in phone)
    if digits < LEAST_DIGITS or len(phone) > MOST_SIGNS:
        raise Refused("no_phone", _("This does not look like a phone number."))
    return blind_index(phone, "phone")


def _digest(code: str, index: str) -> str:
    """Keyed, and bound to the phone: a code for one opens no other."""
    return blind_index(f"{index}.{code}", "sign_in_code")
