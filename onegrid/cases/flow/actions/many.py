"""Many reports at once, for imports: the rules of `open_case`, the rows by COPY."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from onegrid.accounts.duties.queries import OnDuty, responsible
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.queries import centres_by_area
from onegrid.cases.flow import rules
from onegrid.cases.flow.access import require_report, require_report_here
from onegrid.cases.flow.actions.history import Ended, Ending, close_as_recorded, recorded
from onegrid.cases.flow.actions.intake import (
    PREFIX,
    Report,
    check,
    check_key,
    class_not_in_force,
    in_force,
    needs_no_verification,
    new_row,
    open_case,
    tidied,
    used_key,
)
from onegrid.cases.flow.actions.writing import Taken, drafted, next_clock, post_of, tell_next
from onegrid.cases.flow.chain import first_hash, report_hash
from onegrid.cases.flow.facts import CaseClosed, CaseOpened
from onegrid.cases.flow.holders import Holder, Known, next_holder
from onegrid.cases.flow.models import Case, Channel, StageClock, Step
from onegrid.cases.flow.places import Place, places_of
from onegrid.cases.flow.rules import State, Verb
from onegrid.cases.flow.standing import Post, Standing, stand, standing_of
from onegrid.kit.actors import Actor
from onegrid.kit.errors import Refusal, Refused
from onegrid.kit.facts import Fact, announce_all
from onegrid.kit.statements import ask, copy_in, sequence_of
from onegrid.places.areas.models import Area
from onegrid.places.calendars.queries import areas_with_days_of_their_own

CHUNK = 500
Result = str | Refusal


def open_cases(reports: Iterable[Mapping[str, Any]], *, by: Actor) -> list[Result]:
    """For each report, the keyword arguments of `open_case` but `by`: the number of its case, or its refusal.

    The same case, chain, clock, holder, fact and notice as by `open_case`, and the same answer to a key that was used
    before. Five hundred to a transaction: a run that is cut off is run again with the same keys. Raises NotAllowed,
    and whatever is no refusal of a report.
    """
    results: list[Result] = []
    incoming = iter(reports)
    while chunk := list(islice(incoming, CHUNK)):
        results += open_chunk(chunk, by=by)
    return results


def open_chunk(
    reports: Sequence[Mapping[str, Any]],
    *,
    endings: Mapping[int, Ending] | None = None,
    by: Actor,
) -> list[Result]:
    """The same in one transaction.

    `endings`: place among the reports → how the matter ended elsewhere; such a case is closed at once, as by
    `close_as_recorded`.
    """
    require_report(by)
    endings = endings or {}
    try:
        return _Chunk(reports, endings, by).open()
    except IntegrityError:  # somebody used one of the keys at the same moment
        return [_alone(report, endings.get(place), by) for place, report in enumerate(reports)]


@transaction.atomic
def _alone(report: Mapping[str, Any], ending: Ending | None, by: Actor) -> Result:
    try:
        case = open_case(**report, by=by)
        if ending is not None and not case.is_final:
            close_as_recorded([Ended(case, ending)], by=by)
    except Refusal as refusal:
        transaction.set_rollback(True)
        return refusal
    return case.number


@dataclass(frozen=True)
class _Made:
    """A case and what is written with it; `last`: the step that closes history."""

    case: Case
    step: Step
    clock: StageClock | None
    last: Step | None = None

    def facts(self) -> Iterator[Fact]:
        yield CaseOpened(self.case.pk)
        if self.last is not None:
            yield CaseClosed(self.case.pk, self.last.pk)


class _Chunk:
    """Reports of one transaction. What many of them ask alike is asked once."""

    def __init__(self, given: Sequence[Mapping[str, Any]], endings: Mapping[int, Ending], by: Actor) -> None:
        self.given, self.endings, self.by = given, endings, by
        self.forced: dict[tuple[int, date], bool] = {}
        self.holders: dict[tuple, Holder] = {}
        self.clocks: dict[tuple, StageClock | None] = {}
        self.posts: dict[date, Post] = {}
        self.results: dict[int, Result] = {}
        self.todo: list[tuple[int, Report, str | None, datetime]] = []
        self.places: dict[int, Place | Refusal] = {}
        self.people: dict[datetime, dict[int, OnDuty | None]] = {}
        self.centres: dict[date, dict[int, Organisation]] = {}
        self.calendars = areas_with_days_of_their_own()

    @transaction.atomic
    def open(self) -> list[Result]:
        for place, one in enumerate(self.given):
            if one.get("photos"):  # each photo is judged and stored for itself
                self.results[place] = _alone(one, self.endings.get(place), self.by)
                continue
            try:
                self._take(place, one)
            except Refusal as refusal:
                self.results[place] = refusal
        self._pass_over_known()
        self._find_places()
        cases = list(self._rows())
        self._write(cases)
        return [self.results[place] for place in range(len(self.given))]

    def _take(self, place: int, given: Mapping[str, Any]) -> None:
        one = dict(given)
        at, key = one.pop("at"), one.pop("idempotency_key", None)
        report = tidied(**one)
        if report.urgent:  # needs a right of its own there, and leaders are told
            self.results[place] = _alone(given, self.endings.get(place), self.by)
            return
        check(report)
        matter = report.case_class
        if matter is not None:
            day = (matter.version_id, timezone.localdate(at))
            if day not in self.forced:
                self.forced[day] = in_force(*day)
            if not self.forced[day]:
                raise class_not_in_force(matter)
        check_key(key)
        self.todo.append((place, report, key, at))

    def _pass_over_known(self) -> None:
        """Keys that have made a case, before this run or earlier in it."""
        keys = [key for _place, _report, key, _at in self.todo if key is not None]
        rows = (
            Case.objects.filter(channel__in=list(Channel), source_key__in=keys)
            if keys
            else Case.objects.none()
        )
        self.known = {
            (channel, key): (digest, number)
            for channel, key, digest, number in rows.values_list("channel", "source_key", "digest", "number")
        }

    def _answered(self, place: int, report: Report, key: str | None) -> bool:
        """Whether the key has made a case already; then the answer is that of `open_case`."""
        found = self.known.get((str(report.channel), key)) if key is not None else None
        if found is None or key is None:
            return False
        self.results[place] = found[1] if found[0] == report.digest else used_key(key)
        return True

    def _find_places(self) -> None:
        """Where each report is; then who answers there, one question for all grids of one instant."""
        grids: defaultdict[datetime, set[int]] = defaultdict(set)
        wanted = [(one.lon, one.lat, one.address, one.area_id) for _place, one, _key, _at in self.todo]
        for (place, _report, _key, at), found in zip(self.todo, places_of(wanted), strict=True):
            found = self._allowed(found)
            self.places[place] = found
            if not isinstance(found, Refusal) and found.grid_id is not None:
                grids[at].add(found.grid_id)
        for at, those in grids.items():
            answering = responsible(those, at, on_site=True)
            self.people[at] = {grid: answering.get(grid) for grid in those}

    def _allowed(self, found: Place | Refusal) -> Place | Refusal:
        """An application reports in its own area only."""
        if not isinstance(found, Refusal):
            try:
                require_report_here(self.by, found.path)
            except Refused as refusal:
                return refusal
        return found

    def _rows(self) -> Iterator[_Made]:
        ids = iter(_reserved(len(self.todo)))
        for place, report, key, at in self.todo:
            if self._answered(place, report, key):
                continue
            where = self.places[place]
            if isinstance(where, Refusal):
                self.results[place] = where
                continue
            case = new_row(report, where, key, at)
            if needs_no_verification(report, where, self.by):
                case.state, case.level = State.VERIFIED, rules.Level.STREET
            serial, case.pk, *step_ids, clock_id = next(ids)
            case.number = rules.case_number(PREFIX, timezone.localdate(at), serial)
            stand(case, Standing(0, first_hash(case.number), None, self._post(at), {}, step_ids, [clock_id]))
            try:
                made = self._made(case, at, self.endings.get(place))
            except Refusal as refusal:
                self.results[place] = refusal
                continue
            yield made
            self.results[place] = case.number
            if key is not None:
                self.known[str(report.channel), key] = (case.digest, case.number)

    def _made(self, case: Case, at: datetime, ending: Ending | None) -> _Made:
        holder = self._holder(case, at)
        case.holder_org, case.holder_user_id = holder.org, holder.user_id
        taken = Taken(Verb.OPEN, self.by, at)
        clock, details = self._clock(case, at), {"report": report_hash(case)}
        step = drafted(case, taken, before="", details=details, to=holder.name, clock=clock).step
        step.case = case
        if ending is None:
            return _Made(case, step, clock)
        last = recorded(case, ending, step.hash, self.by)
        last.pk = standing_of(case).next_step_id()
        if clock is not None:
            clock.stopped_at = clock.started_at
        return _Made(case, step, clock, last)

    def _post(self, at: datetime) -> Post:
        day = timezone.localdate(at)
        if day not in self.posts:
            self.posts[day] = post_of(self.by, at)
        return self.posts[day]

    def _holder(self, case: Case, at: datetime) -> Holder:
        asked = (case.grid_id, case.area_path, case.state, case.level, case.case_class_id, at)
        if asked not in self.holders:
            day = timezone.localdate(at)
            if day not in self.centres:
                self.centres[day] = centres_by_area(day)
            self.holders[asked] = next_holder(case, at, Known(self.people.get(at, {}), self.centres[day]))
        return self.holders[asked]

    def _clock(self, case: Case, at: datetime) -> StageClock | None:
        # cases with the same calendar, class and beginning have the same clock
        calendar = max(
            (path for path in self.calendars if case.area_path.startswith(path)), key=len, default=""
        )
        asked = (case.case_class_id, calendar, case.state, case.level, case.channel, at)
        if asked not in self.clocks:
            self.clocks[asked] = next_clock(case, at)
        clock = copy(self.clocks[asked])
        if clock is not None:
            clock.case, clock.pk = case, case.__dict__["_standing"].next_clock_id()
        return clock

    def _write(self, made: list[_Made]) -> None:
        copy_in([one.case for one in made])
        copy_in([step for one in made for step in (one.step, one.last) if step is not None])
        copy_in([one.clock for one in made if one.clock is not None])
        announce_all((fact, one.case.area_path, None) for one in made for fact in one.facts())
        told = [one.case for one in made if one.case.channel != Channel.IMPORT]
        grids = Area.objects.in_bulk({case.grid_id for case in told if case.grid_id})
        for case in told:
            case.grid = grids.get(case.grid_id) if case.grid_id else None
            tell_next(case, case.opened_at)


def _reserved(count: int) -> list[tuple]:
    """(serial, case id, two step ids, clock id) of so many cases; what is not used is a gap, as after a refusal."""
    return ask(
        f"SELECT nextval('cases_serial'), nextval('{sequence_of(Case)}'), nextval('{sequence_of(Step)}'), "
        f"nextval('{sequence_of(Step)}'), nextval('{sequence_of(StageClock)}') FROM generate_series(1, $1::int)",
        [str(count)],
    )
