import pytest
from django.core.files.storage import default_storage
from django.test import RequestFactory

from onegrid.kit.errors import Unavailable
from onegrid.kit.files import Kinds, file_answer, store_file
from onegrid.kit.ui.headers import ContentPolicy
from tests.films import SILENT

from .conftest import NOW, picture

FILM = SILENT
pytestmark = pytest.mark.django_db


@pytest.fixture
def film():
    return store_file(FILM, allow=Kinds.VIDEO, at=NOW).file


def ask(file, method="get", **headers):
    request = getattr(RequestFactory(), method)("/", headers=headers)
    answer = ContentPolicy(lambda request: file_answer(file, request))(request)
    return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_whole_film(film):
    answer, body = ask(film)
    assert (answer.status_code, body) == (200, FILM)
    assert answer["Content-Type"] == "video/mp4"
    assert answer["Content-Length"] == str(len(FILM))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].endswith(
        "; sandbox"
    )  # the site's own policy does not replace it
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["Content-Disposition"] == f'inline; filename="{film.sha256[:12]}.mp4"'
    assert answer["Accept-Ranges"] == "bytes"


def test_head_says_the_same_without_a_body(film):
    answer, body = ask(film, "head")
    assert (answer.status_code, answer["Content-Length"], body) == (200, str(len(FILM)), b"")


def test_papers_are_downloaded():
    paper = store_file(b"%PDF-1.4\n%%EOF\n", allow=Kinds.DOCUMENT, at=NOW).file
    assert ask(paper)[0]["Content-Disposition"].startswith("attachment")


def test_what_the_browser_has_is_not_sent_again():
    photo = store_file(picture(), allow=Kinds.PHOTO, at=NOW).file
    etag = ask(photo)[0]["ETag"]
    for known in (etag, f'W/{etag}, "other"', "*"):
        answer, body = ask(photo, **{"If-None-Match": known})
        assert (answer.status_code, body, answer["ETag"]) == (304, b"", etag)
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert ask(photo, **{"If-None-Match": '"other"'})[0].status_code == 200


LAST = len(FILM) - 1


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=100-", 100, LAST),
        ("bytes=-5", LAST - 4, LAST),
        ("bytes=-99999", 0, LAST),
        ("bytes=10-99999", 10, LAST),
    ],
)
def test_a_part_of_the_film(film, asked, first, last):
    answer, body = ask(film, Range=asked)
    assert (answer.status_code, body) == (206, FILM[first : last + 1])
    assert answer["Content-Range"] == f"bytes {first}-{last}/{len(FILM)}"
    assert answer["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("asked", [f"bytes={len(FILM)}-", "bytes=99999-100000", "bytes=-0"])
def test_a_part_that_is_not_there(film, asked):
    answer, body = ask(film, Range=asked)
    assert (answer.status_code, body, answer["Content-Range"]) == (416, b"", f"bytes */{len(FILM)}")


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=0-1,5-6",
        "pages=1-2",
        "bytes=9-2",
        "bytes=-",
        "bytes=a-b",
        f"bytes={'9' * 5_000}-",
        f"bytes=0-{'9' * 5_000}",
        "bytes=٣-٤",
    ],
)
def test_a_range_we_do_not_understand_gives_the_whole(film, asked):
    answer, body = ask(film, Range=asked.encode().decode("latin-1"))
    assert (answer.status_code, body) == (200, FILM)


def test_a_range_of_another_version_gives_the_whole(film):
    assert ask(film, Range="bytes=0-0", **{"If-Range": '"older"'})[0].status_code == 200
    assert ask(film, Range="bytes=0-0", **{"If-Range": f'"{film.sha256}"'})[0].status_code == 206


def test_a_missing_object_is_an_answer_not_a_broken_stream(film):
    default_storage.delete(film.object_name)
    with pytest.raises(Unavailable) as refusal:
        ask(film)
    assert refusal.value.code == "file_missing"
