"""Every page of every role over HTTP by one client: those of docs/screens/pages.py, as their people open them, and
what screens ask for by themselves (the command screen's feed). p50 and p95 of the HTML alone; no browser.

No floor: a page has none but the statements it sends. It is measured to see which page grows with the cases.

`onegrid bench roles --cases 1000000` (`--only desk,oversee`: names that begin so)
"""

import os
import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from http.client import HTTPException
from urllib.parse import urljoin

from django.core.exceptions import ObjectDoesNotExist

from bench.report import Report
from bench.serving import Client, served, signed_in
from bench.street import furnished
from docs.screens.known import Known
from docs.screens.pages import PAGES, Way
from onegrid.accounts.identity.models import User

ROUNDS = 10
ASKED_BY_SCRIPT = {
    "command:now": Way("dispatcher", "/command/now/"),
    "command:points": Way("dispatcher", "/command/points/"),
    "staff:inbox_news": Way("dispatcher", "/staff/inbox/news/"),
    "desk:beside": Way("shift", "/cases/{closed}/beside/"),
}
LOST = (LookupError, ObjectDoesNotExist, OSError, HTTPException)  # no link, nobody, no answer in time
CONDITION = re.compile(r"\[href(?P<how>[\^$*]?)='(?P<piece>[^']*)'\]")
PLACE = re.compile(r"nth-child\((\d+)\)")


def run(report: Report) -> None:
    for size in [int(size) for size in os.environ.get("BENCH_CASES", "10000").split(",")]:
        total, words = furnished(size), Known()
        with served() as (port, _supervisor):
            visitor, lost = Visitor(port, words), 0
            for name, way in _pages():
                try:
                    where = visitor.reached(way)
                    each = visitor.timed(way.user, where)
                except LOST as reason:  # one page that is lost does not cost the others
                    print(f"{name}: {reason or type(reason).__name__}", flush=True)
                    lost += 1
                    continue
                report.add(name, total, len(each) / sum(each), "pages/s", seconds=each)
            report.add("pages that were lost", total, lost, "")


def _pages() -> Iterator[tuple[str, Way]]:
    begins = tuple(filter(None, os.environ.get("BENCH_ONLY", "").split(",")))
    for name, way in {**PAGES, **ASKED_BY_SCRIPT}.items():
        if not begins or name.startswith(begins):
            yield name, way


class Visitor:
    """One client with a session for each person."""

    def __init__(self, port: int, words: dict[str, object]) -> None:
        self.client, self.words = Client(port), words
        self.sessions: dict[str, str] = {"": ""}

    def reached(self, way: Way) -> str:
        """The address at the end of the way, by its links."""
        where = way.start.format_map(self.words)
        for link in way.links:
            found = hrefs_for(link, hrefs_of(self.asked(way.user, where)))
            if found is None:
                raise LookupError(f"{where} has no link {link}")
            where = urljoin(where, found)
        return where

    def timed(self, user: str, where: str) -> list[float]:
        self.asked(user, where)
        durations = []
        for _round in range(ROUNDS):
            begun = time.perf_counter()
            self.asked(user, where)
            durations.append(time.perf_counter() - begun)
        return durations

    def asked(self, user: str, where: str) -> str:
        if user not in self.sessions:
            self.sessions[user] = signed_in(User.objects.get(username=user))
        status, at, body = self.client.ask("GET", where, session=self.sessions[user])
        if status != 200:
            raise LookupError(f"{where} answers {status} {at}")
        return body.decode()


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.main, self.found = False, list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "main":
            self.main = True
        href = dict(attrs).get("href")
        if self.main and tag == "a" and href:
            self.found.append(href)

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self.main = False


def hrefs_of(page: str) -> list[str]:
    """Where the links of its main part lead."""
    links = _Links()
    links.feed(page)
    return links.found


def hrefs_for(selector: str, hrefs: list[str]) -> str | None:
    """The link that a selector of docs/screens/pages.py means: what its conditions on `href` say; of its places only
    "last-child" (the last that fits) and "nth-child(4)" (the fourth, or the last)."""
    choices = [CONDITION.findall(choice) for choice in selector.split(", ")]
    fitting = [href for href in hrefs if any(_fits(href, choice) for choice in choices)]
    fitting = list(dict.fromkeys(fitting))
    if not fitting:
        return None
    if place := PLACE.search(selector):
        return fitting[min(int(place[1]), len(fitting)) - 1]
    return fitting[-1 if "last-child" in selector else 0]


def _fits(href: str, conditions: list[tuple[str, str]]) -> bool:
    ways = {"": href.__eq__, "^": href.startswith, "$": href.endswith, "*": href.__contains__}
    return bool(conditions) and all(ways[how](piece) for how, piece in conditions)
