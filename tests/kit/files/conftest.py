import struct
import zlib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from onegrid.kit.files.models import StoredFile

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def picture(size=(60, 40), form="JPEG", colour=(200, 30, 30), **options) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, form, **options)
    return out.getvalue()


def stated_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is enormous: what decoding would unpack is not even there."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


def kept_objects() -> list[Path]:
    return [path for path in Path(default_storage.location).rglob("*") if path.is_file()]


@pytest.fixture
def nothing_left(db):
    """After a refusal neither table nor storage may hold anything."""
    yield
    assert StoredFile.objects.count() == 0
    assert kept_objects() == []
