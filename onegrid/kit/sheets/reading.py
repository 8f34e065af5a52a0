"""A small Excel file read with suspicion: one sheet, plain texts, nothing computed."""

import io
import zipfile
from typing import Any

from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook

from onegrid.kit.errors import Refused
from onegrid.kit.sheets.suspicion import is_strange

MEBI = 1024 * 1024
MAX_BYTES = 2 * MEBI
MAX_UNPACKED = 20 * MEBI
MAX_PARTS = 200
MAX_PLAIN_PART = 2 * MEBI  # of what openpyxl turns into objects: styles, names, relations
MAX_COLUMNS = 40
CELL_MOST = 500  # characters
TABLES = ("xl/worksheets/", "xl/sharedStrings")  # parts that may be as large as the table is


def read_table(content: bytes, *, most: int) -> list[list[str]]:
    """The rows of the first sheet as texts, without those that are empty; at most `most` of them.

    Refused: file_is_empty, file_too_big, not_excel, too_many_rows.
    """
    if not content:
        raise Refused("file_is_empty", _("The file is empty."))
    if len(content) > MAX_BYTES:
        raise Refused(
            "file_too_big", _("The file is too big: at most %(most)s MB.") % {"most": MAX_BYTES // MEBI}
        )
    try:
        _check_archive(content)
        rows = _rows(content, most)
    except Refused:
        raise
    except Exception:  # openpyxl raises whatever it meets in a broken file
        raise _not_excel() from None
    if len(rows) > most:
        raise Refused(
            "too_many_rows", _("There are too many rows: at most %(most)s.") % {"most": most}, most=most
        )
    return rows


def _check_archive(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise _not_excel()
        for part in parts:
            plain = part.filename.endswith((".xml", ".rels")) and not part.filename.startswith(TABLES)
            if plain and part.file_size > MAX_PLAIN_PART:
                raise _not_excel()
            if is_strange(archive.read(part)):
                raise _not_excel()


def _rows(content: bytes, most: int) -> list[list[str]]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = []
        for row in sheet.iter_rows(max_row=most * 4, max_col=MAX_COLUMNS, values_only=True):
            texts = [_words(cell) for cell in row]
            if any(texts):
                rows.append(texts)
        return rows
    finally:
        book.close()


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(getattr(value, "text", value)).replace("\0", "").strip()[:CELL_MOST]


def _not_excel() -> Refused:
    return Refused("not_excel", _("This is no Excel file (.xlsx), or it is damaged."))
