"""Rows in, bytes out, piece by piece. What people typed stays text: no cell is ever taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

Cell = str | int | float | datetime | None
BOM = "\ufeff"  # without it Excel takes a UTF-8 file for the system's own encoding
PIECE = 256 * 1024  # bytes
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
    if isinstance(cell, str):
        text = cell.replace("\x00", "")
        return f"'{text}" if FORMULA.match(text) else text
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")[:19]
    return "" if cell is None else cell
