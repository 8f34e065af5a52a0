"""Secrets of this installation: made once, kept in var/secrets.json, readable by its owner only.

An installation may give them by `ONEGRID_*` variables instead; nothing secret is ever committed.
"""

import fcntl
import hashlib
import json
import os
import secrets as random_source
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
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
    path = secrets_path(var)
    if not path.exists():
        _write_once(path, _fresh())
    return Secrets(**json.loads(path.read_text()))


def secrets_path(var: Path) -> Path:
    return var / "secrets.json"


def change_keyring(path: Path, change: Callable[[dict[str, str]], dict[str, str]]) -> dict[str, str]:
    """Writes `change(ring)` in place of the ring, one writer at a time; a crash leaves the old file or the new."""
    with path.with_name(".secrets.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        now = Secrets(**json.loads(path.read_text()))
        changed = replace(now, keyring=change(dict(now.keyring)))
        draft = _draft(path, changed)
        os.replace(draft, path)
    return changed.keyring


def fingerprints(var: Path, keyring: dict[str, str] | None, index_key: str | None) -> dict[str, str]:
    """What tells keys apart without telling them: of each of the ring, of the index and of the audit chain.
    `keyring`, `index_key`: where they are given by variables. Makes none: those of a missing file are left out."""
    path = secrets_path(var)
    kept = Secrets(**json.loads(path.read_text())) if path.exists() else None
    keys = {f"ring {name}": key for name, key in (keyring or (kept.keyring if kept else {})).items()}
    keys |= {"index": index_key or (kept.index_key if kept else "")}
    keys |= {"audit": kept.audit_key if kept else ""}
    return {
        name: hashlib.sha256(f"onegrid {key}".encode()).hexdigest()[:16] for name, key in keys.items() if key
    }


def fresh_key() -> str:
    """32 random bytes in hex."""
    return random_source.token_hex(32)


def _fresh() -> Secrets:
    return Secrets(
        secret_key=random_source.token_urlsafe(48),
        audit_key=random_source.token_hex(32),
        keyring={"k1": fresh_key()},
        index_key=random_source.token_hex(32),
    )


def _write_once(path: Path, value: Secrets) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path, value)
    try:
        os.link(draft, path)  # fails if another process was first: then its file stands
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _draft(path: Path, value: Secrets) -> Path:
    """The file under another name, on disk, readable by its owner only."""
    draft = path.with_name(f".secrets.{os.getpid()}")
    draft.touch(mode=0o600)
    with draft.open("w") as out:
        out.write(json.dumps(asdict(value), indent=1))
        out.flush()
        os.fsync(out.fileno())
    return draft
