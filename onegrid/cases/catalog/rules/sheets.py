"""A city's filing standard (立案、处置和结案标准) on two sheets of nine columns, read. Pure.

As one city keeps it [L]: a title row, a header row, then rows; a class begins where its code stands, rows below it
without a code are further conditions of it, merged cells mean "the same as above".
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from onegrid.cases.catalog.rules.spelling import Limit, Meaning, Unreadable, read_limit

MAJOR, MAJOR_NAME, CODE, NAME, UNIT, SUPERVISOR, FILING, CLOSING, LIMIT = range(9)
COLUMNS = (
    "大类代码",
    "大类名称",
    "小类代码",
    "小类名称",
    "处置单位",
    "主管部门",
    "立案条件",
    "结案条件",
    "处置时限",
)
SYNONYMS: tuple[frozenset[str], ...] = (
    frozenset({"大类代码", "大类编码", "大类编号", "大类号"}),
    frozenset({"大类名称", "大类", "大类名"}),
    frozenset({"小类代码", "小类编码", "小类编号", "小类号"}),
    frozenset({"小类名称", "小类", "小类名"}),
    frozenset({"处置单位", "责任单位", "处置部门", "责任部门", "责任主体"}),
    frozenset({"主管部门", "主管单位", "监管部门", "监管单位", "监管主体"}),
    frozenset({"立案条件", "立案标准"}),
    frozenset({"结案条件", "结案标准", "结案要求"}),
    frozenset({"处置时限", "处理时限", "办理时限", "完成时限", "时限"}),
)
SHEETS = {"component": ("部件",), "event": ("事件", "管理事项")}
SHEET_NAMES = {"component": "部件", "event": "事件"}
TITLES = {"component": "部件立案、处置和结案标准", "event": "事件立案、处置和结案标准"}
MOST = {MAJOR_NAME: 60, NAME: 60, UNIT: 120, SUPERVISOR: 400, FILING: 2000, CLOSING: 2000}
UNIT_MOST = 120
HEADER_WITHIN = 10  # rows from the top in which the header must stand
HEADER_KNOWN = 5  # a row with so many known column names is the header
FAULT = "异常"  # GB/T 47678.5-2026 names a component's fault so, under the component's own code [S]
NOTE = re.compile(r"^(注|备注|说明|附注)\s*[:：]")
UNSAID = Meaning()
SEPARATOR = re.compile(r"[、;；\n]+")


class Unfit(ValueError):
    """The workbook as a whole cannot be read: `missing_sheet`, `missing_header`, `missing_column`, `sheet_twice`."""

    def __init__(self, code: str, sheet: str, about: str = "") -> None:
        super().__init__(code)
        self.code, self.sheet, self.about = code, sheet, about


@dataclass(frozen=True)
class Grid:
    """A sheet as texts. Row and column numbers are those a spreadsheet shows, from 1.

    `merges`: (top, left, bottom, right); `formulas`: cells whose text is a formula; `numbers`: kept as numbers.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    merges: tuple[tuple[int, int, int, int], ...] = ()
    formulas: frozenset[tuple[int, int]] = frozenset()
    numbers: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True)
class Condition:
    """One row of the standard: filed when, closed when, how long."""

    filing: str
    closing: str
    limit: Limit


@dataclass(frozen=True)
class SheetClass:
    """A class as the sheets tell it; `supervisors`: 主管部门, each by itself."""

    kind: str
    code: str
    name: str
    unit: str = ""
    supervisors: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class CityStandard:
    """`majors`: (kind, code, name). In the order of the sheets."""

    majors: tuple[tuple[str, str, str], ...] = ()
    classes: tuple[SheetClass, ...] = ()


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: row and column (0 to 8) of a sheet. `harmless`: worth a look, stops nothing."""

    sheet: str
    row: int
    column: int
    code: str
    about: str = ""
    harmless: bool = False


@dataclass(frozen=True)
class Line:
    """A row of a sheet as it was understood: nine texts with "same as above" filled in, and its limit."""

    sheet: str
    row: int
    cells: tuple[str, ...]
    limit: Limit | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Reading:
    """`bare_days`, `bare_hours`, `at_once`: how many limits say only 天, 小时, 立即, with their first spelling."""

    standard: CityStandard
    lines: tuple[Line, ...]
    ignored: tuple[str, ...] = ()
    bare_days: tuple[int, str] = (0, "")
    bare_hours: tuple[int, str] = (0, "")
    at_once: tuple[int, str] = (0, "")

    @property
    def problems(self) -> list[Problem]:
        return [p for line in self.lines for p in line.problems if not p.harmless]

    @property
    def notes(self) -> list[Problem]:
        return [p for line in self.lines for p in line.problems if p.harmless]


def chosen_sheets(names: Sequence[str]) -> dict[str, str]:
    """kind → name of its sheet. Raises Unfit: missing_sheet, sheet_twice."""
    found = {}
    for kind, words in SHEETS.items():
        exact = [name for name in names if _plain(name) in words]
        fitting = exact or [name for name in names if any(word in _plain(name) for word in words)]
        if not fitting:
            raise Unfit("missing_sheet", SHEET_NAMES[kind], "、".join(names))
        if len(fitting) > 1:
            raise Unfit("sheet_twice", SHEET_NAMES[kind], "、".join(fitting))
        found[kind] = fitting[0]
    return found


def header_of(grid: Grid) -> tuple[int, list[int]]:
    """(row of the header, where each of the nine columns stands; both from 1). Raises Unfit."""
    best: tuple[int, dict[int, int]] = (0, {})
    for number, row in enumerate(grid.rows[:HEADER_WITHIN], start=1):
        places: dict[int, int] = {}
        for column, text in enumerate(row, start=1):
            known = _column(text)
            if known is not None:
                places.setdefault(known, column)
        if len(places) > len(best[1]):
            best = number, places
    if len(best[1]) < HEADER_KNOWN:
        raise Unfit("missing_header", grid.name)
    missing = [name for index, name in enumerate(COLUMNS) if index not in best[1]]
    if missing:
        raise Unfit("missing_column", grid.name, "、".join(missing))
    return best[0], [best[1][index] for index in range(len(COLUMNS))]


def read_standard(grids: dict[str, Grid], meaning: Meaning = UNSAID) -> Reading:
    """Every row of both sheets (kind → grid), understood or with what is wrong. Raises Unfit as `header_of`."""
    reader = _Reader(meaning)
    for kind in SHEETS:
        reader.sheet(kind, grids[kind])
    return reader.done()


@dataclass
class _Class:
    kind: str
    code: str
    name: str
    unit: str
    supervisors: tuple[str, ...]
    row: int
    conditions: list[Condition] = field(default_factory=list)


@dataclass
class _Reader:
    meaning: Meaning
    majors: dict[tuple[str, str], str] = field(default_factory=dict)
    classes: dict[tuple[str, str], _Class] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    vague: dict[str, list[str]] = field(default_factory=dict)

    def sheet(self, kind: str, grid: Grid) -> None:
        head, places = header_of(grid)
        self.ignored += [
            text.strip()
            for column, text in enumerate(grid.rows[head - 1], start=1)
            if text.strip() and column not in places
        ]
        filled = _filled(grid, head)
        major, one = "", None
        width = max(places)
        for number in range(head + 1, len(grid.rows) + 1):
            row = filled[number - 1]
            cells = [_tidy(row[place - 1]) if place <= len(row) else "" for place in places]
            told = [_tidy(text) for text in grid.rows[number - 1][:width]]
            if not any(cells) or _is_note(told):
                continue
            found = _Row(kind, grid, number, places, cells)
            major = self._major(found, major)
            one = self._class(found, major, one)
            limit = self._condition(found, one)
            self.lines.append(Line(grid.name, number, tuple(found.cells), limit, tuple(found.problems)))

    def _major(self, row: "_Row", before: str) -> str:
        code, name = row.cells[MAJOR], row.cells[MAJOR_NAME]
        if not code:
            if name and name != self.majors.get((row.kind, before), name):
                row.problem(MAJOR, "major_code_missing", name)
            if not before:
                row.problem(MAJOR, "major_code_missing")
            row.cells[MAJOR], row.cells[MAJOR_NAME] = before, self.majors.get((row.kind, before), name)
            return before
        plain = _digits(code)
        if plain is None or len(plain) > 2:
            row.problem(MAJOR, "bad_major_code", code)
            return before
        plain = plain.zfill(2)
        known = self.majors.get((row.kind, plain))
        if known is None:
            if not name:
                row.problem(MAJOR_NAME, "name_missing")
            self.majors[row.kind, plain] = name
        elif name and name != known:
            row.problem(MAJOR_NAME, "name_differs", known)
        row.cells[MAJOR], row.cells[MAJOR_NAME] = plain, known or name
        return plain

    def _class(self, row: "_Row", major: str, before: _Class | None) -> _Class | None:
        code, name = row.cells[CODE], row.cells[NAME]
        if not code:
            if before is None or (name and name != before.name):
                row.problem(CODE, "code_missing", name)
                return None
            if before.code[:2] != major:
                row.problem(CODE, "code_missing")
                return None
            self._same_units(row, before)
            return before
        try:
            full = class_code(major, code, is_number=row.is_number(CODE))
        except ValueError as refused:
            row.problem(CODE, str(refused), code)
            return None
        known = self.classes.get((row.kind, full))
        if known is None:
            if not name:
                row.problem(NAME, "name_missing")
            known = _Class(row.kind, full, name, row.cells[UNIT], _several(row.cells[SUPERVISOR]), row.number)
            for unit in known.supervisors:
                if len(unit) > UNIT_MOST:
                    row.problem(SUPERVISOR, "too_long", str(UNIT_MOST))
            self.classes[row.kind, full] = known
            if not row.cells[UNIT]:
                row.problem(UNIT, "no_unit", harmless=True)
        elif name and name != known.name:
            row.problem(CODE, "code_twice", f"{full} {known.name}")
        else:
            if known is not before:
                row.problem(CODE, "goes_on", str(known.row), harmless=True)
            self._same_units(row, known)
        row.cells[CODE], row.cells[NAME] = full, known.name
        return known

    def _same_units(self, row: "_Row", one: _Class) -> None:
        """Rows below the first have the class's units, or say nothing about them."""
        if row.cells[UNIT] and row.cells[UNIT] != one.unit:
            row.problem(UNIT, "unit_differs", one.unit)
        if row.cells[SUPERVISOR] and _several(row.cells[SUPERVISOR]) != one.supervisors:
            row.problem(SUPERVISOR, "unit_differs", "、".join(one.supervisors))
        row.cells[CODE], row.cells[NAME] = one.code, one.name
        row.cells[UNIT], row.cells[SUPERVISOR] = one.unit, "、".join(one.supervisors)

    def _condition(self, row: "_Row", one: _Class | None) -> Limit | None:
        filing, closing, spelled = row.cells[FILING], row.cells[CLOSING], row.cells[LIMIT]
        if not (filing or closing or spelled):
            if one is None or one.conditions or one.row != row.number:
                row.problem(FILING, "nothing_said")
            elif not (one.kind == "event" and one.name.endswith(FAULT)):
                row.problem(FILING, "no_condition", harmless=True)
            return None
        if not filing:
            row.problem(FILING, "condition_missing")
        if not closing:
            row.problem(CLOSING, "closing_missing")
        try:
            limit = read_limit(spelled, self.meaning)
        except Unreadable as unclear:
            if unclear.code in ("bare_day", "bare_hour", "at_once"):
                self.vague.setdefault(unclear.code, []).append(spelled)
            row.problem(LIMIT, f"limit_{unclear.code}", spelled)
            return None
        self._count_vague(spelled)
        if one is not None:
            if any(known.filing == filing for known in one.conditions):
                row.problem(FILING, "condition_twice", harmless=True)
            one.conditions.append(Condition(filing, closing, limit))
        return limit

    def _count_vague(self, spelled: str) -> None:
        """A limit that could be read only because somebody said what the word means."""
        try:
            read_limit(spelled)
        except Unreadable as unclear:
            self.vague.setdefault(unclear.code, []).append(spelled)

    def done(self) -> Reading:
        def vague(code: str) -> tuple[int, str]:
            found = self.vague.get(code, [])
            return len(found), found[0] if found else ""

        majors = tuple((kind, code, name) for (kind, code), name in self.majors.items())
        classes = tuple(
            SheetClass(one.kind, one.code, one.name, one.unit, one.supervisors, tuple(one.conditions))
            for one in self.classes.values()
        )
        return Reading(
            CityStandard(majors, classes),
            tuple(self.lines),
            tuple(dict.fromkeys(self.ignored)),
            vague("bare_day"),
            vague("bare_hour"),
            vague("at_once"),
        )


class _Row:
    """A row under examination."""

    def __init__(self, kind: str, grid: Grid, number: int, places: list[int], cells: list[str]) -> None:
        self.kind, self.grid, self.number, self.places, self.cells = kind, grid, number, places, cells
        self.problems: list[Problem] = []
        for column, place in enumerate(places):
            if (number, place) in grid.formulas:
                self.problem(column, "formula", cells[column][:40])
            elif len(cells[column]) > MOST.get(column, 20):
                self.problem(column, "too_long", str(MOST.get(column, 20)))
            elif any(unicodedata.category(sign) == "Cc" and sign != "\n" for sign in cells[column]):
                self.problem(column, "control_sign")

    def is_number(self, column: int) -> bool:
        return (self.number, self.places[column]) in self.grid.numbers

    def problem(self, column: int, code: str, about: str = "", *, harmless: bool = False) -> None:
        self.problems.append(Problem(self.grid.name, self.number, column, code, about, harmless))


def class_code(major: str, code: str, *, is_number: bool = False) -> str:
    """The whole code: major and minor. Raises ValueError: bad_code, code_of_other_major, code_without_zero.

    Two or three digits are the minor code, four or five the whole one. A number has lost the zero before it: what
    can be read in one way only is read so.
    """
    plain = _digits(code)
    if plain is None or not 1 <= len(plain) <= 5:
        raise ValueError("bad_code")
    if is_number and len(plain) in (3, 4) and major.startswith("0") and plain.startswith(major[1:]):
        if len(plain) == 3:
            raise ValueError("code_without_zero")
        plain = "0" + plain
    if len(plain) == 1:
        if not is_number:
            raise ValueError("bad_code")
        plain = plain.zfill(2)
    if len(plain) <= 3:
        if not major:
            raise ValueError("bad_code")
        return major + plain
    if not plain.startswith(major):
        raise ValueError("code_of_other_major")
    return plain


def _filled(grid: Grid, head: int) -> list[list[str]]:
    """The rows with each cell of a vertical merge below the header filled by its first."""
    width = max([len(row) for row in grid.rows] + [0])
    rows = [[*row, *[""] * (width - len(row))] for row in grid.rows]
    for top, left, bottom, _right in grid.merges:
        if top <= head or left > width:
            continue
        for number in range(top + 1, min(bottom, len(rows)) + 1):
            rows[number - 1][left - 1] = rows[top - 1][left - 1]
    return rows


def _is_note(told: Sequence[str]) -> bool:
    """A remark below the table: one cell, that begins with 注 or the like."""
    texts = [text for text in told if text]
    return len(texts) == 1 and NOTE.match(texts[0]) is not None


def _column(text: str) -> int | None:
    plain = re.sub(r"[（(].*[)）]$", "", _plain(text)).strip("*：:")
    return next((index for index, words in enumerate(SYNONYMS) if plain in words), None)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _digits(text: str) -> str | None:
    plain = _plain(text)
    return plain if plain.isascii() and plain.isdigit() else None


def _tidy(text: str) -> str:
    """Without outer spaces; line ends are one sign."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _several(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in SEPARATOR.split(text) if part.strip()))
