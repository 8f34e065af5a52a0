"""Film and sound in ISO boxes (MP4, MOV, M4A: ISO/IEC 14496-12): whole, and rid of where it was recorded.

What a recorder wrote about itself (the boxes udta, meta, uuid: place, device, names) is overwritten with nothing in
place, so that no offset moves; pictures and sound stay as they came. Other containers (WebM, MP3, WAV, Ogg, AMR) are
kept as they came: they have no common place for such claims.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from django.utils.translation import gettext as _

from onegrid.kit.errors import Refused

EPOCH = datetime(1904, 1, 1, tzinfo=UTC)  # of the times in these boxes
CLAIMS = (b"udta", b"meta", b"uuid")
INSIDE = (b"moov", b"trak", b"mdia")  # boxes that are walked into
HEADERS = (b"mvhd", b"tkhd", b"mdhd")  # boxes that begin with two times
BOXES_MOST = 4_000
CLAIM_MOST = 1024 * 1024  # bytes of one claim that are looked at for a place
PLACE = re.compile(rb"([+-]\d{1,2}\.\d{1,8})([+-]\d{1,3}\.\d{1,8})[+/-]")  # ISO 6709, as phones write it


@dataclass(frozen=True)
class Box:
    kind: bytes
    start: int
    body: int
    end: int


@dataclass
class Film:
    """`seen`: it has a picture, not only sound. `taken_at`, `taken_point` (lon, lat): what the recorder claims."""

    seen: bool = False
    taken_at: datetime | None = None
    taken_point: tuple[float, float] | None = None
    tracks: int = 0


def clean_film(content: BinaryIO, *, only_look: bool = False) -> Film:
    """Judges the boxes and overwrites the claims in them, unless `only_look`. Refused: broken_recording."""
    size = content.seek(0, 2)
    found = Film()
    kinds = set()
    for place, box in enumerate(_walk(content, 0, size)):
        if place > BOXES_MOST:
            raise _broken()
        kinds.add(box.kind)
        _look(content, box, found, only_look)
    if b"moov" not in kinds or not kinds & {b"mdat", b"moof"} or not found.tracks:
        raise _broken()
    return found


def _walk(content: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """Boxes from the outside in; each lies wholly in the one around it."""
    while start < end:
        box = _box_at(content, start, end)
        yield box
        if box.kind in INSIDE:
            yield from _walk(content, box.body, box.end)
        start = box.end


def _box_at(content: BinaryIO, start: int, end: int) -> Box:
    content.seek(start)
    head = content.read(min(16, end - start))
    if len(head) < 8:
        raise _broken()
    length, kind = struct.unpack(">I4s", head[:8])
    body = start + 8
    if length == 1 and len(head) == 16:
        (length,), body = struct.unpack(">Q", head[8:]), start + 16
    elif length == 0:  # to the end
        length = end - start
    if start + length > end or start + length < body:
        raise _broken()
    return Box(kind, start, body, start + length)


def _look(content: BinaryIO, box: Box, found: Film, only_look: bool) -> None:
    if box.kind in CLAIMS:
        content.seek(box.body)
        place = PLACE.search(content.read(min(box.end - box.body, CLAIM_MOST)))
        found.taken_point = found.taken_point or _point(place)
        if not only_look:
            _blank(content, box)
    elif box.kind in HEADERS:
        found.taken_at = found.taken_at or _made_at(content, box)
        if not only_look:
            _write(content, box.body + 4, bytes(2 * _width(content, box)))
    elif box.kind == b"hdlr":
        content.seek(box.body + 8)
        role = content.read(4)
        found.seen = found.seen or role == b"vide"
        found.tracks += role in (b"vide", b"soun")


def _blank(content: BinaryIO, box: Box) -> None:
    _write(content, box.start + 4, b"free")
    for place in range(box.body, box.end, CLAIM_MOST):
        _write(content, place, bytes(min(CLAIM_MOST, box.end - place)))


def _write(content: BinaryIO, place: int, words: bytes) -> None:
    content.seek(place)
    content.write(words)


def _width(content: BinaryIO, box: Box) -> int:
    """Of a time in bytes: version 1 of a header has longer ones."""
    content.seek(box.body)
    width = 8 if content.read(1) == b"\x01" else 4
    if box.end - box.body < 4 + 2 * width:
        raise _broken()
    return width


def _made_at(content: BinaryIO, box: Box) -> datetime | None:
    """In whole seconds since 1904; nothing or nonsense says nothing."""
    width = _width(content, box)
    content.seek(box.body + 4)
    try:
        seconds = int.from_bytes(content.read(width))
        return EPOCH + timedelta(seconds=seconds) if seconds else None
    except OverflowError:
        return None


def _point(place: re.Match[bytes] | None) -> tuple[float, float] | None:
    if place is None:
        return None
    lat, lon = float(place[1]), float(place[2])
    return (lon, lat) if abs(lat) <= 90 and abs(lon) <= 180 else None


def _broken() -> Refused:
    return Refused("broken_recording", _("The recording is damaged or incomplete."))
