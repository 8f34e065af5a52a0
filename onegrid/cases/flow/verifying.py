"""Walking the timelines of all cases: whether each step, its photos, the chain and the case row still fit together.

A million cases are read as bare rows, a few thousand at a time, by as many processes as there are cores. What does
not fit is read once more under the case's lock before anything is said: somebody may have been writing just then.
"""

import json
import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from types import SimpleNamespace
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min, Model
from django.utils.translation import gettext as _

from onegrid.cases.flow.anchors import anchor_findings
from onegrid.cases.flow.chain import CONTENT, case_seal, first_hash, report_hash, step_hash
from onegrid.cases.flow.models import Case, Step
from onegrid.kit.statements import ask
from onegrid.kit.verifications import Finding, Progress

PIECE = 2_000  # ids of cases looked at together
ALONE = 10 * PIECE  # fewer are not worth other processes
CASE = ("id", "number", "version", "state", "unit_id", "case_class_id", "standard_id", "seal", "channel", "text",
        "address", "area_path")  # fmt: skip
STEP = ("id", "case_id", *CONTENT, "at", "hash")
Reach = tuple[int, int]  # ids from, to (included)


def all_findings(progress: Progress) -> Iterator[Finding]:
    """In the order of the cases' ids."""
    ends = Case.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        yield from anchor_findings()
        return
    total, done = Case.objects.count(), 0
    pieces = [(first, first + PIECE - 1) for first in range(ends["first"], ends["last"] + 1, PIECE)]
    for looked_at, findings in _walked(pieces, alone=total <= ALONE or connection.in_atomic_block):
        yield from findings
        done += looked_at
        progress(done, total)
    yield from anchor_findings()


def _walked(pieces: list[Reach], *, alone: bool) -> Iterator[tuple[int, list[Finding]]]:
    processes = os.cpu_count() or 1
    if alone or processes == 1:
        yield from map(_of_piece, pieces)
        return
    connection.close()  # each process opens one of its own
    ahead: deque[Future[tuple[int, list[Finding]]]] = deque()
    with ProcessPoolExecutor(processes, multiprocessing.get_context("fork")) as pool:
        for piece in pieces:
            ahead.append(pool.submit(_of_piece, piece))
            if len(ahead) > processes * 2:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _of_piece(piece: Reach) -> tuple[int, list[Finding]]:
    """How many cases were looked at, and what does not hold."""
    cases, steps, photos = _read(piece)
    found: list[Finding] = []
    for case in cases:
        if any(_of_case(case, steps.get(case.id, []), photos)):
            found += _once_more(case.id)
    return len(cases), found


def _once_more(case_id: int) -> list[Finding]:
    with transaction.atomic():
        ask("SELECT 1 FROM cases_case WHERE id = $1::bigint FOR SHARE", [str(case_id)])
        cases, steps, photos = _read((case_id, case_id))
        return [finding for case in cases for finding in _of_case(case, steps.get(case.id, []), photos)]


Photos = dict[int, list[tuple[str, str]]]  # step → kind and SHA-256 of each, in order


def _read(piece: Reach) -> tuple[list[Any], dict[int, list[Any]], Photos]:
    """Rows that the hashes can be taken of as of cases and steps."""
    case_query, step_query = _queries()
    given = [str(piece[0]), str(piece[1])]
    cases = [
        SimpleNamespace(**dict(zip(CASE, row, strict=False)), point=_point(*row[-2:]))
        for row in ask(case_query, given)
    ]
    steps: dict[int, list[Any]] = {}
    for row in ask(step_query, given):
        step = SimpleNamespace(**dict(zip(STEP, row, strict=True)))
        step.details = json.loads(step.details)
        steps.setdefault(step.case_id, []).append(step)
    photos: Photos = {}
    for step_id, kind, sha256 in ask(_PHOTOS, given):
        photos.setdefault(step_id, []).append((kind, sha256))
    return cases, steps, photos


def _point(x: float | None, y: float | None) -> Any:
    return SimpleNamespace(x=x, y=y) if x is not None else None


def _listed(alias: str, model: type[Model], names: Iterable[str]) -> str:
    columns = {field.attname: field.column for field in model._meta.concrete_fields}
    return ", ".join(f'{alias}."{columns[name]}"' for name in names)


@cache
def _queries() -> tuple[str, str]:
    return (
        f"SELECT {_listed('c', Case, CASE)}, ST_X(c.point), ST_Y(c.point) FROM cases_case c "
        "WHERE c.id BETWEEN $1::bigint AND $2::bigint ORDER BY c.id",
        f"SELECT {_listed('s', Step, STEP)} FROM cases_step s "
        "WHERE s.case_id BETWEEN $1::bigint AND $2::bigint ORDER BY s.case_id, s.position",
    )


_PHOTOS = """
SELECT photo.step_id, photo.kind, file.sha256
FROM cases_evidence photo JOIN kit_storedfile file ON file.id = photo.file_id
WHERE photo.case_id BETWEEN $1::bigint AND $2::bigint ORDER BY photo.step_id, photo.position
"""


def _of_case(case: Any, steps: list[Any], photos: Photos) -> Iterator[Finding]:
    previous = first_hash(case.number)
    for position, step in enumerate(steps, start=1):
        where = f"{case.number} step {step.position}"
        if step.position != position or step.prev_hash != previous:
            yield Finding("broken_chain", where, _("A step before this one was removed, added or moved."))
        if step.hash != step_hash(step, case.number, photos.get(step.id, [])):
            yield Finding("changed", where, _("The step or its photos were changed."))
        previous = step.hash
    if not steps or case.seal != case_seal(case, previous):
        yield Finding("seal_broken", case.number, _("The case row does not fit its last step."))
    if steps and steps[0].details.get("report") != report_hash(case):
        yield Finding("report_changed", case.number, _("Words or place of the report were changed."))
