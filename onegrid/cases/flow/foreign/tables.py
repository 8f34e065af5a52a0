"""Rows of a CSV file (also gzipped) or of an Excel sheet, each by column name and with its number."""

import csv
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from onegrid.kit.errors import Refused
from onegrid.kit.sheets.suspicion import has_strange_part

EXCEL = (".xlsx", ".xlsm")
FIRST_ROW = 2  # the header is row 1, as a spreadsheet shows it
PARTS_MOST = 1_000  # of an Excel file
UNPACKED_MOST = 4 * 1024**3  # bytes
CELL_MAX = 1_000_000  # characters; csv's own limit of 131,072 is met by pasted mails


@dataclass(frozen=True)
class Row:
    """`number` as a spreadsheet shows it: the header is row 1. Empty rows count, and are not given."""

    number: int
    cells: dict[str, str]


def rows_of(path: Path, *, encoding: str = "utf-8", delimiter: str = ",", sheet: str = "") -> Iterator[Row]:
    """Refused: file_missing, not_a_table, wrong_encoding, no_such_sheet.

    `sheet`: of an Excel file; without a name, the first. Dates of Excel come as ISO 8601, whole numbers without ".0".
    """
    if not path.is_file():
        raise Refused("file_missing", _("There is no file %(name)s.") % {"name": path.name})
    if path.suffix.lower() in EXCEL:
        return _named(_excel(path, sheet))
    return _named(_csv(path, encoding, delimiter))


def _named(lines: Iterator[Sequence[str]]) -> Iterator[Row]:
    """The first line names the columns. Short lines are filled, what lies beyond the header is left out."""
    header = [name.strip() for name in next(lines, ())]
    if sum(bool(name) for name in header) < 2:
        raise Refused("not_a_table", _("This is no table with a header."))
    for number, line in enumerate(lines, start=FIRST_ROW):
        if any(line):
            filled = [*line, *[""] * (len(header) - len(line))]
            yield Row(number, {name: cell for name, cell in zip(header, filled, strict=False) if name})


def _csv(path: Path, encoding: str, delimiter: str) -> Iterator[Sequence[str]]:
    csv.field_size_limit(CELL_MAX)
    opened = gzip.open if path.suffix == ".gz" else open
    known = "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding
    try:
        with opened(path, "rt", encoding=known, newline="") as lines:
            yield from csv.reader(lines, delimiter=delimiter)
    except (UnicodeDecodeError, LookupError):
        words = _(
            "%(name)s is not written in %(encoding)s. Name its encoding in the mapping (encoding: gb18030)."
        )
        raise Refused("wrong_encoding", words % {"name": path.name, "encoding": encoding}) from None
    except (csv.Error, gzip.BadGzipFile, EOFError):
        raise Refused("not_a_table", _("This is no table with a header.")) from None


def _excel(path: Path, sheet: str) -> Iterator[Sequence[str]]:
    try:
        _check_archive(path)
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError, SyntaxError):
        raise Refused("not_a_table", _("This is no Excel file that can be read.")) from None
    try:
        if sheet and sheet not in book.sheetnames:
            names = ", ".join(book.sheetnames)
            raise Refused(
                "no_such_sheet", _("The file has no such sheet. It has: %(names)s") % {"names": names}
            )
        chosen = book[sheet] if sheet else book.worksheets[0]
        for line in chosen.iter_rows(values_only=True):
            yield [_words(cell) for cell in line]
    finally:
        book.close()


def _check_archive(path: Path) -> None:
    with ZipFile(path) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > PARTS_MOST or unpacked > UNPACKED_MOST or has_strange_part(archive):
            raise BadZipFile


def _words(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
