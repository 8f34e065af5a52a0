"""Taking a file in. Everything is checked before the first byte is kept, so a refusal leaves nothing behind."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils.translation import gettext as _

from onegrid.kit.errors import Refused
from onegrid.kit.files.kinds import Kinds, MediaType
from onegrid.kit.files.models import StoredFile, object_name
from onegrid.kit.files.pictures import clean_picture
from onegrid.kit.files.sniffing import HEAD, media_type_of, opened, resembles, two_faced

CHUNK = 1024 * 1024
IN_MEMORY = 4 * CHUNK


@dataclass(frozen=True)
class Stored:
    """`file` is what to refer to. `taken_at` (aware) and `taken_point` (lon, lat in WGS 84) are what the camera wrote
    into a photo; they are not kept with the file: a caller that needs them as evidence keeps them itself."""

    file: StoredFile
    taken_at: datetime | None = None
    taken_point: tuple[float, float] | None = None


def store_file(content: BinaryIO | bytes, *, allow: Kinds, at: datetime) -> Stored:
    """Judges a file by its content, cleans it and stores it once; the same bytes again give the same file.

    Photos are turned upright, made at most `PHOTO_LONG_SIDE` pixels long and written anew, without anything but
    pixels. Film, sound and PDF are kept as they came. Refused with: empty_file, unsupported_file (not one of `allow`,
    or two things at once), file_too_large, picture_too_large, broken_picture.
    """
    source = opened(content)
    head = source.read(HEAD)
    media = _allowed(head, allow)
    source.seek(0)
    with SpooledTemporaryFile(max_size=IN_MEMORY) as kept_:
        kept = cast(BinaryIO, kept_)
        digest = _copy(source, kept, _limit(media))
        if media.picture_format is None:
            if two_faced(head, kept):
                raise _unsupported(allow, head)
            return Stored(_keep(kept, digest, media, None, at))
        kept.seek(0)
        picture = clean_picture(kept.read(), media)
    clean = opened(picture.content)
    digest = hashlib.sha256(picture.content).hexdigest()
    file = _keep(clean, digest, media, (picture.width, picture.height), at)
    return Stored(file, picture.taken_at, picture.taken_point)


def _allowed(head: bytes, allow: Kinds) -> MediaType:
    if not head:
        raise Refused("empty_file", _("The file is empty."))
    media = media_type_of(head)
    if media is None or media.kind not in allow:
        raise _unsupported(allow, head)
    return media


def _unsupported(allow: Kinds, head: bytes) -> Refused:
    wanted = [str(kind.name).lower() for kind in allow]
    words = {
        "photo": _("photos (JPEG, PNG, WebP)"),
        "video": _("videos"),
        "audio": _("sound"),
        "document": _("PDF"),
    }
    message = _("This kind of file is not taken here, whatever its name says. Possible: %(kinds)s.")
    shown = ", ".join(words[kind] for kind in wanted)
    return Refused("unsupported_file", message % {"kinds": shown}, allowed=wanted, resembles=resembles(head))


def _limit(media: MediaType) -> int:
    return int(settings.FILE_BYTES[str(media.kind.name).lower()])


def _copy(source: BinaryIO, target: BinaryIO, limit: int) -> str:
    """Copies at most `limit` bytes and gives their SHA-256; a byte more is refused without reading on."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        size += len(chunk)
        if size > limit:
            megabytes = limit / (1024 * 1024)
            message = _("The file is larger than %(limit)g MB.") % {"limit": megabytes}
            raise Refused("file_too_large", message, megabytes=megabytes)
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()


@transaction.atomic
def _keep(
    content: BinaryIO, digest: str, media: MediaType, pixels: tuple[int, int] | None, at: datetime
) -> StoredFile:
    """Object first, row second, under a lock on this content: whoever sends or prunes the same bytes waits."""
    lock_content(digest)
    content.seek(0, 2)
    size = content.tell()
    content.seek(0)
    _write_object(object_name(digest), content, size)
    width, height = pixels or (None, None)
    file, _made = StoredFile.objects.update_or_create(
        sha256=digest,
        defaults={"wanted_at": at},
        create_defaults={
            "media_type": media.name,
            "size": size,
            "width": width,
            "height": height,
            "created_at": at,
            "wanted_at": at,
        },
    )
    return file


def _write_object(name: str, content: BinaryIO, size: int) -> None:
    """Leaves a whole object alone; one torn by a crash has another size and is written again."""
    if default_storage.exists(name) and default_storage.size(name) == size:
        return
    default_storage.save(name, File(content))


def lock_content(digest: str) -> None:
    """Until the end of the transaction nobody else stores or prunes this content."""
    number = int.from_bytes(bytes.fromhex(digest[:16]), signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
