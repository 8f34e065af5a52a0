"""Out again: no cell of any file that is sent is a formula."""

import csv
import io
import re

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import CharField, Field, Model, TextField
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from onegrid.kit.crypto import EncryptedTextField
from tests.house.matrix.row import World
from tests.house.matrix.table import MATRIX
from tests.house.matrix.walking import browser, signed_in, undone

FORMULA = '=HYPERLINK("http://evil.example","x")'
OURS = {"accounts", "places", "registry", "cases", "hall", "oversight", "exchange"}
TABLE = re.compile(r'(?:FROM|JOIN) "?(\w+)"?')
# Codes, keys, paths and sums: by these rows are found and compared, nobody writes words into them.
FOUND_BY = re.compile(
    r"(code|key|path|index|hash|digest|seal|number|kind|mark|checksum|version|link|password)s?$"
)
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


def taken(world: World):
    """Each export as the first of these people gets it, and the tables that were read for it."""
    a = world.streets.a
    people = (a.staff["shift_leader"], a.staff["leader"], world.streets.staff["operator"],
              world.streets.staff["data_officer"])  # fmt: skip
    for name, address in exports(world):
        for user in people:
            with undone(), CaptureQueriesContext(connection) as asked:
                answer = browser(signed_in(user).cookies).get(address)
                if answer.status_code != 200:
                    continue
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            yield name, answer, body, {table for one in asked for table in TABLE.findall(one["sql"])}
            break
        else:
            pytest.fail(f"{name}: nobody gets it")


def test_no_cell_of_any_export_is_a_formula(world: World):
    """Every name and word of the tables that exports read begins like a formula; then every export is opened."""
    read = {table for *_rest, tables in taken(world) for table in tables}
    written = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        if model._meta.db_table in read
        for field in model._meta.concrete_fields
        if is_words(field) and write(model, field)
    }
    assert {"accounts_user.display_name", "accounts_user.username", "cases_case.text"} <= written
    seen = 0
    for name, answer, body, _tables in taken(world):
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert answer["Content-Disposition"].startswith("attachment"), name
        seen += check_cells(name, body)
    assert seen > 20


def is_words(field: Field) -> bool:
    """A column that people write into: no choice, no code or path that rows are found by, nothing sealed."""
    return (
        isinstance(field, CharField | TextField)
        and not isinstance(field, EncryptedTextField)
        and not field.choices
        and not field.db_collation
        and not FOUND_BY.search(field.name)
        and field.model._meta.app_label in OURS
    )


def write(model: type[Model], field: Field) -> bool:
    """Whether there was a row to write into."""
    table, pk = model._meta.db_table, model._meta.pk.column
    room = field.max_length or 200
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL session_replication_role = replica"
        )  # what is published stands, but not for us
        cursor.execute(
            f'UPDATE "{table}" SET "{field.column}" = left(%s || "{pk}", {room}) WHERE "{field.column}" <> \'\'',
            [FORMULA[:30]],
        )
        found = bool(cursor.rowcount)
        cursor.execute("SET LOCAL session_replication_role = origin")
        return found


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
