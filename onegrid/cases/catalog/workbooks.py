"""Excel files of a filing standard: opened with suspicion, read as plain texts, written without formulas."""

import io
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterable
from copy import copy
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import range_boundaries

from onegrid.cases.catalog.rules.sheets import Grid
from onegrid.kit.errors import Refused
from onegrid.kit.sheets.suspicion import is_strange

MEBI = 1024 * 1024
MAX_BYTES = 5 * MEBI
MAX_UNPACKED = 40 * MEBI
MAX_PARTS = 500
MAX_PLAIN_PART = 2 * MEBI  # of what openpyxl turns into objects: styles, names, relations
MAX_CELLS = 400_000
MAX_MERGES = 20_000
MAX_SHEETS = 20
MAX_ROWS = 5_000
MAX_COLUMNS = 40
CELL_MOST = 4_000
PLAIN_PARTS = frozenset({
    "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "docProps/core.xml",
    "docProps/custom.xml", "xl/theme/theme1.xml",
})  # fmt: skip
WIDTHS = (10, 18, 10, 24, 22, 22, 48, 40, 16)
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and .xlsx with a password


def check_size(size: int) -> None:
    """Refuses what is too big to be read, before anything of it is read. Refused: file_too_big, file_is_empty."""
    if size > MAX_BYTES:
        words = _("The file has %(size)s MB; a filing standard has at most %(most)s MB.")
        raise Refused(
            "file_too_big",
            words % {"size": -(-size // MEBI), "most": MAX_BYTES // MEBI},
            size=size,
            most=MAX_BYTES,
        )
    if size == 0:
        raise Refused("file_is_empty", _("The file is empty."))


def read_workbook(content: bytes) -> list[Grid]:
    """Every sheet as texts. Nothing is computed: a formula stays a formula and is marked as one.

    Refused: file_too_big, file_is_empty, old_excel, not_excel, workbook_too_big, too_many_rows.
    """
    check_size(len(content))
    _check_archive(content)
    try:
        return _grids(content)
    except Refused:
        raise
    except Exception:  # openpyxl raises whatever it meets in a broken file
        raise _not_excel() from None


def _not_excel() -> Refused:
    return Refused("not_excel", _("This is no Excel file (.xlsx), or it is damaged."))


def _too_big() -> Refused:
    words = _("What is packed in this file is too big to be read; at most %(most)s MB unpacked.")
    return Refused("workbook_too_big", words % {"most": MAX_UNPACKED // MEBI})


def _check_archive(content: bytes) -> None:
    if content.startswith(OLD_EXCEL):
        words = _(
            "This is an old Excel file (.xls) or one with a password. Save it as .xlsx without a password."
        )
        raise Refused("old_excel", words)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise _too_big()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise _not_excel()
            for part in parts:
                if is_strange(archive.read(part)):
                    raise _not_excel()
                if part.filename in PLAIN_PARTS and part.file_size > MAX_PLAIN_PART:
                    raise _too_big()
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError, KeyError):
        raise _not_excel() from None


def _grids(content: bytes) -> list[Grid]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        if len(book.worksheets) > MAX_SHEETS:
            raise Refused(
                "workbook_too_big",
                _("The file has too many sheets; at most %(most)s.") % {"most": MAX_SHEETS},
            )
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [_grid(sheet, archive) for sheet in book.worksheets]
    finally:
        book.close()


def _grid(sheet: Any, archive: zipfile.ZipFile) -> Grid:
    merges, last = _merges(archive, sheet._worksheet_path)
    if last > MAX_ROWS:
        words = _("The sheet “%(sheet)s” has %(count)s rows; at most %(most)s are read.")
        raise Refused("too_many_rows", words % {"sheet": sheet.title, "count": last, "most": MAX_ROWS})
    sheet.reset_dimensions()
    rows: list[tuple[str, ...]] = []
    formulas, numbers = set(), set()
    for number, row in enumerate(sheet.iter_rows(max_row=last or 1, max_col=MAX_COLUMNS), start=1):
        texts = []
        for column, cell in enumerate(row, start=1):
            texts.append(_words(cell.value)[:CELL_MOST])
            if cell.data_type == "f":
                formulas.add((number, column))
            elif cell.data_type == "n" and cell.value is not None:
                numbers.add((number, column))
        while texts and not texts[-1]:
            texts.pop()
        rows.append(tuple(texts))
    return Grid(sheet.title, tuple(rows), merges, frozenset(formulas), frozenset(numbers))


def _merges(archive: zipfile.ZipFile, path: str) -> tuple[tuple[tuple[int, int, int, int], ...], int]:
    """Merged ranges of a sheet, and its last row that holds something; read as a stream, nothing is kept."""
    found: list[tuple[int, int, int, int]] = []
    last = row = cells = 0
    with archive.open(path) as source:
        for event, element in ElementTree.iterparse(source, events=("start", "end")):
            tag = element.tag.rpartition("}")[2]
            if event == "start":
                if tag == "row":
                    row = int(element.get("r") or row + 1)
                cells += tag == "c"
                if cells > MAX_CELLS or len(found) > MAX_MERGES:
                    raise _too_big()
                continue
            if tag in ("v", "f", "is"):
                last = max(last, row)
            elif tag == "mergeCell":
                left, top, right, bottom = range_boundaries(element.get("ref", ""))
                if None not in (left, top, right, bottom):
                    found.append((top, left, bottom, right))
            elif tag in ("row", "mergeCells"):
                element.clear()
    return tuple(found), last


def _words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(getattr(value, "text", value))  # of an array formula, its text


def write_workbook(grids: Iterable[Grid]) -> bytes:
    """The sheets as an Excel file: all cells are texts, so nothing that looks like a formula becomes one."""
    book = Workbook()
    book.remove(book.active)
    looks: dict[bool, Any] = {}
    for grid in grids:
        sheet = book.create_sheet(grid.name)
        for number, row in enumerate(grid.rows, start=1):
            for column, text in enumerate(row, start=1):
                if not text:
                    continue
                cell = sheet.cell(number, column, ILLEGAL.sub("", text))
                cell.data_type = "s"
                _dress(cell, column <= 6, looks)
        for top, left, bottom, right in grid.merges:
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        for column, width in enumerate(WIDTHS, start=1):
            sheet.column_dimensions[chr(64 + column)].width = width
        for row in sheet.iter_rows(max_row=2):
            for cell in row:
                cell.font = Font(bold=True)
        sheet.freeze_panes = "A3"
        sheet.print_title_rows = "1:2"
        sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _dress(cell: Any, middle: bool, looks: dict[bool, Any]) -> None:
    """As a text, in the middle of its height or at the top. A look that was worked out for one cell is copied to the
    next: openpyxl looks each up among all of a book's, which takes longer than writing the cell."""
    if middle not in looks:
        cell.number_format = "@"
        cell.alignment = Alignment(wrap_text=True, vertical="center" if middle else "top")
        looks[middle] = copy(cell._style)  # the cell may be dressed further
    else:
        cell._style = copy(looks[middle])
