"""Every end of the site that takes a file, found by its pages: a good file is taken, a harmful one never kept.

A form is filled in as a person would: what stands there stays, of a list the first choice, words where some must be.
"""

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from openpyxl import Workbook
from PIL import Image

from onegrid.accounts.identity.models import User
from onegrid.kit.files.models import StoredFile
from tests.cases.catalog.test_importing import workbook
from tests.cases.paths.ways import THROUGH
from tests.house.matrix.row import NOW, World
from tests.house.matrix.table import MATRIX
from tests.house.matrix.walking import browser, expected, signed_in, undone
from tests.kit.files.conftest import stated_png
from tests.kit.files.test_hostile_files import HTML, PDF, SVG, archive, gif

NAMES = [
    "../../../../tmp/evil.jpg",
    "x\x00.jpg",
    "\u202egpj.exe",
    "x" * 300 + ".jpg",
    "con.jpg",
    "C:\\evil.jpg",
    ";rm.jpg",
]
TOLD = {"lon": "118.025", "lat": "37.385", "date": NOW.date().isoformat()}


def gps_photo() -> bytes:
    """A JPEG that says where and with what it was taken."""
    picture, exif = Image.new("RGB", (64, 48), "purple"), Image.Exif()  # no other photo of the world
    exif[0x010F] = "SpyCam"
    exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 24.0, 18.0), 3: "E", 4: (118.0, 0.0, 18.0)})
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=HTML)
    return out.getvalue() + archive() + HTML


def people() -> bytes:
    book = Workbook()
    book.active.append(["x"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


AREAS = b"""{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "1"},
    "geometry": {"type": "Polygon", "coordinates": [[[118, 37], [118.1, 37], [118.1, 37.1], [118, 37]]]}}]}"""
# What is no photo: the page → a good file for it.
OTHERS = {
    "operator:areas_imports": ("x.geojson", AREAS, "application/geo+json"),
    "operator:people_import": ("x.xlsx", people(), "application/vnd.ms-excel"),
    "desk:catalog_imports": ("x.xlsx", workbook(), "application/vnd.ms-excel"),
    "desk:path_new": ("x.csv", THROUGH, "text/csv"),
}
SOME_OF = {"unit_ids", "agreed"}  # lists of which one at least is ticked
READ_LATER = {"operator:areas_imports"}  # by a job, which refuses in words (tests/places/areas)
UNREAD = {"result_photos"}  # unless it is said that the matter was settled on the spot
HARMFUL = {
    "a page as photo": ("x.jpg", HTML, "image/jpeg"),
    "a page behind the head of a photo": ("x.jpg", b"\xff\xd8\xff\xe0" + HTML, "image/jpeg"),
    "a drawing with a script": ("x.svg", SVG, "image/svg+xml"),
    "a gif that is a script": ("x.gif", b"GIF89a=1;/*" + gif() + b"*/alert(1)", "image/gif"),
    "a paper as photo, with a page in it": ("x.jpg", PDF[:9] + HTML + PDF[9:], "image/jpeg"),
    "a photo of 50,000 by 50,000": ("x.png", stated_png(50_000, 50_000), "image/png"),
    "an archive": ("x.xlsx", archive(), "application/vnd.ms-excel"),
}

ALL, EACH = list(HARMFUL), 4  # each end is sent some of them in turn: all of them reach every kind of end


@dataclass
class Form:
    action: str
    fields: dict[str, Any] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    """The forms of a page with what a browser would send of them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.select: tuple[str, bool] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        if not self.forms:
            return
        form, name = self.forms[-1], given.get("name", "")
        if tag == "select":
            self.select = name, False
        elif tag == "option" and self.select:
            self._choose(form, given)
        elif tag == "textarea" and name:
            form.fields.setdefault(name, "路灯不亮")
        elif tag == "input" and name:
            self._input(form, name, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = None

    def _choose(self, form: Form, given: dict[str, str]) -> None:
        assert self.select is not None
        name, chosen = self.select
        if given.get("value") and (not chosen or "selected" in given):
            form.fields[name], self.select = given["value"], (name, True)

    def _input(self, form: Form, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind == "file":
            form.files.append(name)
        elif kind == "checkbox":
            if "checked" in given or "required" in given or (name in SOME_OF and name not in form.fields):
                form.fields[name] = given.get("value", "on")
        elif kind == "radio":
            if "checked" in given or name not in form.fields:
                form.fields[name] = given.get("value", "on")
        elif kind != "submit":
            told = TOLD.get(name) or TOLD.get(kind)
            form.fields[name] = given.get("value") or told or ("路灯不亮" if "required" in given else "")


@dataclass
class End:
    name: str
    address: str
    who: Any  # cookies
    field: str
    fields: dict[str, Any]


def ends(world: World) -> Iterator[End]:
    """Each form with a field for files, by the first person whom its page answers."""
    people = [*User.objects.prefetch_related("grants__role").order_by("username")]
    cookies: dict[str, Any] = {}
    found: set[tuple[str, str]] = set()
    for name, rows in MATRIX.items():
        for row in rows:
            if row.post is not None or name.startswith(("api:", "open311:")):
                continue
            who = next((one for one in people if expected(row, one, program=False) == "answer"), None)
            if who is None:
                continue
            kept = cookies.setdefault(who.username, signed_in(who).cookies)
            address = reverse(name, kwargs=row.args(world)) + row.query
            with undone():
                answer = browser(kept).get(address, headers={"accept": "text/html"})
                page = b"" if answer.streaming else answer.content
            if b'type="file"' not in page:
                continue
            reader = Forms()
            reader.feed(page.decode())
            for form in reader.forms:
                for file in form.files:
                    to = form.action or address
                    if (to, file) not in found:
                        found.add((to, file))
                        yield End(name, to, kept, file, form.fields)


def sent(end: End, file: tuple[str, bytes, str]) -> tuple[int, list[bytes], list[str]]:
    """The status, what is in the store now that was not before, and names that lead out of it."""
    upload = SimpleUploadedFile("named", file[1], file[2])
    body = encode_multipart(BOUNDARY, {**end.fields, end.field: upload})
    # Django's client would clean the name before it is sent
    body = body.replace(b'filename="named"', f'filename="{file[0]}"'.encode())
    before = set(StoredFile.objects.values_list("pk", flat=True))
    with undone():
        answer = browser(end.who).generic(
            "POST", end.address, body, MULTIPART_CONTENT, headers={"accept": "text/html"}
        )
        kept = list(StoredFile.objects.exclude(pk__in=before))
        bodies = [default_storage.open(one.object_name).read() for one in kept]
        odd = [
            one.object_name for one in kept if not re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{64}", one.object_name)
        ]
    return answer.status_code, bodies, odd


def test_every_end_takes_a_good_file_and_keeps_no_harmful_one(world: World):
    wrong, found, taken = [], [], set()
    for number, end in enumerate(ends(world)):
        found.append(f"{end.name} {end.field}")
        good = OTHERS.get(end.name, (NAMES[number % len(NAMES)], gps_photo(), "text/html"))
        status, kept, odd = sent(end, good)
        if status >= 500 or odd:
            wrong.append(f"{end.name}: a good file ends in {status} {odd}")
        if status < 400 and (kept or end.name in OTHERS):
            taken.add(end.name)
        for body in kept:
            if any(word in body for word in (b"SpyCam", b"<script", b"PK\x03\x04", b"GPS", b"Exif")):
                wrong.append(f"{end.name} {end.field}: more than pixels is kept of a photo")
        for what in (ALL + ALL)[number % len(ALL) :][:EACH]:
            file = HARMFUL[what]
            status, kept, _odd = sent(end, file)
            if (
                status >= 500
                or kept
                or (status in (301, 302, 303) and end.name not in READ_LATER and end.field not in UNREAD)
            ):
                wrong.append(f"{end.name} {end.field}: {what} ends in {status}, kept {len(kept)}")
    sys.stdout.write(f"\n{len(found)} ends: {', '.join(found)}\ntaken: {', '.join(sorted(taken))}\n")
    assert not wrong, "\n".join(wrong)
    assert len(found) > 9 and len(taken) > 5
