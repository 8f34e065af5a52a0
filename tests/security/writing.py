"""No form is taken that did not come from a page of ours, and no way back leads to another site."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.house.matrix.row import World
from tests.house.matrix.table import MATRIX
from tests.house.matrix.walking import signed_in, undone

# What needs no session, and therefore no token: it proves itself otherwise, or changes nothing.
NO_TOKEN = {
    "connectors:events": "signed by the connected system (tests/exchange/connectors)",
    "open311:post_request": "needs the key of an application; a session opens nothing (tests/exchange/open311)",
    "api:suggest_class": "open to everybody; reads only",
}
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "///evil.example",
    "javascript:alert(1)",
]
EVIL = "https://evil.example/"


def refused(_request, reason="") -> HttpResponse:
    """Instead of the page, which is drawn for its own test below and costs more than the question."""
    return HttpResponse(reason, status=403)


def test_every_address_refuses_a_form_of_another_site(world: World, settings):
    """Each address, as somebody who may do much: without the token a POST ends before anything is looked at."""
    settings.CSRF_FAILURE_VIEW = f"{__name__}.refused"
    kept = signed_in(world.streets.a.staff["shift_leader"]).cookies
    client, wrong, walked = Client(enforce_csrf_checks=True), [], 0
    for name, rows in MATRIX.items():
        for row in rows[:1]:
            client.cookies = kept
            with undone():
                answer = client.post(
                    reverse(name, kwargs=row.args(world)),
                    row.post or {},
                    headers={"origin": EVIL, "accept": "application/json"},
                )
            walked += 1
            stopped = answer.status_code in (403, 405)  # 405: an interface that only reads
            if stopped != (name not in NO_TOKEN):
                wrong.append(f"{name}: {answer.status_code}")
    assert walked > 250
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("onward", ELSEWHERE)
@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("ui:look", {"theme": "dark"}),
        ("set_language", {"language": "en"}),
        ("account_login", {"login": "a.dispatcher", "password": "OneGrid-2026"}),
        ("account_reauthenticate", {"password": "OneGrid-2026"}),
        ("account_logout", {}),
    ],
)
def test_next_leads_to_no_other_site(world: World, name, given, onward):
    for query, more in (("", {"next": onward}), (f"?next={onward}", {})):
        client = Client() if name == "account_login" else signed_in(world.streets.a.staff["dispatcher"])
        answer = client.post(reverse(name) + query, {**given, **more}, headers={"referer": onward})
        place = answer.get("Location", "/")
        assert place.startswith("/") and not place.startswith(("//", "/\\")), (name, place)


def test_no_form_sends_on_to_another_site(world: World):
    """Whatever it takes for the way back."""
    ways = dict.fromkeys(("next", "back", "return", "to", "query", "page"), EVIL)
    query = "?" + "&".join(f"{name}={value}" for name, value in ways.items())
    kept, client, wrong = signed_in(world.streets.a.staff["shift_leader"]).cookies, Client(), []
    for name, rows in MATRIX.items():
        for row in rows:
            if row.post is None:
                continue
            client.cookies = kept
            with undone():
                address = reverse(name, kwargs=row.args(world)) + query
                answer = client.post(address, {**ways, **row.post}, headers={"referer": EVIL})
            place = answer.get("Location", "/")
            if place.partition("?")[0].startswith(("http", "//", "/\\")):
                wrong.append(f"{name}: {place}")
    assert not wrong, "\n".join(wrong)
