"""Which of our media types do these bytes begin as? The name and the type that a browser sent count for nothing."""

import zipfile
from io import BytesIO
from typing import BinaryIO

import puremagic

from onegrid.kit.files.kinds import MEDIA_TYPES, MediaType

HEAD = 4096
ISO_BRANDS = {  # "ftyp" boxes: what phones and editors write
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
    **dict.fromkeys(
        (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V "), "video/mp4"
    ),
    **dict.fromkeys((b"MSNV", b"dash", b"3gp4", b"3gp5", b"3gp6"), "video/mp4"),
}
OPENINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"ID3", "audio/mpeg"),
    (b"#!AMR", "audio/amr"),
    (b"OggS", "audio/ogg"),
    (b"%PDF-", "application/pdf"),
)
# Words no sound, film or paper begins with: a browser that guesses could take the file for a page.
PAGE_WORDS = (b"<html", b"<!doctype", b"<script", b"<svg", b"<body", b"<iframe", b"<?php")


def media_type_of(head: bytes) -> MediaType | None:
    """By the first bytes alone; None when they open none of our types."""
    name = next((name for opening, name in OPENINGS if head.startswith(opening)), None) or _container(head)
    return MEDIA_TYPES.get(name or "")


def resembles(head: bytes) -> str:
    """What a refused file seems to be, for the message; "unknown" when nobody can tell."""
    try:
        return puremagic.magic_string(head)[0].mime_type or "unknown"
    except (puremagic.PureError, ValueError, IndexError):
        return "unknown"


def two_faced(head: bytes, content: BinaryIO) -> bool:
    """Is a file that we keep as it came also a page or an archive? (Pictures are written anew instead.)"""
    lower = head.lower()
    if any(word in lower for word in PAGE_WORDS):
        return True
    content.seek(0)
    return zipfile.is_zipfile(content)


def _container(head: bytes) -> str | None:
    if head[4:8] == b"ftyp":
        return ISO_BRANDS.get(head[8:12])
    if head.startswith(b"RIFF"):
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12])
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else None
    if len(head) > 2 and head[0] == 0xFF and head[1] in (0xFB, 0xF3, 0xF2, 0xFA):
        return "audio/mpeg"
    return None


def opened(content: BinaryIO | bytes) -> BinaryIO:
    """Something to read from its beginning."""
    if isinstance(content, bytes):
        return BytesIO(content)
    content.seek(0)
    return content
