"""What a caller is willing to take, and which content types each kind means. Pure data."""

from dataclasses import dataclass
from enum import Flag, auto


class Kinds(Flag):
    """Combine with `|`: `Kinds.PHOTO | Kinds.VIDEO`."""

    PHOTO = auto()
    VIDEO = auto()
    AUDIO = auto()
    DOCUMENT = auto()  # PDF


@dataclass(frozen=True)
class MediaType:
    name: str
    kind: Kinds
    extension: str
    picture_format: str | None = None  # Pillow's word, for types that are decoded and written anew
    boxes: bool = False  # ISO boxes, of which kit.files.films knows the inside


MEDIA_TYPES = {
    media.name: media
    for media in (
        MediaType("image/jpeg", Kinds.PHOTO, "jpg", "JPEG"),
        MediaType("image/png", Kinds.PHOTO, "png", "PNG"),
        MediaType("image/webp", Kinds.PHOTO, "webp", "WEBP"),
        MediaType("video/mp4", Kinds.VIDEO, "mp4", boxes=True),
        MediaType("video/quicktime", Kinds.VIDEO, "mov", boxes=True),
        MediaType("video/webm", Kinds.VIDEO, "webm"),
        MediaType("audio/mpeg", Kinds.AUDIO, "mp3"),
        MediaType("audio/mp4", Kinds.AUDIO, "m4a", boxes=True),
        MediaType("audio/wav", Kinds.AUDIO, "wav"),
        MediaType("audio/ogg", Kinds.AUDIO, "ogg"),
        MediaType("audio/amr", Kinds.AUDIO, "amr"),
        MediaType("application/pdf", Kinds.DOCUMENT, "pdf"),
    )
}
