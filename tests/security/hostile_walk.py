"""Hostile requests to every address of the kept world: a few dozen, or as many as HOSTILE_COUNT says."""

import os
import sys
import traceback
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from django.core.signals import got_request_exception
from django.test import Client
from django.urls import reverse

from onegrid.accounts.identity.models import User
from tests.house.matrix.row import World
from tests.house.matrix.table import MATRIX
from tests.house.matrix.walking import expected, signed_in, undone
from tests.security.hostile import Maker, Sent, encoded, fields_of, made_up, walk, words_of_code

COUNT = int(os.environ.get("HOSTILE_COUNT", "60"))
SEED = int(os.environ.get("HOSTILE_SEED", "20261126"))
READS = ["GET"]
BOTH = ["GET", "POST", "POST"]


@dataclass
class Target:
    """An address, what it can be asked, and who asks: somebody who may, somebody of the other street, nobody."""

    name: str
    address: str
    values: list[str]
    methods: list[str]
    people: list[str]
    names: list[str] = field(default_factory=words_of_code)
    fields: dict[str, str] = field(default_factory=dict)
    page: tuple[str, str] | None = None  # who reads it, and its query; None: read, or none

    @property
    def api(self) -> bool:
        return self.name.startswith(("api:", "open311:", "connectors:"))


ASKING = ["district.operator", "a.shift_leader", "a.community_clerk", "a.grid_worker", "a.property_clerk", "a.leader",
          "district.data_officer", "a.dispatcher", "district.department_officer"]  # fmt: skip


class Town:
    """The kept world as somebody to send requests to; what each wrote is undone."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.kept: dict[str, Any] = {"nobody": None}
        self.client = Client(raise_request_exception=False)
        self.failure = ""
        got_request_exception.connect(self.remember)

    def remember(self, **_more: Any) -> None:
        self.failure = traceback.format_exc(limit=-4)

    def cookies(self, who: str) -> Any:
        if who not in self.kept:
            streets = self.world.streets
            people = {
                user.username: user for street in (streets.a, streets.b) for user in street.staff.values()
            }
            people |= {user.username: user for user in streets.staff.values()}
            self.kept[who] = signed_in(people[who]).cookies
        return self.kept[who]

    def send(self, sent: Sent) -> tuple[int, str]:
        kept = self.cookies(sent.who)
        self.client.cookies = SimpleCookie(kept.output(header="", sep=";") if kept else "")
        headers = {
            name: value for name, value in sent.headers.items() if name not in ("content-type", "cookie")
        }
        more = {"HTTP_COOKIE": sent.headers["cookie"]} if "cookie" in sent.headers else {}
        body, kind = encoded(sent)
        self.failure = ""
        with undone():
            answer = self.client.generic(
                sent.method, sent.path, body, sent.headers.get("content-type", kind), headers=headers, **more
            )
            if answer.streaming:
                b"".join(answer.streaming_content)
        return answer.status_code, self.failure


def targets(town: Town) -> list[Target]:
    """Each row of the matrix, with somebody whom it answers; the fields of its forms are read when it is used."""
    found = []
    people = list(User.objects.filter(username__in=ASKING).prefetch_related("grants__role"))
    people.sort(key=lambda user: ASKING.index(user.username))
    for name, rows in MATRIX.items():
        for row in rows:
            args = row.args(town.world)
            answered = [user.username for user in people if expected(row, user, program=False) == "answer"]
            target = Target(
                name, reverse(name, kwargs=args), [str(value) for value in args.values()],
                READS if row.post is None and name.startswith("api:") else BOTH,
                ["nobody", "b.dispatcher", *answered[:1] * 6],
                fields={key: str(value) for key, value in (row.post or {}).items()},
            )  # fmt: skip
            target.page = None if row.post is not None else (answered[0] if answered else "nobody", row.query)
            found.append(target)
    return found


def with_fields(town: Town, target: Target) -> Target:
    """The names of what its page sends, from the page."""
    if target.page is not None:
        who, query = target.page
        target.page = None
        target.fields |= fields_of(look(town, who, target.address + query)[1])
    return target


def look(town: Town, who: str, address: str) -> tuple[int, bytes]:
    kept = town.cookies(who)
    client = Client(raise_request_exception=False)
    if kept:
        client.cookies = kept
    with undone():
        answer = client.get(address)
        return answer.status_code, b"" if answer.streaming else answer.content


def test_made_up_requests_never_end_in_a_fault_of_ours(world: World, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440  # as it runs
    town = Town(world)
    requests = made_up(Maker(SEED), targets(town), COUNT, lambda target: with_fields(town, target))
    report = walk(requests, town.send)
    told = ", ".join(f"{status}: {count}" for status, count in sorted(report.statuses.items()))
    sys.stdout.write(f"\n{COUNT} hostile requests, seed {SEED}: {told}\n")
    assert not report.faults, f"{len(report.faults)} of {COUNT}\n" + "\n".join(report.faults[:20])
    assert report.statuses.get(200, 0) > COUNT / 20  # not everything ends at the door
