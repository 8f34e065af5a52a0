"""One text sealed under one key: AES-256-GCM, or SM4-GCM (GB/T 32907) where commercial cryptography is asked for.

A sealed text is bytes: version (1), cipher (1), length of the key id (1), key id, nonce (12), ciphertext, tag (16).
The head and a label (which column it is in) are authenticated with it, so a value moved to another column, given
another key id, or changed in one bit does not open. Length is not hidden.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher as Encryption
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = 1
NONCE = 12
TAG = 16


class Cipher(IntEnum):
    """The byte that says how a value was sealed."""

    AES = 1
    SM4 = 2


KEY_BYTES = {Cipher.AES: 32, Cipher.SM4: 16}


class CannotOpen(Exception):
    """A sealed value was changed, moved to another column, or sealed under a key that is not here."""


@dataclass(frozen=True)
class Keyring:
    """`keys` by id, 32 bytes each; `cipher` and the last key are what new values are sealed with."""

    keys: Mapping[str, bytes]
    cipher: Cipher = Cipher.AES

    @property
    def current(self) -> str:
        return list(self.keys)[-1]

    @property
    def head(self) -> bytes:
        """The first bytes of every value sealed with the current cipher and key."""
        return head(self.cipher, self.current)


def head(cipher: Cipher, key_id: str) -> bytes:
    name = key_id.encode("ascii")
    return bytes([VERSION, cipher, len(name)]) + name


def seal(text: str, label: str, ring: Keyring) -> bytes:
    """`text` readable only with the ring's current key, and only as `label`. Each call gives other bytes."""
    nonce = os.urandom(NONCE)
    begin = ring.head + nonce
    work = Encryption(_algorithm(ring.cipher, ring.keys[ring.current]), modes.GCM(nonce)).encryptor()
    work.authenticate_additional_data(begin + label.encode())
    return begin + work.update(text.encode()) + work.finalize() + work.tag


def unseal(sealed: bytes, label: str, ring: Keyring) -> str:
    """The text again. Raises `CannotOpen`, whose message never holds any of the value."""
    cipher, key_id, body = _parts(sealed, label)
    if key_id not in ring.keys:
        raise CannotOpen(f"{label} is sealed under key {key_id!r}, which is not in the key ring")
    nonce, tag = sealed[body - NONCE : body], sealed[-TAG:]
    work = Encryption(_algorithm(cipher, ring.keys[key_id]), modes.GCM(nonce, tag)).decryptor()
    work.authenticate_additional_data(sealed[:body] + label.encode())
    try:
        return (work.update(sealed[body:-TAG]) + work.finalize()).decode()
    except InvalidTag:
        raise CannotOpen(f"{label} was changed, or is not from this column") from None


def key_of(sealed: bytes) -> str:
    """Which key a sealed value needs."""
    return _parts(sealed, "a value")[1]


def _parts(sealed: bytes, label: str) -> tuple[Cipher, str, int]:
    """Cipher, key id, and where the ciphertext begins."""
    try:
        version, cipher, length = sealed[0], Cipher(sealed[1]), sealed[2]
        key_id = sealed[3 : 3 + length].decode("ascii")
    except (IndexError, ValueError):
        raise CannotOpen(f"{label} does not hold a sealed value") from None
    body = 3 + length + NONCE
    if version != VERSION or len(sealed) < body + TAG:
        raise CannotOpen(f"{label} does not hold a sealed value of a version known here")
    return cipher, key_id, body


@lru_cache(maxsize=32)
def _algorithm(cipher: Cipher, key: bytes) -> algorithms.AES256 | algorithms.SM4:
    """Each cipher works with a key of its own, derived from the ring's, so that none serves two of them."""
    derive = HKDF(SHA256(), KEY_BYTES[cipher], salt=None, info=f"onegrid field {cipher.name}".encode())
    derived = derive.derive(key)
    return algorithms.AES256(derived) if cipher is Cipher.AES else algorithms.SM4(derived)
