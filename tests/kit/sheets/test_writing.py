"""What a spreadsheet reads back is what was written, and never a formula."""

import csv
import io
import tracemalloc
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from onegrid.kit.sheets import Sheet, book_pieces, csv_pieces, workbook_pieces

NOON = datetime(2026, 11, 20, 12, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", '=HYPERLINK("http://x","y")']


def read_csv(pieces) -> list[list[str]]:
    content = b"".join(pieces)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_csv_keeps_text_numbers_and_moments():
    rows = read_csv(csv_pieces(["甲", "b", "c", "d"], [['路,"坑"\n二', 3, NOON, None]]))
    assert rows == [["甲", "b", "c", "d"], ['路,"坑"\n二', "3", "2026-11-20 12:30:00", ""]]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_becomes_a_formula(text):
    assert read_csv(csv_pieces(["a"], [[text]]))[1] == ["'" + text]
    book = load_workbook(io.BytesIO(b"".join(workbook_pieces("x", ["a"], [[text]]))))
    cell = book.active["A2"]
    assert cell.data_type == "s"
    assert cell.value.replace("\r", "\n") == text.replace("\r", "\n")


@pytest.mark.parametrize("text", ["路面", "1-2", "a=b", "", "-"[:0]])
def test_other_text_stays_as_it_is(text):
    assert read_csv(csv_pieces(["a"], [[text, "x"]]))[1][0] == text


def test_a_workbook_keeps_types_and_drops_what_it_cannot_hold():
    book = load_workbook(
        io.BytesIO(
            b"".join(workbook_pieces("t" * 40, ["a", "b", "c"], [["a\x00\x0bb", 3, NOON]], widths=[9]))
        )
    )
    assert [cell.value for cell in book.active[2]] == ["ab", 3, NOON.replace(tzinfo=None)]
    assert book.active.freeze_panes == "A2" and len(book.active.title) == 31


def test_a_workbook_may_be_read_by_its_letters():
    """Beyond Z, with marks of XML in texts and titles, and several sheets."""
    row = [f'<{number}> & "x"' for number in range(30)]
    sheets = [Sheet('a/b "c" & <d>', ["h"] * 30, [row]), Sheet("二", ["k"], [[None], ["", 1.5, True]])]
    book = load_workbook(io.BytesIO(b"".join(book_pieces(sheets))))
    assert book.sheetnames == ['a-b "c" & <d>', "二"]
    assert [cell.value for cell in book.worksheets[0][2]] == row and book.worksheets[0]["AD2"].value == row[
        29
    ]
    assert [cell.value for cell in book.worksheets[1][3]] == [None, 1.5, True]
    assert book.worksheets[0].freeze_panes == "A2"


@pytest.mark.parametrize("pieces", [csv_pieces, lambda head, rows: workbook_pieces("x", head, rows)])
def test_memory_does_not_grow_with_rows(pieces):
    def peak(count: int) -> int:
        tracemalloc.start()
        for _piece in pieces(["a", "b"], (["路面有个大坑" * 10, n] for n in range(count))):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(3_000) < peak(1_000) + 1_000_000
