import hashlib
import threading
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, connections, transaction
from PIL import ExifTags, Image, ImageChops, ImageOps, ImageStat, PngImagePlugin
from PIL.TiffImagePlugin import IFDRational

from onegrid.kit.files import Kinds, store_file
from onegrid.kit.files.models import StoredFile
from onegrid.kit.files.storing import lock_content
from tests.films import SILENT, box, sound

from .conftest import NOW, kept_objects, picture

MP4 = SILENT
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
pytestmark = pytest.mark.django_db


def exif_photo(**tags) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SecretPhone"
    exif[ExifTags.Base.Orientation] = tags.get("orientation", 1)
    taken = exif.get_ifd(ExifTags.IFD.Exif)
    taken[ExifTags.Base.DateTimeOriginal] = tags.get("taken", "2026:11:21 09:30:00")
    if "offset" in tags:
        taken[ExifTags.Base.OffsetTimeOriginal] = tags["offset"]
    exif._ifds[ExifTags.IFD.GPSInfo] = tags.get(
        "gps", {1: "N", 2: (37.0, 22.0, 48.0), 3: "E", 4: (118.0, 1.0, 12.0)}
    )
    return picture(exif=exif, comment=b"shot by Zhang San")


def read(file: StoredFile) -> bytes:
    with default_storage.open(file.object_name) as source:
        return source.read()


@pytest.mark.parametrize(
    ("form", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_a_photo_is_stored_with_its_measures(form, media_type):
    file = store_file(picture(form=form), allow=Kinds.PHOTO, at=NOW).file
    assert (file.media_type, file.width, file.height, file.created_at) == (media_type, 60, 40, NOW)
    assert file.size == len(read(file))
    assert Image.open(BytesIO(read(file))).format == form


def test_what_the_camera_wrote_is_told_and_not_kept():
    stored = store_file(exif_photo(), allow=Kinds.PHOTO, at=NOW)
    assert stored.taken_at == datetime(2026, 11, 21, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    assert stored.taken_point == pytest.approx((118.02, 37.38))
    kept = read(stored.file)
    for word in (b"Exif", b"SecretPhone", b"Zhang San", b"2026:11:21"):
        assert word not in kept
    assert not Image.open(BytesIO(kept)).getexif()


def test_the_cameras_own_offset_counts():
    stored = store_file(exif_photo(offset="-03:30"), allow=Kinds.PHOTO, at=NOW)
    assert stored.taken_at == datetime(2026, 11, 21, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "gps",
    [
        {1: "N", 2: (91.0, 0.0, 0.0), 3: "E", 4: (118.0, 0.0, 0.0)},
        {1: "N", 2: (IFDRational(0, 0), 0.0, 0.0), 3: "E", 4: (118.0, 0.0, 0.0)},
        {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)},
        {1: "N", 2: (37.0, 0.0, 0.0)},
        {},
    ],
)
def test_an_unbelievable_place_is_no_place(gps):
    assert store_file(exif_photo(gps=gps, taken="yesterday"), allow=Kinds.PHOTO, at=NOW).taken_point is None


def test_south_and_west():
    gps = {1: "S", 2: (10.0, 30.0, 0.0), 3: "W", 4: (20.0, 15.0, 0.0)}
    assert store_file(exif_photo(gps=gps), allow=Kinds.PHOTO, at=NOW).taken_point == pytest.approx(
        (-20.25, -10.5)
    )


def test_png_text_and_profiles_do_not_survive():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Zhang San")
    notes.add_itxt("XML:com.adobe.xmp", "<x>place</x>")
    kept = read(
        store_file(picture(form="PNG", pnginfo=notes, icc_profile=b"profile"), allow=Kinds.PHOTO, at=NOW).file
    )
    assert b"Zhang" not in kept and b"place" not in kept and b"iCCP" not in kept


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_way_of_holding_the_camera_ends_upright(orientation, form):
    """As Pillow's own exif_transpose would turn it; red and blue corners show every mistake."""
    photo = Image.new("RGB", (64, 32), "white")
    photo.paste("red", (0, 0, 32, 16))
    photo.paste("blue", (32, 16, 64, 32))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "SecretPhone"
    out = BytesIO()
    photo.save(out, form, exif=exif)
    expected = ImageOps.exif_transpose(Image.open(BytesIO(out.getvalue())))
    file = store_file(out.getvalue(), allow=Kinds.PHOTO, at=NOW).file
    kept = Image.open(BytesIO(read(file)))
    assert (file.width, file.height) == kept.size == expected.size
    differ = ImageChops.difference(kept.convert("RGB"), expected.convert("RGB"))
    assert ImageStat.Stat(differ).mean < [8] * 3
    assert b"SecretPhone" not in read(file) and not kept.getexif()


def test_a_phones_double_picture_is_one_photo():
    """Many phones write JPEGs with a second picture inside (MPO): the first counts."""
    out = BytesIO()
    second = Image.new("RGB", (20, 10), "blue")
    Image.new("RGB", (40, 20), "red").save(out, "MPO", save_all=True, append_images=[second])
    file = store_file(out.getvalue(), allow=Kinds.PHOTO, at=NOW).file
    assert (file.media_type, file.width, file.height) == ("image/jpeg", 40, 20)
    assert Image.open(BytesIO(read(file))).getpixel((5, 5))[0] > 200


def test_a_picture_with_16_bits_keeps_its_greys():
    out = BytesIO()
    Image.new("I;16", (10, 10), 128 * 256).save(out, "PNG")
    kept = Image.open(BytesIO(read(store_file(out.getvalue(), allow=Kinds.PHOTO, at=NOW).file)))
    assert kept.getpixel((5, 5)) == (128, 128, 128)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_large_photo_is_made_smaller(form):
    file = store_file(picture((4000, 3000), form), allow=Kinds.PHOTO, at=NOW).file
    assert (file.width, file.height) == (2048, 1536)


def test_a_small_photo_is_not_blown_up():
    file = store_file(picture((100, 50)), allow=Kinds.PHOTO, at=NOW).file
    assert (file.width, file.height) == (100, 50)


def test_transparency_is_kept_where_the_format_has_it():
    out = BytesIO()
    Image.new("RGBA", (10, 10), (1, 2, 3, 0)).save(out, "PNG")
    kept = Image.open(BytesIO(read(store_file(out.getvalue(), allow=Kinds.PHOTO, at=NOW).file)))
    assert kept.mode == "RGBA" and kept.getpixel((5, 5))[3] == 0


@pytest.mark.parametrize("mode", ["L", "CMYK", "1"])
def test_other_colour_modes_become_plain(mode):
    out = BytesIO()
    Image.new(mode, (10, 10)).save(out, "PNG" if mode == "1" else "JPEG")
    kept = Image.open(BytesIO(read(store_file(out.getvalue(), allow=Kinds.PHOTO, at=NOW).file)))
    assert kept.mode == "RGB"


@pytest.mark.parametrize(
    ("content", "kind", "media_type"),
    [
        (MP4, Kinds.VIDEO, "video/mp4"),
        (box(b"ftyp", b"qt  \0\0\0\0qt  ") + SILENT[24:], Kinds.VIDEO, "video/quicktime"),
        (
            b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm",
            Kinds.VIDEO,
            "video/webm",
        ),
        (sound(place="", made=0, begin=box(b"ftyp", b"M4A \0\0\0\0")), Kinds.AUDIO, "audio/mp4"),
        (b"ID3\x03" + bytes(100), Kinds.AUDIO, "audio/mpeg"),
        (b"\xff\xfb\x90\x44" + bytes(100), Kinds.AUDIO, "audio/mpeg"),
        (b"RIFF\x24\0\0\0WAVEfmt " + bytes(100), Kinds.AUDIO, "audio/wav"),
        (b"OggS\0\x02" + bytes(100), Kinds.AUDIO, "audio/ogg"),
        (b"#!AMR\n" + bytes(100), Kinds.AUDIO, "audio/amr"),
        (PDF, Kinds.DOCUMENT, "application/pdf"),
    ],
)
def test_film_sound_and_paper_are_kept_as_they_came(content, kind, media_type):
    file = store_file(content, allow=kind, at=NOW).file
    assert (file.media_type, file.size, file.width) == (media_type, len(content), None)
    assert read(file) == content


def test_kinds_combine():
    assert store_file(MP4, allow=Kinds.PHOTO | Kinds.VIDEO, at=NOW).file.media_type == "video/mp4"


def test_the_same_bytes_are_stored_once():
    first = store_file(picture(), allow=Kinds.PHOTO, at=NOW).file
    again = store_file(picture(), allow=Kinds.PHOTO, at=NOW + timedelta(days=1)).file
    assert first.pk == again.pk and len(kept_objects()) == 1
    assert (again.created_at, again.wanted_at) == (NOW, NOW + timedelta(days=1))


def test_an_object_torn_by_a_crash_is_written_again():
    file = store_file(PDF, allow=Kinds.DOCUMENT, at=NOW).file
    kept_objects()[0].write_bytes(PDF[:10])
    store_file(PDF, allow=Kinds.DOCUMENT, at=NOW)
    assert read(file) == PDF


def test_a_write_that_fails_leaves_nothing(monkeypatch):
    monkeypatch.setattr(
        "onegrid.kit.files.folder.os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full"))
    )
    with pytest.raises(OSError, match="disk full"):
        store_file(PDF, allow=Kinds.DOCUMENT, at=NOW)
    assert StoredFile.objects.count() == 0
    assert kept_objects() == []


def test_an_upload_of_a_browser_is_read_from_its_beginning():
    upload = SimpleUploadedFile("../../etc/passwd.jpg", picture(), content_type="text/html")
    upload.read(10)
    file = store_file(upload, allow=Kinds.PHOTO, at=NOW).file
    [path] = kept_objects()
    assert path.name == file.sha256 and path.parent.name == file.sha256[:2]
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db(transaction=True)
def test_many_at_once_store_one():
    start, found, failures = threading.Barrier(6), [], []

    def send():
        try:
            start.wait()
            found.append(store_file(picture((500, 500)), allow=Kinds.PHOTO, at=NOW).file.pk)
        except Exception as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == [] and len(found) == 6 and len(set(found)) == 1
    assert StoredFile.objects.count() == 1 and len(kept_objects()) == 1


@pytest.mark.django_db(transaction=True)
def test_storing_waits_while_somebody_stores_or_prunes_the_same_bytes():
    digest = hashlib.sha256(PDF).hexdigest()
    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            lock_content(digest)
            held.set()
            done.wait(60)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(60)
    try:
        with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
            store_file(PDF, allow=Kinds.DOCUMENT, at=NOW)
        assert kept_objects() == []
    finally:
        done.set()
        holder.join()
