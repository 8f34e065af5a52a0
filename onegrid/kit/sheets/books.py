"""Excel workbooks (.xlsx, ECMA-376 part 1) written row by row: a row costs a fraction of what one of objects does.

Text is written inline and as text, so that nothing is ever taken for a formula; moments as local dates.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from tempfile import TemporaryFile
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from onegrid.kit.sheets.writing import PIECE, Cell

CELL_MAX = 32_767  # characters of one cell of Excel
TITLE_MAX = 31
EPOCH = datetime(1899, 12, 30, tzinfo=UTC)  # day 0 of Excel, which knows no zones
DAY = timedelta(days=1)
LITTLE = 3  # of nine levels of packing: a tenth larger than the usual sixth, in half its time
GATHERED = 32 * 1024  # characters that are packed together
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# what no XML may hold, and what Excel takes for the address of another sheet
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\]")

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org"
_MAIN = f'xmlns="{_OFFICE}/spreadsheetml/2006/main"'
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATION = f"{_OFFICE}/officeDocument/2006/relationships"
_PACKAGE = f'xmlns="{_OFFICE}/package/2006/relationships"'
_ROOT = (
    f'{_HEAD}<Relationships {_PACKAGE}><Relationship Id="rId1" Type="{_RELATION}/officeDocument"'
    ' Target="xl/workbook.xml"/></Relationships>'
)
# style 1 is that of a moment
_STYLES = (
    f'{_HEAD}<styleSheet {_MAIN}><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/>'
    '</numFmts><fonts count="1"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


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
    """One sheet with a fixed header row. The file grows on disk and is sent when it is whole, so that what fails on
    its way is no file at all."""
    return book_pieces([Sheet(title, header, rows, widths)])


def book_pieces(sheets: Iterable[Sheet]) -> Iterator[bytes]:
    """The same with several sheets, in their order; no two have one title."""
    told = list(sheets)
    with TemporaryFile() as file:
        with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=LITTLE) as book:
            book.writestr("[Content_Types].xml", _contents(len(told)))
            book.writestr("_rels/.rels", _ROOT)
            book.writestr("xl/workbook.xml", _workbook([sheet.title for sheet in told]))
            book.writestr("xl/_rels/workbook.xml.rels", _relations(len(told)))
            book.writestr("xl/styles.xml", _STYLES)
            for number, sheet in enumerate(told, start=1):
                with book.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
                    for piece in _gathered(_sheet(sheet)):
                        part.write(piece)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _gathered(texts: Iterable[str]) -> Iterator[bytes]:
    """Many short texts as pieces worth packing."""
    held: list[str] = []
    size = 0
    for text in texts:
        held.append(text)
        size += len(text)
        if size > GATHERED:
            yield "".join(held).encode()
            held, size = [], 0
    yield "".join(held).encode()


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield (
        f'{_HEAD}<worksheet {_MAIN}><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
        ' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    )
    if sheet.widths:
        cols = "".join(
            f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
            for place, width in enumerate(sheet.widths, start=1)
        )
        yield f"<cols>{cols}</cols>"
    yield "<sheetData>"
    letters: list[str] = []
    for number, row in enumerate(chain([sheet.header], sheet.rows), start=1):
        while len(letters) < len(row):
            letters.append(_letters(len(letters)))
        cells = [_cell(f"{letter}{number}", cell) for letter, cell in zip(letters, row, strict=False)]
        yield f'<row r="{number}">{"".join(cells)}</row>'
    yield "</sheetData></worksheet>"


def _cell(place: str, cell: Cell) -> str:
    if cell is None or cell == "":
        return f'<c r="{place}"/>'
    if isinstance(cell, datetime):
        days = (cell.replace(tzinfo=UTC) - EPOCH) / DAY
        return f'<c r="{place}" s="1"><v>{days!r}</v></c>'
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{cell:d}</v></c>'
    if isinstance(cell, int | float):
        return f'<c r="{place}"><v>{cell}</v></c>'
    text = escape(NOT_XML.sub("", str(cell))[:CELL_MAX])
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _letters(place: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    above, last = divmod(place, 26)
    return (_letters(above - 1) if above else "") + LETTERS[last]


def _contents(sheets: int) -> str:
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_KIND}.worksheet+xml"/>'
        for number in range(1, sheets + 1)
    )
    return (
        f'{_HEAD}<Types xmlns="{_OFFICE}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>{parts}</Types>'
    )


def _workbook(titles: Sequence[str]) -> str:
    parts = "".join(
        f'<sheet name="{_title(title)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, title in enumerate(titles, start=1)
    )
    return f'{_HEAD}<workbook {_MAIN} xmlns:r="{_RELATION}"><sheets>{parts}</sheets></workbook>'


def _title(title: str) -> str:
    plain = NOT_IN_TITLE.sub("-", NOT_XML.sub("", title))[:TITLE_MAX]
    return escape(plain, {'"': "&quot;"})


def _relations(sheets: int) -> str:
    parts = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATION}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, sheets + 1)
    )
    styles = f'<Relationship Id="rId{sheets + 1}" Type="{_RELATION}/styles" Target="styles.xml"/>'
    return f"{_HEAD}<Relationships {_PACKAGE}>{parts}{styles}</Relationships>"
