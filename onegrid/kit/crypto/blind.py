"""Blind index: find a row by an exact phone or ID number without keeping the number readable."""

import hmac
import re
import unicodedata
from collections.abc import Callable

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from django.conf import settings

BLIND_INDEX_LENGTH = 64  # what a CharField for it needs


def blind_index(text: str, purpose: str) -> str:
    """64 hex digits, the same for the same text and purpose, telling nothing without the index key.

    `purpose` separates columns ("phone", "citizen_id", or any other word): equal texts under two purposes give
    different values. Phones are compared by digits (with +86 or 0086 left off), ID numbers in upper case, other texts
    without outer spaces and without regard to case; full-width characters count as their plain forms. Raises
    ValueError when nothing is left to compare: an empty index would link everybody who left the field empty.
    """
    plain = NORMAL_FORMS.get(purpose, _other)(unicodedata.normalize("NFKC", text))
    if not plain:
        raise ValueError(f"there is nothing to index as {purpose}")
    return hmac.digest(_key(purpose), plain.encode(), "sha256").hex()


def _key(purpose: str) -> bytes:
    return HKDFExpand(SHA256(), 32, f"onegrid blind index {purpose}".encode()).derive(
        bytes.fromhex(settings.INDEX_KEY)
    )


def _phone(text: str) -> str:
    digits = "".join(sign for sign in text if sign in "0123456789")
    return re.sub(r"^(?:00)?86(?=1\d{10}$)", "", digits)


def _citizen_id(text: str) -> str:
    return re.sub(r"\s", "", text).upper()


def _other(text: str) -> str:
    return text.strip().casefold()


NORMAL_FORMS: dict[str, Callable[[str], str]] = {"phone": _phone, "citizen_id": _citizen_id}
