"""Anchors of case timelines: which step stood last in each case that moved, in a dated, sealed file.

The chain within a case shows what was changed in it. Two things it cannot show: that a case is gone with everything
that belongs to it, and that a case was put back to what it was days ago, with the seal of then. An anchor that lies
elsewhere does: the step that it names must still be there.
"""

import gzip
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from onegrid.cases.flow.models import Step
from onegrid.kit.audit.sealing import canonical, keyed
from onegrid.kit.statements import ask
from onegrid.kit.verifications import Finding

PIECE = 5_000  # steps, or lines of a file, looked at together
HEADS = """
SELECT DISTINCT ON (s.case_id) c.number, s.position, left(s.hash, 16)
FROM cases_step s JOIN cases_case c ON c.id = s.case_id
WHERE s.id > $1::bigint AND s.id <= $2::bigint
ORDER BY s.case_id, s.position DESC
"""
THERE = """
SELECT c.number, s.position, left(s.hash, 16)
FROM unnest($1::varchar[], $2::int[]) AS wanted(number, position)
JOIN cases_case c ON c.number = wanted.number
LEFT JOIN cases_step s ON s.case_id = c.id AND s.position = wanted.position
"""
Line = tuple[str, int, str]  # number of a case, position of a step in it, the first quarter of its hash


@dataclass(frozen=True)
class Opened:
    """`last`: id of the last step that was looked at; `seal_fits`: nobody has changed the file."""

    last: int
    seal_fits: bool


def write_case_anchor(*, at: datetime) -> Path:
    """Writes var/anchors/cases-<time in UTC>.json.gz, readable by its owner only, and returns its path.

    It begins where the file before the last one ended: a step whose transaction was still open then is in it.
    """
    earlier = [opened.last for opened in map(_opened, _files()[-2:]) if opened.seal_fits]
    begin = earlier[0] if len(earlier) == 2 else 0
    end = Step.objects.aggregate(last=Max("pk"))["last"] or 0
    stamp = at.astimezone(UTC)
    folder: Path = settings.AUDIT_ANCHORS
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"cases-{stamp:%Y%m%dT%H%M%S}Z.json.gz"
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    digest = hashlib.sha256()
    with gzip.open(draft, "wt", encoding="ascii") as file:
        for line in _heads(begin, end):
            text = json.dumps(line) + "\n"
            digest.update(text.encode())
            file.write(text)
        body = {"at": stamp.isoformat(), "last": end, "lines": digest.hexdigest()}
        file.write(json.dumps(body | {"seal": keyed(canonical(body))}) + "\n")
    draft.replace(path)
    return path


def anchor_findings() -> Iterator[Finding]:
    """Every step that an anchor names and that is not there any more, and every anchor that was changed."""
    for path in _files():
        if not _opened(path).seal_fits:
            yield Finding("anchor_changed", path.name, _("The anchor's own seal does not fit."))
            continue
        lines = _lines(path)
        while piece := list(islice(lines, PIECE)):
            yield from _missing(path.name, piece)


def _heads(begin: int, end: int) -> Iterator[Line]:
    """The last step of each case among those with these ids, piece by piece: a case may come in several pieces."""
    for first in range(begin, end, PIECE):
        yield from ask(HEADS, [str(first), str(min(end, first + PIECE))])


def _missing(name: str, piece: list[Line]) -> Iterator[Finding]:
    numbers = "{" + ",".join(line[0] for line in piece) + "}"
    places = "{" + ",".join(str(line[1]) for line in piece) + "}"
    rows = ask(THERE, [numbers, places])
    known, there = {row[0] for row in rows}, {(row[0], row[1]): row[2] for row in rows}
    for number, position, wanted in piece:
        found = there.get((number, position))
        if number not in known:
            yield Finding("case_gone", number, _("The anchor %(name)s knows this case.") % {"name": name})
        elif found != wanted:
            what = "step_gone" if found is None else "step_exchanged"
            where = f"{number} step {position}"
            yield Finding(what, where, _("The anchor %(name)s knows this step.") % {"name": name})


def _files() -> list[Path]:
    return sorted(Path(settings.AUDIT_ANCHORS).glob("cases-*.json.gz"))


def _lines(path: Path) -> Iterator[Line]:
    with gzip.open(path, "rt", encoding="ascii") as file:
        for text in file:
            if text.startswith("["):
                number, position, found = json.loads(text)
                yield number, position, found


def _opened(path: Path) -> Opened:
    """The file's end, and whether everything before it fits."""
    digest, body = hashlib.sha256(), {}
    try:
        with gzip.open(path, "rt", encoding="ascii") as file:
            for text in file:
                if text.startswith("["):
                    digest.update(text.encode())
                else:
                    body = json.loads(text)
        return Opened(int(body.get("last", 0)), _fits(body, digest.hexdigest()))
    except (OSError, EOFError, ValueError, AttributeError, TypeError):
        return Opened(0, False)


def _fits(body: dict[str, Any], lines: str) -> bool:
    seal = str(body.pop("seal", ""))
    return body.get("lines") == lines and hmac.compare_digest(seal, keyed(canonical(body)))
