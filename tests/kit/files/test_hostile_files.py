"""Files made to do harm. Each is refused in words, and leaves nothing behind."""

import os
import random
import zipfile
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from onegrid.kit.errors import Refused
from onegrid.kit.files import Kinds, pictures, store_file
from onegrid.kit.files.kinds import MEDIA_TYPES
from onegrid.kit.files.models import StoredFile

from .conftest import NOW, kept_objects, picture, stated_png

ANY = Kinds.PHOTO | Kinds.VIDEO | Kinds.AUDIO | Kinds.DOCUMENT
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def gif() -> bytes:
    out = BytesIO()
    Image.new("P", (5, 5)).save(out, "GIF")
    return out.getvalue()


def archive() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("index.html", "<script>alert(1)</script>")
    return out.getvalue()


def refused(content, allow=ANY) -> Refused:
    with pytest.raises(Refused) as refusal:
        store_file(content, allow=allow, at=NOW)
    assert str(refusal.value.message)
    return refusal.value


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\0", "unsupported_file"),
        (SVG, "unsupported_file"),
        (b"\xef\xbb\xbf" + SVG, "unsupported_file"),
        (HTML, "unsupported_file"),
        (SimpleUploadedFile("cat.jpg", HTML, content_type="image/jpeg"), "unsupported_file"),
        (gif(), "unsupported_file"),
        (gif() + picture(), "unsupported_file"),
        (archive(), "unsupported_file"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99), "unsupported_file"),
        (PDF + archive(), "unsupported_file"),
        (PDF[:9] + HTML + PDF[9:], "unsupported_file"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + HTML, "unsupported_file"),
        (b"ID3\x03" + bytes(50) + b"<ScRiPt>alert(1)</sCrIpT>", "unsupported_file"),
        (b"MZ\x90\0" + bytes(200), "unsupported_file"),
        (b"\x7fELF" + bytes(200), "unsupported_file"),
        (picture()[:400], "broken_picture"),
        (picture((300, 300), quality=95)[:-200], "broken_picture"),
        (b"\xff\xd8\xff\xe0" + HTML, "broken_picture"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "broken_picture"),
        (b"RIFF\x24\0\0\0WEBPVP8 " + bytes(100), "broken_picture"),
        (stated_png(100, 100), "broken_picture"),
        (stated_png(9_000, 9_000), "picture_too_large"),
        (stated_png(12_000, 12_000), "picture_too_large"),
        (stated_png(60_000, 60_000), "picture_too_large"),
        (stated_png(1, 100_000_000), "picture_too_large"),
    ],
)
def test_is_refused(nothing_left, content, code):
    assert refused(content).code == code


def test_only_what_the_caller_asked_for(nothing_left):
    refusal = refused(PDF, Kinds.PHOTO | Kinds.VIDEO)
    assert refusal.details == {"allowed": ["photo", "video"], "resembles": "application/pdf"}
    assert "photos" in str(refusal.message)


def test_a_photo_of_20_megabytes(nothing_left):
    photo = picture((3000, 2000)) + os.urandom(20 * 1024 * 1024)
    refusal = refused(photo)
    assert (refusal.code, refusal.details) == ("file_too_large", {"megabytes": 15})


def test_a_real_photo_of_20_megabytes(nothing_left):
    noise = Image.frombytes("RGB", (2600, 2600), random.Random(1).randbytes(2600 * 2600 * 3))
    out = BytesIO()
    noise.save(out, "PNG", compress_level=1)
    assert len(out.getvalue()) > 20_000_000
    assert refused(out.getvalue()).code == "file_too_large"


def test_a_long_film_is_not_read_to_its_end(nothing_left, settings):
    settings.FILE_BYTES = {**settings.FILE_BYTES, "video": 5 * 1024 * 1024}

    class Endless(BytesIO):
        given = 0

        def read(self, size=-1):
            assert self.given < 20 * 1024 * 1024
            begin = b"\0\0\0\x18ftypmp42\0\0\0\0" if self.tell() == 0 else b""
            self.given += size
            self.seek(self.tell() + 1)
            return begin.ljust(size, b"\0")

    assert refused(Endless()).code == "file_too_large"


def test_a_bomb_is_not_unpacked(nothing_left, monkeypatch):
    """60,000 x 60,000 pixels would be 10 GB: the guard must stand before the decoder."""
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("it was decoded"))
    monkeypatch.setattr(pictures, "_only_pixels", lambda *_, **__: pytest.fail("it was decoded"))
    assert refused(stated_png(9_000, 9_000)).code == "picture_too_large"


@pytest.mark.django_db
def test_what_hides_behind_a_photo_does_not_survive():
    stored = store_file(picture(comment=HTML) + archive() + HTML, allow=Kinds.PHOTO, at=NOW)
    with default_storage.open(stored.file.object_name) as source:
        kept = source.read()
    assert b"script" not in kept and b"PK\x03\x04" not in kept


SIGNATURES = [
    picture(),
    picture(form="PNG"),
    picture(form="WEBP"),
    PDF,
    b"ID3\x03",
    b"OggS",
    b"RIFF\0\0\0\0WAVE",
    gif(),
]


@pytest.mark.django_db
@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150
)
@given(st.sampled_from(SIGNATURES), st.data())
def test_damaged_files_are_stored_clean_or_refused_never_worse(begin, data):
    """Random damage anywhere: either Refused, or a file of ours; no other exception gets out."""
    content = bytearray(begin)
    for _ in range(data.draw(st.integers(0, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = bytes(content[: data.draw(st.integers(0, len(content)))]) + data.draw(st.binary(max_size=50))
    before = StoredFile.objects.count(), len(kept_objects())
    try:
        file = store_file(content, allow=ANY, at=NOW).file
    except Refused:
        assert (StoredFile.objects.count(), len(kept_objects())) == before
    else:
        assert file.media_type in MEDIA_TYPES
