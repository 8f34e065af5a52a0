"""Written instructions: lists of units' parts, one of them with its history, and whom one may be sent to."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import Grant, Posting, User
from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.cases.catalog.queries import every_open_unit, open_organisations
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries import visible
from onegrid.kit.actors import Actor
from onegrid.kit.actors.scope import path_range
from onegrid.kit.errors import NotFound
from onegrid.kit.files.models import StoredFile
from onegrid.kit.worktime import Timer, Unit
from onegrid.oversight.supervision import rules
from onegrid.oversight.supervision.access import (
    REPLY,
    SEE,
    WRITE,
    decides,
    may,
    not_there,
    own_units,
    require_somewhere,
    seen_by,
    supervises,
)
from onegrid.oversight.supervision.limits import limits
from onegrid.oversight.supervision.models import (
    Errand,
    Instruction,
    InstructionFile,
    InstructionLine,
    InstructionRead,
)
from onegrid.oversight.supervision.rules import State, Verb
from onegrid.places.areas.models import Area
from onegrid.places.calendars.queries import calendar_of_version

PAGE = 20
COUNTED_TO = 99
UNITS_SHOWN = 500
TEXT_MAX = 60


class Tab(StrEnum):
    """What a list of parts shows. OVERDUE and SOON are of those whose clock runs."""

    OVERDUE = "overdue"
    SOON = "soon"
    ASKED = "asked"
    REPLIED = "replied"
    RUNNING = "running"
    ENDED = "ended"


TAB_WORDS = {
    Tab.OVERDUE: _("Reply overdue"),
    Tab.SOON: _("Reply due soon"),
    Tab.ASKED: _("More time is asked for"),
    Tab.REPLIED: _("Reply waits to be accepted"),
    Tab.RUNNING: _("Reply awaited"),
    Tab.ENDED: _("Over"),
}
BY_DUE = (Tab.OVERDUE, Tab.SOON, Tab.ASKED, Tab.RUNNING)


@dataclass(frozen=True)
class Asked:
    """What a list is narrowed to. `mine`: parts of the viewer's own units."""

    tab: Tab = Tab.RUNNING
    mine: bool = False
    q: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Asked":
        said = str(given.get("tab", ""))
        return cls(
            tab=Tab(said) if said in set(Tab) else Tab.RUNNING,
            mine=str(given.get("mine", "")) == "1",
            q=str(given.get("q", "")).replace("\x00", "").strip()[:TEXT_MAX],
        )


@dataclass(frozen=True)
class ErrandPage:
    """`after`: the key of the next page; None: this is the last."""

    errands: list[Errand]
    after: str | None


def errand_page(
    *, viewer: Actor, asked: Asked, at: datetime, after: str = "", size: int = PAGE
) -> ErrandPage:
    """One page of parts in reach: those that run by their end, the others newest first. Two queries."""
    rows = _listed(viewer, asked, at).select_related("instruction", "org")
    by_due = asked.tab in BY_DUE
    key = _key(after)
    if by_due:
        if key is not None:
            moment, pk = EPOCH + timedelta(microseconds=key[0]), key[1]
            rows = rows.filter(Q(due_at__gt=moment) | Q(due_at=moment, pk__gt=pk))
        rows = rows.order_by("due_at", "id")
    else:
        rows = rows.filter(pk__lt=key[1]) if key is not None else rows
        rows = rows.order_by("-id")
    found = list(rows[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return ErrandPage(found[:size], _key_words(last, by_due) if last else None)


EPOCH = datetime.fromtimestamp(0, tz=timezone.get_default_timezone())
LATEST = 253_402_214_400_000_000  # the year 9999, in microseconds


def _key(given: str) -> tuple[int, int] | None:
    moment, _line, pk = given.partition("_")
    if not (moment.isdecimal() and pk.isdecimal() and len(moment) < 19 and len(pk) < 19):
        return None
    return (int(moment), int(pk)) if int(moment) < LATEST else None


def _key_words(row: Errand, by_due: bool) -> str:
    moment = (row.due_at - EPOCH) // timedelta(microseconds=1) if by_due else 0
    return f"{moment}_{row.pk}"


def tab_counts(*, viewer: Actor, asked: Asked, at: datetime) -> dict[Tab, int]:
    """How many each list holds, to COUNTED_TO + 1. One query for all of them."""
    reach = _in_reach(viewer, Asked(mine=asked.mine), at)
    first, *others = [
        reach.filter(of_tab(tab, at))
        .order_by()
        .annotate(tab=Value(tab.value, CharField()))
        .values_list("tab", "pk")[: COUNTED_TO + 1]
        for tab in Tab
    ]
    counted = Counter(tab for tab, _pk in first.union(*others, all=True))
    return {tab: counted.get(tab.value, 0) for tab in Tab}


def waiting_for(*, viewer: User, at: datetime) -> int:
    """How many wait for this very person: parts of his units that run, and replies to what he wrote himself, or time
    asked for it; to COUNTED_TO + 1. Two queries."""
    if not viewer.scope(SEE).reaches:
        return 0
    wanted = Q(pk__in=[])
    if units := own_units(viewer, at):
        wanted |= Q(org__in=units, state__in=rules.RUNNING)
    if viewer.scope(WRITE).reaches:
        wanted |= Q(instruction__written_by=viewer) & (
            Q(state=State.REPLIED) | Q(state__in=rules.RUNNING, time_asked__isnull=False)
        )
    return Errand.objects.filter(wanted)[: COUNTED_TO + 1].count()


def _listed(viewer: Actor, asked: Asked, at: datetime) -> QuerySet[Errand]:
    return _in_reach(viewer, asked, at).filter(of_tab(asked.tab, at))


def _in_reach(viewer: Actor, asked: Asked, at: datetime) -> QuerySet[Errand]:
    found = Errand.objects.all()
    if asked.mine:
        require_somewhere(viewer, REPLY)
        found = found.filter(org__in=own_units(viewer, at))
    seen = Instruction.objects.filter(seen_by(viewer, at))
    if asked.q:
        seen = seen.filter(Q(words__icontains=asked.q) | Q(place__icontains=asked.q))
    return found.filter(instruction__in=seen.values("pk"))


def of_tab(tab: Tab, at: datetime) -> Q:
    if tab == Tab.REPLIED:
        return Q(state=State.REPLIED)
    if tab == Tab.ENDED:
        return Q(state__in=[State.ACCEPTED, State.WITHDRAWN])
    running = Q(state__in=rules.RUNNING)
    if tab == Tab.OVERDUE:
        return running & Q(due_at__lt=at)
    if tab == Tab.SOON:
        return running & Q(due_at__gte=at, approaching_at__lte=at)
    return running & ~Q(time_asked=None) if tab == Tab.ASKED else running


@dataclass(frozen=True)
class Part:
    """One unit's part, with what the viewer may do now."""

    errand: Errand
    verbs: list[Verb]
    lines: list[InstructionLine]


@dataclass(frozen=True)
class InstructionStory:
    """`parts`: those the viewer reads the replies of; `others`: units that are only named to him."""

    instruction: Instruction
    parts: list[Part]
    others: list[Errand]
    lines: list[InstructionLine]
    cases: list[Case]
    reads: list[InstructionRead]
    decides: bool


def instruction_story(*, instruction_id: int, viewer: Actor, at: datetime) -> InstructionStory:
    """One instruction in reach, or NotFound. The same few queries, however many units it names."""
    seen = Instruction.objects.filter(seen_by(viewer, at)).select_related("written_by")
    found = seen.filter(pk=instruction_id).first()
    if found is None:
        raise not_there()
    units, all_of_it = own_units(viewer, at), supervises(viewer, found)
    errands = list(found.errands.select_related("org", "instruction").order_by("id"))
    lines = list(found.lines.prefetch_related("files__file").order_by("id"))
    read = [one for one in errands if all_of_it or one.org_id in units]
    most = limits(timezone.localdate(at)).extensions_most
    parts = [
        Part(one, _verbs(one, viewer, units, most), [row for row in lines if row.errand_id == one.pk])
        for one in read
    ]
    cases = list(
        visible(viewer).filter(pk__in=found.cases.values("pk")).select_related("case_class").order_by("id")
    ) if _sees_cases(viewer) else []  # fmt: skip
    reads = list(found.reads.select_related("user")[:100]) if all_of_it else []
    return InstructionStory(
        instruction=found,
        parts=parts,
        others=[one for one in errands if one not in read],
        lines=[row for row in lines if row.errand_id is None],
        cases=cases,
        reads=reads,
        decides=decides(viewer, found),
    )


def _sees_cases(viewer: Actor) -> bool:
    return bool(viewer.scope("cases.see").reaches)


def _verbs(errand: Errand, viewer: Actor, units: Iterable[int], most: int) -> list[Verb]:
    possible = rules.verbs(
        State(errand.state),
        time_asked=errand.time_asked is not None,
        extensions_left=errand.extensions < most,
    )
    return [verb for verb in possible if may(viewer, verb, errand, units)]


def errand_in_reach(*, errand_id: int, viewer: Actor, at: datetime) -> tuple[InstructionStory, Part]:
    """One unit's part, whose replies the viewer reads."""
    row = Errand.objects.filter(pk=errand_id).values_list("instruction_id", flat=True).first()
    if row is None:
        require_somewhere(viewer, SEE)
        raise not_there()
    story = instruction_story(instruction_id=row, viewer=viewer, at=at)
    part = next((one for one in story.parts if one.errand.pk == errand_id), None)
    if part is None:
        raise not_there()
    return story, part


def attached_file(*, file_id: int, viewer: Actor, at: datetime) -> StoredFile:
    """A file of a line that the viewer reads."""
    require_somewhere(viewer, SEE)
    row = InstructionFile.objects.select_related("file", "line").filter(pk=file_id).first()
    if row is None:
        raise not_there()
    story = instruction_story(instruction_id=row.line.instruction_id, viewer=viewer, at=at)
    read = {line.pk for part in story.parts for line in part.lines} | {line.pk for line in story.lines}
    if row.line_id not in read:
        raise not_there()
    return row.file


def instructions_on_case(*, case: Case, viewer: Actor, at: datetime) -> list[Instruction]:
    """Those about a case, as far as the viewer may read them, newest first; for the page of the case, whose reader
    has been let to the case before. None for whom no instruction is."""
    if not viewer.scope(SEE).reaches:
        return []
    rows = Instruction.objects.filter(seen_by(viewer, at), cases=case).prefetch_related("errands__org")
    return list(rows.order_by("-id")[:10])


def addressable(*, writer: Actor, at: datetime) -> list[Organisation]:
    """Units that somebody may write to: at or below the area he writes for, and those above it that serve it."""
    scope, day = require_somewhere(writer, WRITE), timezone.localdate(at)
    if any(reach.path is None for reach in scope.reaches):
        return [unit for unit in every_open_unit() if unit.kind != OrgKind.PARTY_BRANCH]
    found: dict[int, Organisation] = {}
    for path in sorted({reach.path for reach in scope.reaches if reach.path}):
        kinds = tuple(kind for kind in OrgKind if kind not in (OrgKind.PARTY_BRANCH, OrgKind.CITY_CENTRE))
        found |= {one.pk: one for one in open_organisations(path, kinds, day)}
        low, high = path_range(path)
        below = Organisation.objects.filter(
            closed_on=None, area__path__gte=low, area__path__lt=high, kind__in=kinds
        )
        found |= {one.pk: one for one in below.defer("point").order_by("kind", "code")[:UNITS_SHOWN]}
    order = list(OrgKind)
    return sorted(found.values(), key=lambda one: (order.index(OrgKind(one.kind)), one.code))


def places_to_write_about(*, writer: Actor) -> list[Area]:
    """The areas somebody writes for, and those right below them."""
    scope = require_somewhere(writer, WRITE)
    tops = [int(reach.path.split(".")[-2]) for reach in scope.reaches if reach.path]
    found = Area.objects.still_open().exclude(kind="unit_grid")
    wanted = Q(pk__in=tops) | Q(parent__in=tops) if tops else Q(parent=None)
    return list(found.filter(wanted).order_by("code")[:UNITS_SHOWN])


def people_of(org: Organisation, at: datetime) -> list[User]:
    """Who answers for a unit: its own people by right of the unit, and those who serve in it with a right that
    reaches it; at most twenty."""
    day = timezone.localdate(at)
    above = [int(part) for part in org.area.path.split(".") if part]
    grants = Grant.objects.reaching(day).filter(
        Q(organisation=org) | Q(organisation=None, area__in=above) | Q(organisation=None, area=None),
        role__permissions__contains=[REPLY],
        user__left_at=None,
        user__is_active=True,
    )
    there = set(
        Posting.objects.serving_on(day).filter(organisation=org).values_list("user_id", flat=True)[:500]
    )
    people = {
        one.user_id: one.user
        for one in grants.filter(Q(organisation=org) | Q(user__in=there)).select_related("user")[:100]
    }
    return list(people.values())[:20]


def timer_of(errand: Errand) -> Timer:
    """By the calendar version that the clock was started with."""
    path = errand.instruction.area_path or None
    calendar = calendar_of_version(int(errand.calendar_version), errand.started_at, path)
    return Timer(errand.limit, Unit(errand.unit), errand.started_at, calendar, (), errand.extra)


def no_such_unit() -> NotFound:
    return NotFound("no_such_unit", _("There is no such unit in the area you write for."))
