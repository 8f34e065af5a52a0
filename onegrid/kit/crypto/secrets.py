"""Secrets that a library keeps in a column of its own, such as those of second factors: sealed text, as text.

Under a key made from INDEX_KEY, which does not rotate: `onegrid keys` knows only fields of ours.
"""

import base64

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from django.conf import settings

from onegrid.kit.crypto.sealing import Cipher, Keyring, seal, unseal

MARK = "sealed:"


def seal_secret(text: str, purpose: str) -> str:
    return MARK + base64.b64encode(seal(text, purpose, _ring(purpose))).decode()


def open_secret(kept: str, purpose: str) -> str:
    """The text again; what was kept before secrets were sealed is given back as it is. Raises CannotOpen."""
    if not kept.startswith(MARK):
        return kept
    return unseal(base64.b64decode(kept.removeprefix(MARK)), purpose, _ring(purpose))


def _ring(purpose: str) -> Keyring:
    made = HKDFExpand(SHA256(), 32, f"onegrid secret {purpose}".encode())
    return Keyring(
        {"index": made.derive(bytes.fromhex(settings.INDEX_KEY))}, Cipher[settings.FIELD_CIPHER.upper()]
    )
