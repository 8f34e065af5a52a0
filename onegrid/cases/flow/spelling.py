"""Cases as rows of a file, in words: without an object for any of them, and each name looked up once a file."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.queries import class_by_id
from onegrid.cases.flow.models import Channel, LevelChoices, StateChoices
from onegrid.cases.flow.rules import FINAL
from onegrid.kit.sheets import Cell
from onegrid.kit.statements import ask
from onegrid.places.areas.models import Area


class _Row(NamedTuple):
    """The columns that are read, in their order."""

    id: int
    number: str
    channel: str
    case_class_id: int | None
    text: str
    address: str
    state: str
    level: str
    urgent: bool
    street_id: int | None
    community_id: int | None
    grid_id: int | None
    unit_id: int | None
    holder_org_id: int | None
    holder_user_id: int | None
    opened_at: datetime
    stepped_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    pressed: int
    holds_open: int
    approaching_at: datetime | None


_ROWS = f"SELECT {', '.join(_Row._fields)} FROM cases_case WHERE id = ANY($1::bigint[])"


class Spelling:
    """How the cases of one file are spelt, as they stand `at` that moment: the columns of `actions.exporting`.

    No reporter, and nothing sealed. Asked in one language from beginning to end.
    """

    def __init__(self, at: datetime) -> None:
        self.at, self.zone = at, timezone.get_current_timezone()
        self.channels, self.states, self.levels = (
            {value: str(words) for value, words in kind.choices}
            for kind in (Channel, StateChoices, LevelChoices)
        )
        self.areas, self.units = _Names(Area, "name"), _Names(Organisation, "name")
        self.people = _Names(User, "display_name")
        self.classes: dict[int | None, str] = {None: ""}

    def rows(self, ids: Sequence[int]) -> list[list[Cell]]:
        """In the order of `ids`. One query, and one for each kind of name that is new."""
        found = map(_Row._make, ask(_ROWS, ["{" + ",".join(map(str, ids)) + "}"])) if ids else ()
        rows = {row.id: row for row in found}
        self.areas.learn(pk for row in rows.values() for pk in (row.street_id, row.community_id, row.grid_id))
        self.units.learn(pk for row in rows.values() for pk in (row.unit_id, row.holder_org_id))
        self.people.learn(row.holder_user_id for row in rows.values())
        return [self._spelt(rows[pk]) for pk in ids if pk in rows]

    def _spelt(self, row: _Row) -> list[Cell]:
        areas, units = self.areas, self.units
        return [
            row.number,
            self.channels.get(row.channel, row.channel),
            self._class(row.case_class_id),
            row.text,
            row.address,
            self.states.get(row.state, row.state),
            self.levels.get(row.level, row.level),
            _("yes") if row.urgent else "",
            areas[row.street_id],
            areas[row.community_id],
            areas[row.grid_id],
            units[row.unit_id],
            units[row.holder_org_id] if row.holder_user_id is None else self.people[row.holder_user_id],
            self._local(row.opened_at),
            self._local(row.stepped_at),
            self._local(row.due_at),
            self._local(row.ended_at),
            self._clock(row),
            row.pressed,
        ]

    def _class(self, pk: int | None) -> str:
        if pk is not None and pk not in self.classes:
            one = class_by_id(pk)
            self.classes[pk] = f"{one.code} {one}"
        return self.classes[pk]

    def _local(self, moment: datetime | None) -> datetime | None:
        return moment.astimezone(self.zone) if moment else None

    def _clock(self, row: _Row) -> str:
        if row.state in FINAL:
            return ""
        if row.holds_open:
            return _("clock held")
        if row.due_at is None:
            return ""
        if row.due_at < self.at:
            return _("overdue")
        return _("due soon") if row.approaching_at and row.approaching_at <= self.at else _("in time")


class _Names(dict[int | None, str]):
    """Names by id, those that somebody asked for; "" of nothing."""

    def __init__(self, model: type[Model], column: str) -> None:
        super().__init__({None: ""})
        self.model, self.column = model, column

    def learn(self, ids: Iterable[int | None]) -> None:
        new = set(ids) - self.keys()
        if new:
            self.update(self.model._default_manager.filter(pk__in=new).values_list("pk", self.column))
