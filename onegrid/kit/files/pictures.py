"""A picture from outside becomes a picture of ours: decoded, turned upright, made smaller, written anew.

Nothing but pixels survives, so neither place and device (EXIF, XMP, comments, colour profiles) nor anything hidden
behind the picture is stored.
"""

import threading
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from io import BytesIO
from math import isfinite
from typing import Any

from django.conf import settings
from django.utils import timezone as django_timezone
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageFile

from onegrid.kit.errors import Refused
from onegrid.kit.files.kinds import MediaType

WRITING: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 85, "optimize": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 85},
}
SHRINKS_WELL = {"RGB", "RGBA", "L", "LA", "CMYK", "YCbCr"}
TURNS = {  # EXIF orientation → what makes it upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# A picture being unpacked may take 200 to 550 MB at the limit of PHOTO_PIXELS; more at once could starve the process.
UNPACKING = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Picture:
    """`taken_at` and `taken_point` (lon, lat; WGS 84, as the camera claims) are evidence for the caller to judge."""

    content: bytes
    width: int
    height: int
    taken_at: datetime | None
    taken_point: tuple[float, float] | None


def clean_picture(content: bytes, media: MediaType) -> Picture:
    """Raises Refused: picture_too_large (pixels), broken_picture."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            ImageFile.LOAD_TRUNCATED_IMAGES = False  # a library that prints sets it for the whole process
            with UNPACKING, Image.open(BytesIO(content), formats=[str(media.picture_format)]) as source:
                return _cleaned(source, media)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _too_large(media) from None
        except (
            OSError,
            ValueError,
            SyntaxError,
            EOFError,
            IndexError,
            KeyError,
            TypeError,
            MemoryError,
        ) as failure:
            # Pillow's readers raise all of these on broken input
            raise Refused("broken_picture", _("The picture is damaged or incomplete.")) from failure


def _cleaned(source: Image.Image, media: MediaType) -> Picture:
    if source.width * source.height > settings.PHOTO_PIXELS[str(media.picture_format)]:
        raise _too_large(media)
    claims, orientation = _claims(source), _orientation(source)
    side = settings.PHOTO_LONG_SIDE
    source.draft("RGB", (side, side))  # a JPEG is decoded at a half or a quarter when that is enough
    if source.mode in SHRINKS_WELL:  # before it is copied: a large one would be in memory twice
        source.thumbnail((side, side), Image.Resampling.LANCZOS)
    plain = _only_pixels(source, with_alpha=media.picture_format != "JPEG")
    plain.thumbnail((side, side), Image.Resampling.LANCZOS)
    plain = _turned(plain, orientation)
    out = BytesIO()
    plain.save(out, str(media.picture_format), **WRITING[str(media.picture_format)])
    return Picture(out.getvalue(), plain.width, plain.height, *claims)


def _turned(picture: Image.Image, orientation: int) -> Image.Image:
    turn = TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _only_pixels(picture: Image.Image, *, with_alpha: bool) -> Image.Image:
    """Plain red, green, blue (and alpha), rid of the old image's comments, profiles and text chunks."""
    mode = "RGBA" if with_alpha and picture.has_transparency_data else "RGB"
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda grey: grey / 256, "L")  # converting would clip nearly all to white
    plain = picture.convert(mode)  # always a copy
    plain.info = {}
    return plain


def _too_large(media: MediaType) -> Refused:
    limit = settings.PHOTO_PIXELS[str(media.picture_format)] // 1_000_000
    message = _("The picture has more than %(limit)d million pixels. Send a smaller one.") % {"limit": limit}
    return Refused("picture_too_large", message, million_pixels=limit)


# ---------------------------------------------------------------- what the camera claims


def _claims(source: Image.Image) -> tuple[datetime | None, tuple[float, float] | None]:
    """When and where, if EXIF says so believably; a broken block says nothing."""
    try:
        exif = source.getexif()
        return _taken_at(exif.get_ifd(ExifTags.IFD.Exif)), _taken_point(exif.get_ifd(ExifTags.IFD.GPSInfo))
    except Exception:  # Pillow's EXIF reader fails in many ways on hostile input, and none matters here
        return None, None


def _orientation(source: Image.Image) -> int:
    try:
        return int(source.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # as above
        return 1


def _taken_at(tags: dict[int, Any]) -> datetime | None:
    written = str(tags.get(ExifTags.Base.DateTimeOriginal, "")).strip("\0 ")
    try:
        moment = datetime.strptime(written, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  the zone follows
    except ValueError:
        return None
    return moment.replace(tzinfo=_offset(str(tags.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\0 ")))


def _offset(written: str) -> tzinfo:
    """ "+08:00" as a zone; without one, a camera is taken to show local time."""
    try:
        hours, minutes = int(written[:3]), int(written[4:6])
        return timezone(timedelta(hours=hours, minutes=minutes if hours >= 0 else -minutes))
    except ValueError:
        return django_timezone.get_default_timezone()


def _taken_point(tags: dict[int, Any]) -> tuple[float, float] | None:
    try:
        lat = _degrees(tags[ExifTags.GPS.GPSLatitude], tags[ExifTags.GPS.GPSLatitudeRef], "S")
        lon = _degrees(tags[ExifTags.GPS.GPSLongitude], tags[ExifTags.GPS.GPSLongitudeRef], "W")
    except (KeyError, ValueError, TypeError, ZeroDivisionError):
        return None
    known = isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90 and (lon, lat) != (0, 0)
    return (lon, lat) if known else None


def _degrees(parts: Any, reference: Any, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    sign = -1 if str(reference).strip("\0 ").upper() == negative else 1
    return sign * (degrees + minutes / 60 + seconds / 3600)
