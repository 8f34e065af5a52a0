"""Secrets of this installation: made once, kept in var/secrets.json, readable by its owner only.

An installation may give them by `ONEGRID_*` variables instead; nothing secret is ever committed.
"""

import json
import os
import secrets as random_source
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Secrets:
    """`secret_key` signs cookies and links; `audit_key` seals the audit chain (hex); `keyring` encrypts fields
    ({key id: hex of 32 bytes}, the last id is the one that writes); `index_key` makes blind indexes (hex)."""

    secret_key: str
    audit_key: str
    keyring: dict[str, str]
    index_key: str


@cache
def secrets(var: Path) -> Secrets:
    """Reads var/secrets.json, making it on first use. Two processes that race get the same one."""
    path = var / "secrets.json"
    if not path.exists():
        _write_once(path, _fresh())
    return Secrets(**json.loads(path.read_text()))


def _fresh() -> Secrets:
    return Secrets(
        secret_key=random_source.token_urlsafe(48),
        audit_key=random_source.token_hex(32),
        keyring={"k1": random_source.token_hex(32)},
        index_key=random_source.token_hex(32),
    )


def _write_once(path: Path, value: Secrets) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".secrets.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(value), indent=1))
    try:
        os.link(draft, path)  # fails if another process was first: then its file stands
    except FileExistsError:
        pass
    finally:
        draft.unlink()
