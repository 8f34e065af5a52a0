"""Out again: no cell of any file that is sent is a formula."""

import csv
import io
import re

import pytest
from django.db import connection
from django.urls import reverse
from openpyxl import load_workbook

from onegrid.cases.flow.models import Case
from tests.house.matrix.row import World
from tests.house.matrix.table import MATRIX
from tests.house.matrix.walking import browser, signed_in, undone

FORMULA = '=HYPERLINK("http://evil.example","x")'
NUMBER = re.compile(r"-?\d+(\.\d+)?")
STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def exports(world: World):
    """Addresses that answer with a table to somebody: from the matrix, by what they answer."""
    for name, rows in MATRIX.items():
        if "export" not in name and "template" not in name:
            continue
        for row in rows:
            if row.post is None:
                for form in ("csv", "xlsx") if "form" in row.args(world) else ("",):
                    args = row.args(world) | ({"form": form} if form else {})
                    yield name, reverse(name, kwargs=args) + row.query


def test_no_cell_of_any_export_is_a_formula(world: World):
    """Every name and word that people can write begins like a formula; then every export is opened."""
    a = world.streets.a
    Case.objects.update(text=FORMULA, address=FORMULA)
    for table, column in (
        ("accounts_user", "display_name"), ("accounts_organisation", "name"), ("places_area", "name"),
        ("oversight_instruction", "words"), ("oversight_instruction", "place"),
    ):  # fmt: skip
        rename(table, column)
    seen = 0
    for name, address in exports(world):
        for user in (a.staff["shift_leader"], a.staff["leader"], world.streets.staff["operator"],
                     world.streets.staff["data_officer"]):  # fmt: skip
            with undone():
                answer = browser(signed_in(user).cookies).get(address)
                if answer.status_code != 200:
                    continue
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer["X-Content-Type-Options"] == "nosniff", name
            assert answer["Content-Disposition"].startswith("attachment"), name
            seen += check_cells(name, body)
            break
        else:
            pytest.fail(f"{name}: nobody gets it")
    assert seen > 20


def rename(table: str, column: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s || id", [FORMULA[:30]])


def check_cells(name: str, body: bytes) -> int:
    if body.startswith(b"PK"):
        cells = [
            cell for sheet in load_workbook(io.BytesIO(body)) for row in sheet.iter_rows() for cell in row
        ]
        bad = [cell.value for cell in cells if cell.data_type == "f"]
        values = [str(cell.value or "") for cell in cells]
    else:
        lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
        values = [value for line in lines for value in line]
        bad = [
            value
            for value in values
            if value.startswith(STARTS) and not value.lstrip("-").replace(".", "").isdigit()
        ]
    assert not bad, (name, bad[:3])
    return sum("HYPERLINK" in value for value in values)
