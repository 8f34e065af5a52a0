"""Reading facilities: of a compound, what is due, one with its history, and what its label tells anybody."""

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_lazy as _

from onegrid.kit.actors import Actor
from onegrid.kit.errors import NotFound
from onegrid.kit.files.models import StoredFile
from onegrid.registry.dwellings import queries as dwellings
from onegrid.registry.dwellings.access import SEE
from onegrid.registry.facilities.models import Facility, Upkeep, UpkeepRecord
from onegrid.registry.facilities.periods import Kind, Periods, Work, periods
from onegrid.registry.facilities.rules import Standing, standing

MOST = 300  # facilities of one compound on a page
DUE_MOST = 50
RECORDS = 30


@dataclass(frozen=True)
class Due:
    """One work of one facility as it stands on a day. `days`: until it is due; negative when it is overdue."""

    upkeep: Upkeep
    work: Work | None
    standing: Standing
    days: int
    kind: Kind | None = None

    @property
    def kind_name(self) -> str:
        return self.kind.name if self.kind else ""

    @property
    def name(self) -> str:
        return self.work.name if self.work else self.upkeep.work

    @property
    def late(self) -> int:
        return -self.days


@dataclass
class FacilityState:
    """A facility with its works, the most pressing first."""

    facility: Facility
    kind: Kind | None
    works: list[Due] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.kind.name if self.kind else self.facility.kind

    @property
    def worst(self) -> Due | None:
        return self.works[0] if self.works else None


@dataclass
class FacilityStory(FacilityState):
    """With what was done, the newest first."""

    records: list[tuple[UpkeepRecord, str]] = field(default_factory=list)


@dataclass(frozen=True)
class PublicFacility:
    """What the label tells anybody: what it is, where, and until when it was looked after."""

    code: str
    name: str
    compound: str
    spot: str
    address: str
    lon: float
    lat: float
    case_class: str
    works: list[Due]


def facilities_of(compound_id: int, *, today: date) -> list[FacilityState]:
    """Those that stand in a compound; whoever asks was let to the compound before. Two queries."""
    rows = Facility.objects.filter(compound=compound_id, removed_on=None).select_related("building")
    return _states(list(rows.order_by("kind", "building_id", "place", "id")[:MOST]), today)


def due(*, viewer: Actor, today: date, limit: int = DUE_MOST) -> list[Due]:
    """What is overdue or due soon in the compounds that the viewer looks after, the oldest first."""
    rules = periods(today)
    until = date.fromordinal(today.toordinal() + rules.soon_days)
    within = dwellings.in_reach(viewer, SEE, today).values("pk")
    rows = Upkeep.objects.filter(active=True, due_on__lte=until, facility__compound__in=within)
    rows = rows.select_related("facility__compound", "facility__building").order_by("due_on", "id")
    return [_stands(one, rules, today) for one in rows[:limit]]


def facility(pk: int, *, viewer: Actor, today: date, what: str = SEE) -> FacilityStory:
    """One with its history. NotFound outside the compounds in reach."""
    found = Facility.objects.select_related("compound", "building", "thing").filter(pk=pk).first()
    dwellings.compound(found.compound_id if found else 0, viewer=viewer, day=today, what=what)
    assert found is not None  # there is no compound 0
    (state,) = _states([found], today)
    rules = periods(today)
    rows = UpkeepRecord.objects.filter(upkeep__facility=found).select_related("upkeep", "file")
    records = [(row, _name(rules, found.kind, row.upkeep.work)) for row in rows[:RECORDS]]
    return FacilityStory(found, state.kind, state.works, records)


def record_file(record_id: int, *, viewer: Actor, today: date) -> StoredFile:
    """The photo or report of a record. NotFound when it has none, or outside the compounds in reach."""
    row = UpkeepRecord.objects.select_related("upkeep__facility", "file").filter(pk=record_id).first()
    compound_id = row.upkeep.facility.compound_id if row else 0
    dwellings.compound(compound_id, viewer=viewer, day=today)
    if row is None or row.file is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    return row.file


def public_facility(code: str, *, today: date) -> PublicFacility:
    """By the code on its label. NotFound for an unknown code and for what was taken down."""
    wanted = code.replace("\x00", "").strip().upper()[:20]
    found = (
        Facility.objects.select_related("compound__address", "building", "thing")
        .filter(code=wanted, removed_on=None)
        .first()
    )
    if found is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    (state,) = _states([found], today)
    place = f"{found.compound.address.full_name}{found.spot}"
    return PublicFacility(
        found.code,
        state.name,
        found.compound.name,
        found.spot,
        f"{place} {state.kind.names[0] if state.kind else found.kind}（{found.code}）",
        found.thing.point.x,
        found.thing.point.y,
        state.kind.case_class if state.kind else "",
        state.works,
    )


def facility_named(text: str) -> Facility | None:
    """The facility whose label's code stands in a text such as the address of a report: …电梯（K7M2P9QR）."""
    codes = [part for part in _words(text) if len(part) == 8]
    if not codes:
        return None
    return Facility.objects.filter(code__in=codes[:5], removed_on=None).select_related("compound").first()


def _words(text: str) -> list[str]:
    """Runs of capital letters and digits."""
    found, run = [], ""
    for sign in f"{text.upper()} ":
        if sign.isascii() and sign.isalnum():
            run += sign
        elif run:
            found.append(run)
            run = ""
    return found


def _states(rows: list[Facility], today: date) -> list[FacilityState]:
    rules = periods(today)
    states = {row.pk: FacilityState(row, rules.kinds.get(row.kind)) for row in rows}
    works = Upkeep.objects.filter(facility__in=states, active=True).select_related("facility")
    for one in works.order_by("due_on", "id"):
        states[one.facility_id].works.append(_stands(one, rules, today))
    return list(states.values())


def _stands(one: Upkeep, rules: Periods, today: date) -> Due:
    work = rules.work(one.facility.kind, one.work)
    kind = rules.kinds.get(one.facility.kind)
    return Due(one, work, standing(one.due_on, today, rules.soon_days), (one.due_on - today).days, kind)


def _name(rules: Periods, kind: str, work: str) -> str:
    found = rules.work(kind, work)
    return found.name if found else work
