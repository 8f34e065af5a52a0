"""Files made to do harm, through the pages that take them and the readers behind: refused in words, nothing written.

Pictures, films and papers of every kind: tests/kit/files/test_hostile_files.py.
"""

import io
import zipfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from onegrid.cases.catalog.workbooks import read_workbook
from onegrid.cases.flow.foreign.tables import rows_of
from onegrid.cases.flow.models import Case
from onegrid.kit.errors import Refused
from onegrid.kit.files.models import StoredFile
from onegrid.kit.sheets import read_table
from tests.cases.conftest import photo, reported, town  # noqa: F401
from tests.house.matrix.walking import signed_in
from tests.kit.files.conftest import picture, stated_png
from tests.kit.files.test_hostile_files import HTML, SVG, archive, gif
from tests.security.hostile import fields_of
from tests.streets import streets  # noqa: F401

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def excel() -> bytes:
    book = Workbook()
    book.active.append(["姓名", "电话"])
    book.active.append(["王一", "1"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(part: str, change, *, named: str | None = None) -> bytes:
    """The workbook with one of its parts changed; `named`: under another name, which the relations know."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(excel())) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                content, name = change(content), named or name
            elif named and (name.endswith(".rels") or name == "[Content_Types].xml"):
                content = content.replace(Path(part).name.encode(), Path(named).name.encode())
            target.writestr(name, content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def after_declaration(words: bytes):
    return lambda content: words + content[content.index(b"<worksheet") :]


FILES = {
    "an entity of a file": changed(SHEET, after_declaration(ENTITY)),
    "entities that explode": changed(SHEET, after_declaration(LAUGHS)),
    "a sheet under a name that is no xml": changed(
        SHEET, after_declaration(LAUGHS), named="xl/worksheets/sheet1.bin"
    ),
    "entities behind a long comment": changed(SHEET, lambda c: b"<!--" + b"x" * 9_000 + b"-->" + LAUGHS + c),
    "utf-16": changed(SHEET, lambda content: content.decode().encode("utf-16")),
    "a bomb": changed(SHEET, lambda content: content + b" " * (60 * 1024 * 1024)),
    "ten thousand parts": b"",
    "no archive": b"PK\x03\x04" + b"\0" * 200,
    "an archive of something else": archive(),
    "a page": HTML,
}
with io.BytesIO() as _many:
    with zipfile.ZipFile(_many, "w") as _target:
        for _number in range(10_000):
            _target.writestr(f"xl/{_number}.xml", b"")
    FILES["ten thousand parts"] = _many.getvalue()


@pytest.mark.parametrize("name", FILES)
def test_a_workbook_made_to_do_harm_is_refused_by_every_reader(name, tmp_path):
    for read in (lambda content: read_table(content, most=10), read_workbook):
        with pytest.raises(Refused):
            read(FILES[name])
    if name == "a bomb":  # the reader of history takes large files by design, row by row
        return
    path = tmp_path / "x.xlsx"
    path.write_bytes(FILES[name])
    with pytest.raises(Refused):
        list(rows_of(path))


def test_a_workbook_that_is_none_of_these_is_read():
    assert [row[:2] for row in read_table(excel(), most=10)] == [["姓名", "电话"], ["王一", "1"]]


# ---------------------------------------------------------------- through the pages

HARMFUL = {
    "a page as photo": ("x.jpg", HTML, "image/jpeg"),
    "a drawing with a script": ("x.svg", SVG, "image/svg+xml"),
    "a gif that is a script": ("x.gif", b"GIF89a=1;/*" + gif() + b"*/alert(1)", "image/gif"),
    "a photo of 50,000 by 50,000": ("x.png", stated_png(50_000, 50_000), "image/png"),
    "a way up": ("../../../../tmp/evil.jpg", HTML, "image/jpeg"),
    "an archive": ("x.zip", archive(), "application/zip"),
    "20 MB": ("x.jpg", picture() + bytes(20 * 1024 * 1024), "image/jpeg"),
}
PLACES = {
    "a report": (
        "/report/",
        "photos",
        {"text": "坑", "lon": "118.025", "lat": "37.385", "key": "k", "different": "1"},
    ),
    "the interface": ("/api/v1/cases", "photos", {"text": "坑", "lon": "118.025", "lat": "37.385"}),
    "a portrait": ("/staff/account/portrait/", "photo", {"agreed": "on"}),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", HARMFUL)
def test_a_harmful_file_is_refused_in_words_and_nothing_is_written(town, name, place):  # noqa: F811
    address, field, told = PLACES[place]
    client = Client()
    client.force_login(town.a.staff["grid_worker"])
    before = Case.objects.count(), StoredFile.objects.count()
    answer = client.post(address, {**told, field: SimpleUploadedFile(*HARMFUL[name])})
    assert 400 <= answer.status_code < 500, answer.status_code
    assert (Case.objects.count(), StoredFile.objects.count()) == before


def test_what_hides_behind_a_photo_is_gone_and_the_rest_is_only_shown(town):  # noqa: F811
    """A JPEG that is a page and an archive besides, under a name that leads elsewhere."""
    two_faced = picture(comment=HTML) + archive() + HTML
    case = reported(town.a, photos=[two_faced])
    client = signed_in(town.a.staff["dispatcher"])
    answer = client.get(reverse("desk:photo", args=[case.number, case.evidence.get().pk]))
    body = b"".join(answer.streaming_content)
    assert body.startswith(b"\xff\xd8\xff") and b"script" not in body and b"PK\x03\x04" not in body
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Content-Type"] == "image/jpeg"
    assert "sandbox" in answer["Content-Security-Policy"] and ".." not in answer["Content-Disposition"]


def test_the_fields_of_a_page_are_found():
    assert fields_of(b'<form><input type="hidden" name="a" value="1"><select name="b"></select></form>') == {
        "a": "1", "b": ""
    }  # fmt: skip
