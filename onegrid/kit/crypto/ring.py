"""The key ring of this installation, as settings give it: read anew when its file has changed.

So a key added by the console is known at once to every process on this machine, without a restart.
"""

import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from onegrid.kit.crypto.sealing import Cipher, Keyring


def current_ring() -> Keyring:
    """`FIELD_KEYRING` is a dict {key id: 64 hex digits} or the path of the secrets file that holds it."""
    source = settings.FIELD_KEYRING
    cipher = Cipher[settings.FIELD_CIPHER.upper()]
    if isinstance(source, Path):
        now = source.stat()
        return _from_file(source, now.st_mtime_ns, now.st_ino, cipher)
    return _ring(tuple(source.items()), cipher)


@lru_cache(maxsize=4)
def _from_file(path: Path, changed_at: int, inode: int, cipher: Cipher) -> Keyring:
    return _ring(tuple(json.loads(path.read_text())["keyring"].items()), cipher)


@lru_cache(maxsize=8)
def _ring(keys: tuple[tuple[str, str], ...], cipher: Cipher) -> Keyring:
    return Keyring({key_id: bytes.fromhex(key) for key_id, key in keys}, cipher)
