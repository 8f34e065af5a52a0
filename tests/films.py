"""Small whole films and recordings: no pictures in them, but every box that a reader looks for."""

import struct

FTYP = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"
PLACE = "+37.3849+118.0245/"
MADE = 3_847_000_000  # seconds since 1904: 26 November 2025


def box(kind: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def header(kind: bytes, made: int = MADE) -> bytes:
    return box(kind, bytes(4), struct.pack(">II", made, made), bytes(80))


def track(role: bytes, made: int = MADE) -> bytes:
    handler = box(b"hdlr", bytes(8), role, bytes(12))
    return box(b"trak", header(b"tkhd", made), box(b"mdia", header(b"mdhd", made), handler))


def film(
    *roles: bytes,
    place: str = PLACE,
    made: int = MADE,
    begin: bytes = FTYP,
    pixels: bytes = bytes(range(256)),
) -> bytes:
    """As a phone writes it: with sound and picture unless said otherwise, and where and when it was taken."""
    tracks = [track(role, made) for role in roles or (b"vide", b"soun")]
    claim = struct.pack(">HH", len(place), 0) + place.encode()
    claims = box(b"udta", box(b"\xa9xyz", claim)) if place else b""
    return begin + box(b"moov", header(b"mvhd", made), *tracks, claims) + box(b"mdat", pixels)


def sound(**more) -> bytes:
    """Sound alone, in the container of a film: what recorders of phones write."""
    return film(b"soun", **more)


def wave(seconds: int = 1) -> bytes:
    body = bytes(8000 * seconds)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    inside = b"WAVE" + form + struct.pack("<4sI", b"data", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


# says nothing about itself: kept byte for byte
SILENT = film(place="", made=0, pixels=bytes(range(256)) * 4)
