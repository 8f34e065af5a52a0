"""Keys of encrypted fields (kit.crypto). The ring in the secrets file grows by `onegrid keys` (docs/privacy.md)."""

from pathlib import Path

from onegrid.config.environment import environment
from onegrid.config.secrets import secrets, secrets_path

FIELD_CIPHER = environment().field_cipher
FIELD_KEYRING: dict[str, str] | Path = environment().keyring or secrets_path(environment().var)
if isinstance(FIELD_KEYRING, Path):
    secrets(environment().var)  # makes the file on the first start
INDEX_KEY = environment().index_key or secrets(environment().var).index_key
