"""Anchors: the heads of all lanes in a dated, sealed file. Copied elsewhere, it proves what existed that day."""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from onegrid.kit.audit.models import AuditLane
from onegrid.kit.audit.sealing import canonical, keyed


@dataclass(frozen=True)
class Anchor:
    """`heads`: {lane: (seq, hash)} at that time; `name` is the file's."""

    name: str
    heads: dict[int, tuple[int, str]]


def write_anchor(*, at: datetime) -> Path:
    """Writes var/anchors/audit-<time in UTC>.json, readable by its owner only, and returns its path."""
    stamp = at.astimezone(UTC)
    heads = {
        str(lane): [seq, head] for lane, seq, head in AuditLane.objects.values_list("lane", "seq", "hash")
    }
    body = {"at": stamp.isoformat(), "heads": heads}
    folder: Path = settings.AUDIT_ANCHORS
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"audit-{stamp:%Y%m%dT%H%M%S}Z.json"
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(body | {"seal": keyed(canonical(body))}, indent=1))
    draft.replace(path)
    return path


def read_anchors() -> Iterator[Anchor]:
    """All whose seal fits, oldest first."""
    for name, body in _files():
        if body is not None:
            heads = {int(lane): (int(seq), str(head)) for lane, (seq, head) in body["heads"].items()}
            yield Anchor(name, heads)


def broken_anchors() -> list[str]:
    """Names of anchor files that cannot be read or whose seal does not fit."""
    return [name for name, body in _files() if body is None]


def _files() -> Iterator[tuple[str, dict | None]]:
    for path in sorted(Path(settings.AUDIT_ANCHORS).glob("audit-*.json")):
        yield path.name, _body(path)


def _body(path: Path) -> dict | None:
    try:
        body = json.loads(path.read_text())
        seal = body.pop("seal")
        return body if hmac.compare_digest(seal, keyed(canonical(body))) else None
    except (ValueError, KeyError, AttributeError, TypeError):
        return None
