"""What a work list is narrowed to: filters that stand in the address, and their words."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import CaseClass, MajorClass
from onegrid.cases.flow.access import SEE
from onegrid.cases.flow.models import Channel, LevelChoices
from onegrid.cases.flow.rules import FINAL, LEVELS, State
from onegrid.kit.actors import Actor
from onegrid.places.areas.models import Area

TEXT_MAX = 100
OPEN_STATES = tuple(state for state in State if state not in FINAL)


class Whose(StrEnum):
    MINE = "mine"
    UNIT = "unit"
    HELPING = "helping"


class Clock(StrEnum):
    """Where the running stage's clock stands, for open cases. Soon: the share of the limit that `flow/limits.yaml`
    names is used up (`approaching_at`); of a clock that has no such moment nothing is soon."""

    NORMAL = "normal"
    SOON = "soon"
    OVERDUE = "overdue"
    PAUSED = "paused"


class Sort(StrEnum):
    NEWEST = "new"
    DUE = "due"


WHOSE_WORDS = {
    Whose.MINE: _("With me"),
    Whose.UNIT: _("With my unit"),
    Whose.HELPING: _("My unit is asked to help"),
}
CLOCK_WORDS = {
    Clock.NORMAL: _("In time"),
    Clock.SOON: _("Due soon"),
    Clock.OVERDUE: _("Overdue"),
    Clock.PAUSED: _("Clock held"),
}


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to. `holder`: an organisation. `open`: only cases that have not ended. `since`,
    `until`: days of the report, both included. Everything that an address says wrongly counts as not said."""

    state: State | None = None
    open: bool = False
    whose: Whose | None = None
    holder: int | None = None
    area: int | None = None
    clock: Clock | None = None
    channel: Channel | None = None
    major: int | None = None
    matter: int | None = None
    level: str | None = None
    urgent: bool = False
    pressed: bool = False
    since: date | None = None
    until: date | None = None
    q: str = ""
    sort: Sort = Sort.NEWEST

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Filters":
        """From the query of an address."""

        def said(name: str) -> str:
            return str(given.get(name, ""))

        return cls(
            state=_one_of(State, said("state")),
            open=said("open") == "1",
            whose=_one_of(Whose, said("whose")),
            holder=number(said("holder")),
            area=number(said("area")),
            clock=_one_of(Clock, said("clock")),
            channel=_one_of(Channel, said("channel")),
            major=number(said("major")),
            matter=number(said("matter")),
            level=said("level") if said("level") in LEVELS else None,
            urgent=said("urgent") == "1",
            pressed=said("pressed") == "1",
            since=_day(said("since")),
            until=_day(said("until")),
            q=said("q").replace("\x00", "").strip()[:TEXT_MAX],
            sort=_one_of(Sort, said("sort")) or Sort.NEWEST,
        )

    def address(self, **changes: Any) -> str:
        """The query of the address that says these filters: "?state=filed&q=…", or "?" for none."""
        told = replace(self, **changes)
        pairs = []
        for field in fields(told):
            value = getattr(told, field.name)
            if value == field.default or value is None:
                continue
            pairs.append((field.name, "1" if value is True else str(value)))
        return f"?{urlencode(pairs)}"

    @property
    def only_open(self) -> bool:
        """By due time and by clock only open cases can be listed."""
        return self.open or self.clock is not None or self.sort == Sort.DUE

    @property
    def states(self) -> tuple[State, ...]:
        if self.state is not None:
            return () if self.only_open and self.state in FINAL else (self.state,)
        return OPEN_STATES if self.only_open else tuple(State)


def _one_of(kind: type, given: str) -> Any:
    return kind(given) if given in {one.value for one in kind} else None  # type: ignore[attr-defined]  # an enumeration


def number(given: str) -> int | None:
    return int(given) if given.isdecimal() and given.isascii() and len(given) < 19 else None


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def said_filters(filters: Filters, *, viewer: Actor) -> list[tuple[str, str]]:
    """Each filter that is set, in words, with the address without it: chips above a list. At most four queries."""
    words: list[tuple[str, str]] = []

    def chip(said: object, **without: Any) -> None:
        words.append((str(said), filters.address(**without)))

    if filters.open and filters.state is None:
        chip(_("Open cases"), open=False)
    if filters.whose:
        chip(WHOSE_WORDS[filters.whose], whose=None)
    if filters.holder is not None:
        chip(_unit_of(filters.holder, viewer) or "?", holder=None)
    if filters.area is not None:
        name = Area.objects.filter(pk=filters.area).values_list("name", flat=True).first()
        chip(name or "?", area=None)
    if filters.clock:
        chip(CLOCK_WORDS[filters.clock], clock=None)
    if filters.channel:
        chip(Channel(filters.channel).label, channel=None)
    if filters.major is not None:
        chip(MajorClass.objects.filter(pk=filters.major).first() or "?", major=None)
    if filters.matter is not None:
        chip(CaseClass.objects.filter(pk=filters.matter).first() or "?", matter=None)
    if filters.level:
        chip(LevelChoices(filters.level).label, level=None)
    if filters.urgent:
        chip(_("Emergencies"), urgent=False)
    if filters.pressed:
        chip(_("Pressed cases"), pressed=False)
    if filters.since or filters.until:
        chip(f"{filters.since or ''} – {filters.until or ''}", since=None, until=None)
    if filters.q:
        chip(f"“{filters.q}”", q="")
    return words


def _unit_of(org_id: int, viewer: Actor) -> Organisation | None:
    """A unit within what the viewer sees, or above it; the units of other streets are not told by their numbers."""
    unit = Organisation.objects.select_related("area").filter(pk=org_id).first()
    if unit is None:
        return None
    here, reaches = unit.area.path, viewer.scope(SEE).reaches
    above = any(reach.path is not None and reach.path.startswith(here) for reach in reaches)
    return unit if above or viewer.scope(SEE).covers(here, unit.pk) else None
