"""Film and sound: judged inside, rid of place and time, whole or refused."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from hypothesis import given, strategies

from onegrid.kit.errors import Refused
from onegrid.kit.files import Kinds, kind_of, limits_in_words, store_file
from onegrid.kit.files.films import EPOCH
from onegrid.kit.files.models import StoredFile
from tests.films import FTYP, MADE, PLACE, box, film, header, sound, track, wave

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
SEEN_OR_HEARD = Kinds.VIDEO | Kinds.AUDIO


def stored_bytes(file) -> bytes:
    with default_storage.open(file.object_name) as source:
        return source.read()


@pytest.mark.django_db
def test_a_film_of_a_phone_keeps_its_pictures_and_loses_where_and_when():
    original = film()
    stored = store_file(original, allow=SEEN_OR_HEARD, at=NOW)
    assert (stored.file.media_type, stored.file.kind, stored.file.size) == (
        "video/mp4",
        "video",
        len(original),
    )
    assert stored.taken_point == (118.0245, 37.3849)
    assert stored.taken_at == EPOCH + timedelta(seconds=MADE)
    kept = stored_bytes(stored.file)
    assert bytes(range(256)) in kept and len(kept) == len(original)
    assert PLACE.encode() not in kept and b"udta" not in kept and MADE.to_bytes(4) not in kept
    again = store_file(film(), allow=SEEN_OR_HEARD, at=NOW)
    assert again.file == stored.file and StoredFile.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "allow", "media_type"),
    [
        (sound(), SEEN_OR_HEARD, "audio/mp4"),  # begins like a film
        (sound(), Kinds.AUDIO, "audio/mp4"),
        (film(begin=box(b"ftyp", b"qt  \0\0\0\0qt  ")), Kinds.VIDEO, "video/quicktime"),
        (
            film(begin=box(b"ftyp", b"M4A \0\0\0\0")),
            Kinds.VIDEO,
            "video/mp4",
        ),  # it has a picture all the same
        (wave(), Kinds.AUDIO, "audio/wav"),
    ],
)
def test_what_is_inside_decides(content, allow, media_type):
    assert store_file(content, allow=allow, at=NOW).file.media_type == media_type
    assert kind_of(content) == (Kinds.AUDIO if media_type.startswith("audio/") else Kinds.VIDEO)


MOOV = box(b"moov", header(b"mvhd"), track(b"vide"))
BROKEN = [
    FTYP + bytes(500),  # nothing inside
    FTYP + box(b"mdat", bytes(9)),  # pictures that nobody can find
    FTYP + MOOV,  # no pictures
    film()[:-300],  # cut off
    FTYP + box(b"moov", box(b"trak", b"\xff\xff\xff\xfftkhd")) + box(b"mdat"),  # larger than what holds it
    FTYP + b"\0\0\0\x04free",  # smaller than itself
    FTYP + box(b"moov", header(b"mvhd"), track(b"text")) + box(b"mdat"),  # neither seen nor heard
    FTYP + box(b"free") * 5_000,
    FTYP + box(b"moov", box(b"mvhd", bytes(6)), track(b"vide")) + box(b"mdat"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("content", BROKEN)
def test_what_is_no_whole_film_is_refused_and_nothing_is_kept(content):
    with pytest.raises(Refused) as refusal:
        store_file(content, allow=SEEN_OR_HEARD, at=NOW)
    assert refusal.value.code == "broken_recording" and not StoredFile.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "allow", "code"),
    [
        (film(), Kinds.AUDIO, "unsupported_file"),
        (sound(), Kinds.VIDEO, "unsupported_file"),
        (film(pixels=b"PK\x05\x06" + bytes(18)), Kinds.VIDEO, "unsupported_file"),  # an archive as well
        (FTYP + b"<script>alert(1)</script>" + film(), Kinds.VIDEO, "unsupported_file"),
        (b"<html>" + film(), Kinds.VIDEO, "unsupported_file"),
        (b"MZ" + bytes(99), SEEN_OR_HEARD, "unsupported_file"),
        (b"", SEEN_OR_HEARD, "empty_file"),
    ],
)
def test_what_pretends(content, allow, code):
    with pytest.raises(Refused) as refusal:
        store_file(content, allow=allow, at=NOW)
    assert refusal.value.code == code and not StoredFile.objects.exists()


@pytest.mark.django_db
def test_sound_in_the_container_of_a_film_has_the_limit_of_sound(settings):
    settings.FILE_BYTES = settings.FILE_BYTES | {"audio": 100}
    with pytest.raises(Refused) as refusal:
        store_file(sound(), allow=SEEN_OR_HEARD, at=NOW)
    assert refusal.value.code == "file_too_large" and not StoredFile.objects.exists()


@given(strategies.binary(max_size=400), strategies.integers(0, 500))
def test_any_bytes_are_judged_without_an_accident(noise, place):
    whole = film()
    for content in (FTYP + noise, whole[:place] + noise + whole[place:]):
        assert kind_of(content) in (None, Kinds.VIDEO, Kinds.AUDIO)


def test_the_limits_are_said(settings):
    settings.FILE_BYTES = {"photo": 15 * 1024**2, "video": 80 * 1024**2, "audio": 20 * 1024**2}
    words = limits_in_words(Kinds.PHOTO | Kinds.VIDEO | Kinds.AUDIO)
    assert words == "photos (JPEG, PNG, WebP) to 15 MB, videos to 80 MB, sound to 20 MB"
