"""Many reports at once, for imports: the rules of `open_case`, the rows by COPY."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from onegrid.accounts.duties.queries import OnDuty, responsible
from onegrid.cases.flow import rules
from onegrid.cases.flow.access import require_report
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
from onegrid.cases.flow.facts import CaseOpened
from onegrid.cases.flow.holders import Holder, next_holder
from onegrid.cases.flow.models import Case, Channel, StageClock, Step
from onegrid.cases.flow.places import Place, place_of
from onegrid.cases.flow.rules import State, Verb
from onegrid.cases.flow.standing import Post, Standing, stand
from onegrid.kit.actors import Actor
from onegrid.kit.errors import Refusal
from onegrid.kit.facts import announce_all
from onegrid.kit.statements import ask, copy_in, sequence_of
from onegrid.places.areas.models import Area

CHUNK = 500
Result = str | Refusal


def open_cases(reports: Iterable[Mapping[str, Any]], *, by: Actor) -> list[Result]:
    """For each report, the keyword arguments of `open_case` but `by`: the number of its case, or its refusal.

    The same case, chain, clock, holder, fact and notice as by `open_case`, and the same answer to a key that was used
    before. Five hundred to a transaction: a run that is cut off is run again with the same keys. Raises NotAllowed,
    and whatever is no refusal of a report.
    """
    require_report(by)
    results: list[Result] = []
    incoming = iter(reports)
    while chunk := list(islice(incoming, CHUNK)):
        try:
            results += _Chunk(chunk, by).open()
        except IntegrityError:  # somebody used one of the keys at the same moment
            results += [_alone(report, by) for report in chunk]
    return results


def _alone(report: Mapping[str, Any], by: Actor) -> Result:
    try:
        return open_case(**report, by=by).number
    except Refusal as refusal:
        return refusal


class _Chunk:
    """Reports of one transaction. What many of them ask alike is asked once."""

    def __init__(self, given: list[Mapping[str, Any]], by: Actor) -> None:
        self.given, self.by = given, by
        self.results: dict[int, Result] = {}
        self.todo: list[tuple[int, Report, str | None, datetime]] = []
        self.forced: dict[tuple[int, date], bool] = {}
        self.places: dict[int, Place | Refusal] = {}
        self.people: dict[datetime, dict[int, OnDuty]] = {}
        self.holders: dict[tuple, Holder] = {}
        self.clocks: dict[tuple, StageClock | None] = {}
        self.posts: dict[date, Post] = {}

    @transaction.atomic
    def open(self) -> list[Result]:
        for place, one in enumerate(self.given):
            if one.get("photos"):  # each photo is judged and stored for itself
                self.results[place] = _alone(one, self.by)
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
            self.results[place] = _alone(given, self.by)
            return
        check(report)
        matter = report.case_class
        if matter is not None:
            asked = (matter.version_id, timezone.localdate(at))
            if asked not in self.forced:
                self.forced[asked] = in_force(*asked)
            if not self.forced[asked]:
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
        for place, report, _key, at in self.todo:
            try:
                found = place_of(report.lon, report.lat, report.address, report.area_id)
            except Refusal as refusal:
                self.places[place] = refusal
                continue
            self.places[place] = found
            if found.grid_id is not None:
                grids[at].add(found.grid_id)
        self.people = {at: responsible(wanted, at) for at, wanted in grids.items()}

    def _rows(self) -> Iterator[tuple[Case, Step, StageClock | None]]:
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
            serial, case.pk, step_id, clock_id = next(ids)
            case.number = rules.case_number(PREFIX, timezone.localdate(at), serial)
            stand(case, Standing(0, first_hash(case.number), None, self._post(at), {}, [step_id], [clock_id]))
            yield self._drafted(case, at)
            self.results[place] = case.number
            if key is not None:
                self.known[str(report.channel), key] = (case.digest, case.number)

    def _drafted(self, case: Case, at: datetime) -> tuple[Case, Step, StageClock | None]:
        holder = self._holder(case, at)
        case.holder_org, case.holder_user_id = holder.org, holder.user_id
        taken = Taken(Verb.OPEN, self.by, at)
        clock, details = self._clock(case, at), {"report": report_hash(case)}
        step = drafted(case, taken, before="", details=details, to=holder.name, clock=clock).step
        step.case = case
        return case, step, clock

    def _post(self, at: datetime) -> Post:
        day = timezone.localdate(at)
        if day not in self.posts:
            self.posts[day] = post_of(self.by, at)
        return self.posts[day]

    def _holder(self, case: Case, at: datetime) -> Holder:
        asked = (case.grid_id, case.area_path, case.state, case.level, case.case_class_id, at)
        if asked not in self.holders:
            self.holders[asked] = next_holder(case, at, self.people.get(at))
        return self.holders[asked]

    def _clock(self, case: Case, at: datetime) -> StageClock | None:
        asked = (case.case_class_id, case.area_path, case.state, case.level, case.channel, at)
        if asked not in self.clocks:
            self.clocks[asked] = next_clock(case, at)
        clock = copy(self.clocks[asked])
        if clock is not None:
            clock.case, clock.pk = case, case.__dict__["_standing"].next_clock_id()
        return clock

    def _write(self, made: list[tuple[Case, Step, StageClock | None]]) -> None:
        copy_in([case for case, _step, _clock in made])
        copy_in([step for _case, step, _clock in made])
        copy_in([clock for _case, _step, clock in made if clock is not None])
        announce_all((CaseOpened(case.pk), case.area_path, None) for case, _step, _clock in made)
        told = [case for case, _step, _clock in made if case.channel != Channel.IMPORT]
        grids = Area.objects.in_bulk({case.grid_id for case in told if case.grid_id})
        for case in told:
            case.grid = grids.get(case.grid_id) if case.grid_id else None
            tell_next(case, case.opened_at)


def _reserved(count: int) -> list[tuple]:
    """(serial, case id, step id, clock id) of so many cases."""
    return ask(
        f"SELECT nextval('cases_serial'), nextval('{sequence_of(Case)}'), nextval('{sequence_of(Step)}'), "
        f"nextval('{sequence_of(StageClock)}') FROM generate_series(1, $1::int)",
        [str(count)],
    )
