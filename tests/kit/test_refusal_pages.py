"""What no person typed is refused in words: a NUL in the address of any page or interface."""

import pytest


@pytest.mark.parametrize(
    "url", ["/?q=a%00b", "/?a%00=b", "/follow/%00/", "/cases/?q=%00", "/cases/?state=ok&state=%00"]
)
def test_a_nul_in_the_address_is_refused_as_a_page(client, db, url):
    answer = client.get(url, HTTP_ACCEPT="text/html", HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 400
    assert "NUL" in answer.content.decode() and "nul_character" in answer.content.decode()


def test_a_nul_is_refused_as_a_problem_document(client, db):
    answer = client.get("/api/v1/addresses?q=%00")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["code"] == "nul_character"


def test_a_space_is_no_nul(client, db):
    assert client.get("/?q=a%20b").status_code == 200
