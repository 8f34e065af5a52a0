"""Many requests of another system at once, each as by open_case: judged, counted, and taken once."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.cases.catalog.models import CaseClass, ClassKind
from onegrid.cases.catalog.queries import version_id_in_force
from onegrid.cases.flow.actions.history import Ending
from onegrid.cases.flow.actions.many import open_chunk
from onegrid.cases.flow.foreign import Foreign, Reading, Row
from onegrid.cases.flow.models import Case, Channel
from onegrid.kit.actors import Actor
from onegrid.kit.errors import Refusal, Refused
from onegrid.places.areas.queries import area_by_code

CHUNK = 500  # rows a transaction: what a kill costs at most, and how long listeners wait for it


@dataclass
class Tally:
    """rows = cases + there_already + all refused. `closed`: of the cases, those that were over there already.
    `repaired`: of the cases, how many by which rule; one case may be repaired by two."""

    rows: int = 0
    cases: int = 0
    closed: int = 0
    there_already: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    repaired: Counter[str] = field(default_factory=Counter)


def take_requests(
    rows: Iterable[Row],
    reading: Reading,
    *,
    by: Actor,
    at: datetime,
    dry_run: bool = False,
    on_refused: Callable[[Row, Refusal], None] = lambda _row, _refusal: None,
    on_rows: Callable[[int], None] = lambda _count: None,
) -> Tally:
    """Opens a case for every row that fits. Run again after a kill it goes on: a row's own number is its key.

    `dry_run` does everything and keeps nothing (numbers of the day's sequence are used up). Refused for the whole
    file: column_missing. Refused for a row, besides those of the mapping and of open_case: repeated_number,
    in_the_future (reported or closed there after `at`, the moment of the import).
    """
    taking, tally = _Taking(reading, by, at), Tally()
    for chunk in _chunks(rows):
        if not tally.rows:
            reading.check_columns(chunk[0].cells)  # the whole file has the same, so it is said once
        with transaction.atomic():
            taking.take(chunk, tally, on_refused)
            transaction.set_rollback(dry_run)
        on_rows(len(chunk))
    return tally


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


class _Taking:
    """What one run remembers: numbers seen in the file, and the classes and areas that its codes stand for."""

    def __init__(self, reading: Reading, by: Actor, at: datetime) -> None:
        self.reading, self.by, self.at = reading, by, at
        self._seen: set[str] = set()
        self._versions: dict[date, int] = {}
        self._classes: dict[int, dict[str, CaseClass]] = {}
        self._areas: dict[str, int] = {}

    def take(self, chunk: list[Row], tally: Tally, on_refused: Callable[[Row, Refusal], None]) -> None:
        """One transaction's worth; every row ends as a case, as there already, or as refused."""
        tally.rows += len(chunk)
        fitting = list(self._fitting(chunk, tally, on_refused))
        endings = {
            place: self._ending(one) for place, (_row, one, _given) in enumerate(fitting) if one.closing
        }
        results = open_chunk([given for _row, _one, given in fitting], endings=endings, by=self.by)
        for (row, foreign, _given), result in zip(fitting, results, strict=True):
            if isinstance(result, Refusal):
                tally.refused[result.code] += 1
                on_refused(row, result)
                continue
            tally.cases += 1
            tally.closed += foreign.closing is not None
            tally.repaired.update(foreign.repaired)

    def _fitting(
        self, chunk: list[Row], tally: Tally, on_refused: Callable[[Row, Refusal], None]
    ) -> Iterator[tuple[Row, Foreign, dict]]:
        """What the mapping lets through, and is not there yet, as open_case takes it."""
        there = self._there_already(chunk)
        for row in chunk:
            try:
                foreign = self._judged(row)
                if foreign.report["idempotency_key"] in there:
                    tally.there_already += 1
                    continue
                yield row, foreign, {"channel": Channel.IMPORT, **self._given(foreign)}
            except Refusal as refusal:
                tally.refused[refusal.code] += 1
                on_refused(row, refusal)

    def _ending(self, foreign: Foreign) -> Ending:
        how = foreign.closing
        assert how is not None
        return Ending(how.at, self.reading.source, how.status, how.words, foreign.repaired)

    def _judged(self, row: Row) -> Foreign:
        foreign = self.reading.judged(row.cells)
        if (
            max(foreign.report["at"], foreign.closing.at if foreign.closing else foreign.report["at"])
            > self.at
        ):
            raise Refused("in_the_future", _("Reported or closed there on a day that is still to come."))
        key = foreign.report["idempotency_key"]
        if key in self._seen:
            raise Refused("repeated_number", _("The file has this number in an earlier row already."))
        self._seen.add(key)
        return foreign

    def _there_already(self, chunk: list[Row]) -> set[str]:
        keys = [self.reading.key(row.cells) for row in chunk]
        found = Case.objects.filter(channel=Channel.IMPORT, source_key__in=keys)
        return {str(key) for key in found.values_list("source_key", flat=True)}

    def _given(self, foreign: Foreign) -> dict:
        """Codes of the mapping as rows of ours. Refused: no_such_class, no_such_area."""
        given = dict(foreign.report)
        if foreign.class_code:
            given["case_class"] = self._class(foreign.class_code, timezone.localdate(given["at"]))
        if foreign.area_code:
            given["area_id"] = self._area(foreign.area_code)
        return given

    def _class(self, code: str, day: date) -> CaseClass:
        if day not in self._versions:
            self._versions[day] = version_id_in_force(day)
        version = self._versions[day]
        if version not in self._classes:
            found = CaseClass.objects.filter(version=version, kind=ClassKind.EVENT)
            self._classes[version] = {one.code: one for one in found}
        if code not in self._classes[version]:
            words = _("The catalogue in force has no class %(code)s, which the mapping names.")
            raise Refused("no_such_class", words % {"code": code})
        return self._classes[version][code]

    def _area(self, code: str) -> int:
        if code not in self._areas:
            self._areas[code] = area_by_code(code).pk
        return self._areas[code]
