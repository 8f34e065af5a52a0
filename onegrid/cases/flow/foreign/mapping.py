"""What a mapping file (docs/mappings) says: which column is what, and which rule repairs or refuses a bad row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from django.utils.translation import gettext as _

from onegrid.cases.flow.rules import ADDRESS_MAX, TEXT_MAX
from onegrid.kit.errors import Refused
from onegrid.kit.geo import Datum, convert

NEEDED = ("source", "id", "text", "lon", "lat", "datum", "opened_on", "date_format", "zone")
OPTIONAL = ("address", "encoding", "delimiter", "sheet", "status", "classes", "area", "rules")
STATUS_MAX = 300  # characters of the other system's own words about how it ended

# Rule → what a mapping may choose; the first stands when the mapping says nothing.
RULES: dict[str, tuple[str, ...]] = {
    "no_point": ("refuse", "area", "address"),  # none, or 0,0: nobody entered one
    "closed_before_opened": ("refuse", "at_opening"),
    "closed_without_time": ("refuse", "at_opening", "leave_open"),
    "unknown_status": ("refuse", "leave_open"),
    "unknown_class": ("leave_empty", "refuse"),
}


@dataclass(frozen=True)
class Closing:
    """How the matter ended in the other system: its own word for it, and when."""

    status: str
    words: str
    at: datetime


@dataclass(frozen=True)
class Foreign:
    """One row, judged: `report` as open_case takes it (but for class and area, which are codes here), and what was
    repaired on the way, by rule."""

    report: dict[str, Any]
    class_code: str = ""
    area_code: str = ""
    closing: Closing | None = None
    repaired: tuple[str, ...] = ()


@dataclass(frozen=True)
class StatusWords:
    """Which of the other system's words mean that it is over there."""

    column: str
    closed: frozenset[str]
    open: frozenset[str]
    closed_at: str
    words: str = ""


@dataclass(frozen=True)
class CodeTable:
    """The value of a column → a code of ours; `otherwise` for values that stand not in the table."""

    column: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    otherwise: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "CodeTable":
        codes = {str(word).strip(): str(code) for word, code in (given.get("codes") or {}).items()}
        return cls(str(given.get("column", "")), codes, str(given.get("otherwise", "")))

    def code(self, cells: Mapping[str, str]) -> str:
        """Empty when neither the table nor `otherwise` knows."""
        return self.codes.get(cells.get(self.column, "").strip(), self.otherwise)


@dataclass(frozen=True)
class Reading:
    """A mapping file, checked."""

    source: str
    id: str
    text: tuple[str, ...]
    lon: str
    lat: str
    datum: Datum
    opened_on: str
    date_format: str
    zone: ZoneInfo
    address: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str = ""
    status: StatusWords | None = None
    classes: CodeTable | None = None
    area: CodeTable | None = None
    rules: dict[str, str] = field(default_factory=dict)
    first_day: date | None = None

    @classmethod
    def of(cls, path: Path) -> "Reading":
        """Refused: file_missing, mapping_incomplete (names what is missing), mapping_wrong (names what is odd)."""
        given = _given(path)
        missing = [name for name in NEEDED if not given.get(name)]
        if missing:
            raise Refused(
                "mapping_incomplete", _("The mapping lacks: %(names)s") % {"names": ", ".join(missing)}
            )
        odd = sorted(set(given) - {*NEEDED, *OPTIONAL})
        if odd:
            raise _wrong(", ".join(odd))
        rules = {str(name): rule for name, rule in (given.get("rules") or {}).items()}
        first_day = rules.pop("first_day", None)
        try:
            return cls(
                **{name: str(given[name]) for name in NEEDED if name not in ("text", "datum", "zone")},
                text=tuple([given["text"]] if isinstance(given["text"], str) else given["text"]),
                datum=Datum(given["datum"]),
                zone=ZoneInfo(given["zone"]),
                **{
                    name: str(given[name])
                    for name in ("address", "encoding", "delimiter", "sheet")
                    if name in given
                },
                status=_status(given.get("status")),
                classes=CodeTable.of(given["classes"]) if given.get("classes") else None,
                area=CodeTable.of(given["area"]) if given.get("area") else None,
                rules={name: _choice(name, rules.get(name)) for name in {*RULES, *rules}},
                first_day=date.fromisoformat(str(first_day)) if first_day else None,
            )
        except (ValueError, TypeError, AttributeError, ZoneInfoNotFoundError) as failure:
            raise _wrong(str(failure)) from None

    def key(self, cells: Mapping[str, str]) -> str:
        """What keeps a second import from making a second case."""
        return f"{self.source}:{cells[self.id].strip()}"

    def judged(self, cells: Mapping[str, str]) -> Foreign:
        """The row as open_case takes it. Refused: no_id, bad_point, bad_date, too_old, unknown_status, unknown_class,
        closed_before_opened, closed_without_time."""
        if not cells.get(self.id, "").strip():
            raise Refused("no_id", _("The row has no number of its own."))
        repaired: list[str] = []
        opened_at = self._opened_at(cells)
        point = self._point(cells)
        area_code = "" if point else self._area_instead(cells, repaired)
        closing = self._closing(cells, opened_at, repaired)
        report = {
            "text": self._text(cells)[:TEXT_MAX],
            "address": cells.get(self.address, "").strip()[:ADDRESS_MAX],
            "lon": point[0] if point else None,
            "lat": point[1] if point else None,
            "idempotency_key": self.key(cells),
            "at": opened_at,
        }
        return Foreign(report, self._class(cells), area_code, closing, tuple(repaired))

    def check_columns(self, cells: Mapping[str, str]) -> None:
        """Refused column_missing with the names; of several columns for the text one is enough."""
        wanted = [self.id, self.lon, self.lat, self.opened_on]
        if self.status:
            wanted += [self.status.column, self.status.closed_at, self.status.words]
        wanted += [table.column for table in (self.classes, self.area) if table]
        missing = [name for name in wanted if name and name not in cells]
        if not any(_columns(piece) <= set(cells) for piece in self.text):
            missing.append(" / ".join(self.text))
        if missing:
            words = _("The file has no column %(names)s, which the mapping names.")
            raise Refused("column_missing", words % {"names": ", ".join(missing)})

    def _text(self, cells: Mapping[str, str]) -> str:
        """The first of the pieces that says something; "{a}: {b}" puts columns together."""
        return next((words for piece in self.text if (words := _filled(piece, cells))), "")

    def _point(self, cells: Mapping[str, str]) -> tuple[float, float] | None:
        """None: there is none, or 0,0, which is what a form sends when nobody entered one."""
        try:
            lon, lat = float(cells[self.lon]), float(cells[self.lat])
        except ValueError:
            return None
        if not (isfinite(lon) and isfinite(lat)) or (lon == 0 and lat == 0):
            return None
        return convert(lon, lat, self.datum, Datum.CGCS2000)

    def _area_instead(self, cells: Mapping[str, str], repaired: list[str]) -> str:
        """By the rule for rows without a point: the code of an area, or "" when the address's words shall do."""
        rule = self.rules["no_point"]
        if rule == "refuse":
            raise Refused("bad_point", _("The row has no point, or 0,0, which nobody entered."))
        code = self.area.code(cells) if self.area and rule == "area" else ""
        if rule == "area" and not code:
            raise Refused("bad_point", _("The row has no point, and the mapping knows no area for it."))
        repaired.append(f"no_point: {rule}")
        return code

    def _opened_at(self, cells: Mapping[str, str]) -> datetime:
        opened_at = self._moment(cells[self.opened_on])
        if opened_at is None:
            raise Refused("bad_date", _("The date cannot be read."))
        if self.first_day and opened_at.date() < self.first_day:
            words = _("Reported before %(day)s, with which this file begins by the mapping.")
            raise Refused("too_old", words % {"day": self.first_day.isoformat()})
        return opened_at

    def _moment(self, words: str) -> datetime | None:
        """By the mapping's format, else as Excel's date cells come; without an offset, the mapping's local time."""
        for read in (self._by_format, datetime.fromisoformat):
            try:
                moment = read(words.strip())
            except ValueError:
                continue
            return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        return None

    def _by_format(self, words: str) -> datetime:
        return datetime.strptime(words, self.date_format)  # noqa: DTZ007  the offset comes after

    def _closing(self, cells: Mapping[str, str], opened_at: datetime, repaired: list[str]) -> Closing | None:
        """None: it is still open there, or the mapping does not say how to tell."""
        if self.status is None:
            return None
        word = cells.get(self.status.column, "").strip()
        if word in self.status.open:
            return None
        if word not in self.status.closed:
            if self.rules["unknown_status"] == "refuse":
                raise Refused(
                    "unknown_status", _("The mapping does not know the state %(word)s.") % {"word": word}
                )
            repaired.append("unknown_status: leave_open")
            return None
        closed_at = self._closed_at(cells, opened_at, repaired)
        words = cells.get(self.status.words, "").strip() if self.status.words else ""
        return Closing(word, words[:STATUS_MAX], closed_at) if closed_at else None

    def _closed_at(
        self, cells: Mapping[str, str], opened_at: datetime, repaired: list[str]
    ) -> datetime | None:
        assert self.status is not None
        closed_at = self._moment(cells.get(self.status.closed_at, ""))
        if closed_at is not None and closed_at >= opened_at:
            return closed_at
        broken = "closed_without_time" if closed_at is None else "closed_before_opened"
        rule = self.rules[broken]
        if rule == "refuse":
            raise Refused(broken, _CLOSING_WORDS[broken]())
        repaired.append(f"{broken}: {rule}")
        return opened_at if rule == "at_opening" else None

    def _class(self, cells: Mapping[str, str]) -> str:
        if self.classes is None:
            return ""
        code = self.classes.code(cells)
        if not code and self.rules["unknown_class"] == "refuse":
            word = cells.get(self.classes.column, "")
            raise Refused("unknown_class", _("The mapping has no class for %(word)s.") % {"word": word})
        return code


_CLOSING_WORDS = {
    "closed_without_time": lambda: _("Closed there, but no time of closing can be read."),
    "closed_before_opened": lambda: _("Closed there before it was reported."),
}


def _given(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise Refused("file_missing", _("There is no file %(name)s.") % {"name": path.name})
    try:
        given = yaml.safe_load(path.read_text("utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as failure:
        raise _wrong(str(failure)) from None
    if not isinstance(given, dict):
        raise _wrong(path.name)
    return given


def _status(given: Mapping[str, Any] | None) -> StatusWords | None:
    if not given:
        return None
    for name in ("column", "closed", "closed_at"):
        if not given.get(name):
            raise ValueError(f"status.{name}")
    return StatusWords(
        str(given["column"]),
        frozenset(map(str, given["closed"])),
        frozenset(map(str, given.get("open") or ())),
        str(given["closed_at"]),
        str(given.get("words", "")),
    )


def _choice(name: str, given: object) -> str:
    if name not in RULES:
        raise ValueError(f"rules.{name}")
    chosen = RULES[name][0] if given is None else str(given)
    if chosen not in RULES[name]:
        raise ValueError(f"rules.{name}: {chosen} ({', '.join(RULES[name])})")
    return chosen


def _columns(piece: str) -> set[str]:
    """The columns that a piece of the text is made of."""
    if "{" not in piece:
        return {piece}
    return {name for _before, name, _form, _turn in Formatter().parse(piece) if name}


def _filled(piece: str, cells: Mapping[str, str]) -> str:
    """Empty when none of the columns says anything. Names of columns are looked up, nothing else is evaluated."""
    if "{" not in piece:
        return cells.get(piece, "").strip()
    values = {name: cells.get(name, "").strip() for name in _columns(piece)}
    if not any(values.values()):
        return ""
    parts = [
        before + (values[name] if name else "") for before, name, _form, _turn in Formatter().parse(piece)
    ]
    return "".join(parts).strip(" /·:,，：-")


def _wrong(what: str) -> Refused:
    return Refused("mapping_wrong", _("The mapping cannot be read at: %(what)s") % {"what": what[:300]})
