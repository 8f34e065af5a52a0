"""Too much is refused by its announced length, before a byte of it is read."""

import pytest
from django.conf import settings


class Unreadable:
    def read(self, *_size):
        raise AssertionError("the body was read")

    readline = read


def sent(client, path: str, length: str):
    return client.generic(
        "POST",
        path,
        b"",
        "multipart/form-data; boundary=x",
        CONTENT_LENGTH=length,
        HTTP_ACCEPT_LANGUAGE="en",
        HTTP_ACCEPT="text/html",
        **{"wsgi.input": Unreadable()},
    )


@pytest.mark.parametrize("length", [str(settings.BODY_BYTES + 1), "9" * 5_000])
@pytest.mark.parametrize("path", ["/report/", "/accounts/login/", "/nowhere/"])
def test_a_stranger_cannot_send_more_than_six_photos(client, db, path, length):
    client.handler.enforce_csrf_checks = True
    answer = sent(client, path, length)
    assert answer.status_code == 413 and "91 MB" in answer.content.decode()


@pytest.mark.parametrize(("path", "kind"), [("/report/", "text/html"), ("/api/v1/cases", "problem+json")])
def test_what_a_proxy_turned_away_gets_its_words_here(client, db, path, kind):
    """As nginx asks: the address and the method that were meant, without the body and its length."""
    client.handler.enforce_csrf_checks = True
    answer = client.generic("POST", path, b"", HTTP_X_BODY_REFUSED="1", HTTP_ACCEPT="text/html")
    assert answer.status_code == 413 and kind in answer["Content-Type"]
    assert "91 MB" in answer.content.decode()


@pytest.mark.parametrize("length", ["", "-1", "many"])
def test_a_length_must_be_announced(client, db, length):
    client.handler.enforce_csrf_checks = True
    answer = sent(client, "/report/", length)
    assert answer.status_code == 411 and "length_needed" in answer.content.decode()


def test_programs_get_a_problem_document(client, db):
    answer = sent(client, "/api/v1/addresses", str(settings.BODY_BYTES + 1))
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")


def test_areas_have_a_limit_of_their_own(client, db):
    assert sent(client, settings.OWN_BODY_BYTES[0], str(settings.BODY_BYTES + 1)).status_code == 302
