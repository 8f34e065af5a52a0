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
from onegrid.kit.files.films import clean_film
from onegrid.kit.files.kinds import MEDIA_TYPES, Kinds, MediaType
from onegrid.kit.files.models import StoredFile, object_name
from onegrid.kit.files.pictures import Picture, clean_picture
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
    pixels. Of film and sound in MP4, MOV and M4A the claims about place, time and device are overwritten; other film,
    sound and PDF are kept as they came. Refused with: empty_file, unsupported_file (not one of `allow`, or two things
    at once), file_too_large, picture_too_large, broken_picture, broken_recording.
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
            return _recording(kept, digest, media, allow, at)
        kept.seek(0)
        picture = clean_picture(kept.read(), media)
    clean = opened(picture.content)
    digest = hashlib.sha256(picture.content).hexdigest()
    file = _keep(clean, digest, media, (picture.width, picture.height), at)
    return Stored(file, picture.taken_at, picture.taken_point)


def cleaned_photo(content: BinaryIO | bytes) -> Picture:
    """Judged and written anew as `store_file` does, and not kept: for a caller that keeps something made of it."""
    source = opened(content)
    media = _allowed(source.read(HEAD), Kinds.PHOTO)
    source.seek(0)
    if len(whole := source.read(_limit(media) + 1)) > _limit(media):
        raise _too_large(_limit(media))
    return clean_picture(whole, media)


def _recording(kept: BinaryIO, digest: str, media: MediaType, allow: Kinds, at: datetime) -> Stored:
    """Film, sound or paper. Phones put sound alone into a container that begins like a film's."""
    if not media.boxes:
        return Stored(_keep(kept, digest, media, None, at))
    film = clean_film(kept)
    media = media if film.seen == (media.kind == Kinds.VIDEO) else SEEN_OR_HEARD[film.seen]
    if media.kind not in allow:
        kept.seek(0)
        raise _unsupported(allow, kept.read(HEAD))
    if kept.seek(0, 2) > _limit(media):
        raise _too_large(_limit(media))
    return Stored(_keep(kept, sha256_of(kept), media, None, at), film.taken_at, film.taken_point)


SEEN_OR_HEARD = {True: MEDIA_TYPES["video/mp4"], False: MEDIA_TYPES["audio/mp4"]}


def kind_of(content: BinaryIO | bytes) -> Kinds | None:
    """What a file is, by its content; None for none of our kinds. Says nothing about whether it is taken."""
    source = opened(content)
    media = media_type_of(source.read(HEAD))
    if media is None or not media.boxes:
        source.seek(0)
        return media.kind if media else None
    try:
        return SEEN_OR_HEARD[clean_film(source, only_look=True).seen].kind
    except Refused:
        return media.kind
    finally:
        source.seek(0)


def sha256_of(content: BinaryIO | bytes) -> str:
    """Read in pieces, and put back to the beginning: a film is not held in memory."""
    source, digest = opened(content), hashlib.sha256()
    while chunk := source.read(CHUNK):
        digest.update(chunk)
    source.seek(0)
    return digest.hexdigest()


def limits_in_words(kinds: Kinds) -> str:
    """ "photos (JPEG, PNG, WebP) to 15 MB, videos to 80 MB": what is taken, and how large it may be."""
    sizes = [(_names()[kind], settings.FILE_BYTES[kind] // CHUNK) for kind in _wanted(kinds)]
    return ", ".join(_("%(kind)s to %(size)d MB") % {"kind": name, "size": size} for name, size in sizes)


def _wanted(kinds: Kinds) -> list[str]:
    return [str(kind.name).lower() for kind in kinds]


def _names() -> dict[str, str]:
    return {
        "photo": _("photos (JPEG, PNG, WebP)"),
        "video": _("videos"),
        "audio": _("sound"),
        "document": _("PDF"),
    }


def _allowed(head: bytes, allow: Kinds) -> MediaType:
    if not head:
        raise Refused("empty_file", _("The file is empty."))
    media = media_type_of(head)
    if media is None or not allow & (Kinds.VIDEO | Kinds.AUDIO if media.boxes else media.kind):
        raise _unsupported(allow, head)
    return media  # of boxes only their inside says whether there is a picture


def _unsupported(allow: Kinds, head: bytes) -> Refused:
    wanted, words = _wanted(allow), _names()
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
            raise _too_large(limit)
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()


def _too_large(limit: int) -> Refused:
    megabytes = limit / CHUNK
    message = _("The file is larger than %(limit)g MB.") % {"limit": megabytes}
    return Refused("file_too_large", message, megabytes=megabytes)


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
