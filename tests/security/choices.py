"""What a form did not offer is not taken: a choice of another street, named in a list of one's own page."""

import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.urls import reverse

from onegrid.accounts.identity.models import User
from tests.house.matrix.row import World
from tests.house.matrix.table import MATRIX
from tests.house.matrix.walking import browser, signed_in, undone
from tests.security.other_streets import BY_AREA, BY_ORG, FREE, WHOLE
from tests.security.records import of_a
from tests.security.uploads import Form, Forms

HIDDEN = {"key", "request_key", "version", "seen_version", "csrfmiddlewaretoken"}


class Choices(HTMLParser):
    """Values that the page offers for each name, wherever a number is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.offered: dict[str, set[str]] = {}
        self.asked: set[str] = set()  # of forms that only narrow what is shown
        self.select, self.method = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.method = given.get("method", "get").lower()
        if name and self.method == "get":
            self.asked.add(name)
        if tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            self._offer(self.select, given.get("value", ""))
        elif tag == "input" and name and given.get("type") in ("radio", "checkbox", "hidden"):
            self._offer(name, given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""

    def _offer(self, name: str, value: str) -> None:
        if value.isdecimal():
            self.offered.setdefault(name, set()).add(value)


def of_street_a(world: World) -> set[str]:
    a = world.streets.a
    rows = [
        a.grids[0],
        a.communities[0],
        a.area,
        a.stations[0],
        a.office,
        a.staff["grid_worker"],
        a.staff["leader"],
    ]
    return {str(row.pk) for row in rows}


def pages(world: World) -> Iterator[tuple[str, str]]:
    of_a()
    for name, rows in MATRIX.items():
        for row in rows:
            if (
                row.post is None
                and not row.public
                and not name.startswith(("api:", "open311:", "account_", "mfa_"))
            ):
                args = row.args(world)
                if not set(args) - FREE:
                    yield name, reverse(name, kwargs=args) + row.query


@pytest.mark.skipif(not WHOLE, reason="SECURITY_WHOLE=1: half a minute for what the matrix shows in part")
def test_what_a_form_did_not_offer_is_not_taken(world: World):
    """By each role of street B, in each list of its forms, each thing of street A that the list does not hold."""
    wrong, walked, sent = [], 0, set()
    for username in [*BY_AREA, *BY_ORG]:
        kept = signed_in(User.objects.get(username=username)).cookies
        for to, form, field, value in strange_choices(world, kept, sent):
            walked += 1
            with undone():
                answer = browser(kept).post(
                    to, {**form.fields, field: value}, headers={"accept": "text/html"}
                )
            if answer.status_code < 400:
                wrong.append(f"{username} {to} {field}={value}: {answer.status_code}")
    sys.stdout.write(f"\n{walked} choices that were not offered\n")
    assert not wrong, "\n".join(wrong)
    assert walked > 20


def strange_choices(
    world: World, kept: Any, sent: set[tuple[str, str]]
) -> Iterator[tuple[str, Form, str, str]]:
    for _name, address in pages(world):
        with undone():
            answer = browser(kept).get(address, headers={"accept": "text/html"})
            page = b"" if answer.streaming or answer.status_code != 200 else answer.content
        if b"<form" not in page:
            continue
        reader, choices = Forms(), Choices()
        reader.feed(page.decode())
        choices.feed(page.decode())
        for form in reader.forms:
            to = form.action or address
            for field in sorted(set(form.fields) & set(choices.offered) - HIDDEN - choices.asked):
                if (to, field) in sent:
                    continue
                sent.add((to, field))
                for value in of_street_a(world) - choices.offered[field]:
                    yield to, form, field, value
