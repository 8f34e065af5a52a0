"""Rows in, bytes out, piece by piece. What people typed stays text: no cell is ever taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Cell = str | int | float | datetime | None
BOM = "\ufeff"  # without it Excel takes a UTF-8 file for the system's own encoding
PIECE = 256 * 1024  # bytes
CELL_MAX = 32_767  # characters of one cell of Excel
# OWASP "CSV injection": a spreadsheet takes text that begins so for a formula
FORMULA = re.compile(r"^[\s\x00]*[=+\-@＝＋－＠]|^[\t\r\n]")


def csv_pieces(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """UTF-8 with a mark at its head, lines ended as RFC 4180 says. Moments as 2026-11-20 10:00:00.

    Text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    lines.write(BOM)
    writer.writerow(header)
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
        if lines.tell() > PIECE:
            yield lines.getvalue().encode()
            lines.seek(0)
            lines.truncate()
    yield lines.getvalue().encode()


def _plain(cell: Cell) -> Any:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, str):
        text = cell.replace("\x00", "")
        return f"'{text}" if FORMULA.match(text) else text
    return "" if cell is None else cell


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook: a fixed header row and its rows. `widths`: of the columns, in characters."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()


def workbook_pieces(
    title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, widths: Sequence[int] = ()
) -> Iterator[bytes]:
    """One sheet with a fixed header row; text is written as text, moments as local dates. The file grows on disk and
    is sent when it is whole: a workbook has its list of contents at its end."""
    return book_pieces([Sheet(title, header, rows, widths)])


def book_pieces(sheets: Iterable[Sheet]) -> Iterator[bytes]:
    """The same with several sheets, in their order; no two have one title."""
    book = Workbook(write_only=True)
    for told in sheets:
        sheet = book.create_sheet(told.title[:31])
        sheet.freeze_panes = "A2"
        for place, width in enumerate(told.widths):
            sheet.column_dimensions["ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place]].width = width
        sheet.append([_typed(sheet, cell) for cell in told.header])
        for row in told.rows:
            sheet.append([_typed(sheet, cell) for cell in row])
    with TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _typed(sheet: Any, cell: Cell) -> Any:
    if isinstance(cell, datetime):
        written = WriteOnlyCell(sheet, value=cell.replace(tzinfo=None))
        written.number_format = "yyyy-mm-dd hh:mm"
        return written
    if not isinstance(cell, str):
        return cell
    written = WriteOnlyCell(sheet, value=None)
    written.value = ILLEGAL_CHARACTERS_RE.sub("", cell)[:CELL_MAX]
    written.data_type = "s"  # never "f", whatever it begins with
    return written
