"""Lifecycles a second over HTTP: create → dispatch → close → search, by eight clients on the pages people use.

The shortest lawful way of a matter that needs a unit is the whole way: a resident reports, the grid worker verifies,
the shift leader files under a class and its condition, the dispatcher sends it by the dispatch list, the unit feeds
back, the worker checks, the shift leader closes, and the shift leader finds it by its number: eight requests, each
with its session, by the person whose step it is. Web, relay, jobs, live process, database and clients share the
machine. Taken at the numbers of cases in BENCH_CASES=10000,100000,1000000, filled up as by `demo load --cases`.

Floor, in the same run: the rows of such a lifecycle by bare psycopg, by as many clients: for each step one
transaction that locks the case, updates it, and inserts step, clock, notice and two facts; at the end the search.
Its rows are copies and stay in the bench's database: their timelines do not verify.
"""

import contextlib
import os
import secrets
import threading
import time
from collections.abc import Callable
from functools import partial

import psycopg
from django.db import connection
from django.utils import timezone

from bench.intake import copy_of
from bench.report import Report
from bench.serving import Client, served, signed_in
from onegrid.accounts.identity.models import Posting, User
from onegrid.cases.catalog.models import Standard
from onegrid.cases.catalog.queries import class_by_id, route
from onegrid.cases.flow.models import Case
from onegrid.console.demo import _fill
from onegrid.demo.seeds import DEFAULT_SEED
from onegrid.kit.facts.relay import connect_raw
from onegrid.places.areas.models import Area

CLIENTS = 8
SECONDS = 20.0
STEPS = ("verify", "file", "dispatch", "handle", "check", "close")


def run(report: Report) -> None:
    sizes = [int(size) for size in os.environ.get("BENCH_CASES", "10000").split(",")]
    for size in sizes:
        _fill(size, DEFAULT_SEED)
        cast = Cast()
        with served() as (port, _supervisor):
            cast.through(Client(port))  # one alone, so that everything is warm
            made, seconds, each = together(partial(cast.through_with, port))
        bare, bare_seconds, _each = together(_bare)
        report.add(
            "lifecycle over HTTP, 8 requests", Case.objects.count(), made / seconds, "lifecycles/s",
            floor=bare / bare_seconds, seconds=each,
        )  # fmt: skip


class Cast:
    """The people of the demo street, and a matter that goes all the way through their hands."""

    def __init__(self) -> None:
        people = {
            user.username: user
            for user in User.objects.filter(username__in=["worker", "shift", "dispatcher"])
        }
        self.session = {name: signed_in(user) for name, user in people.items()}
        own = Posting.objects.filter(user=people["worker"], kind="grid_worker").select_related("area").first()
        grid = own.area if own and own.area else Area.objects.filter(kind="grid").exclude(centre=None)[0]
        self.lon, self.lat = grid.centre.x, grid.centre.y
        self.standard = Standard.objects.filter(case_class__kind="event", case_class__code="06001")[0]
        self.unit: int | None = None
        self.officers: dict[str, str] = {}

    def through_with(self, port: int) -> Callable[[], object]:
        client = Client(port)
        return lambda: self.through(client)

    def through(self, client: Client) -> str:
        number = client.report(
            self.lon, self.lat, f"垃圾没有清运 {secrets.token_hex(4)}", secrets.token_hex(16)
        )
        self.step(client, number, 1, "verify", "worker", "work", found="yes")
        matter = self.standard.case_class_id
        self.step(client, number, 2, "file", "shift", class_id=matter, standard_id=self.standard.pk)
        self.step(client, number, 3, "dispatch", "dispatcher", unit_id=self.unit_of(number))
        self.step(client, number, 4, "handle", self.officer(), words="已清运")
        self.step(client, number, 5, "check", "worker", "work")
        self.step(client, number, 6, "close", "shift")
        status, _where, body = client.ask("GET", f"/cases/?q={number}", session=self.session["shift"])
        assert status == 200 and number.encode() in body, "the case is not found by its number"
        return number

    def step(
        self,
        client: Client,
        number: str,
        version: int,
        verb: str,
        who: str,
        where: str = "cases",
        **given: object,
    ) -> None:
        path = f"/{where}/{number}/{verb}/"
        form = {"version": version} | given
        status, at, body = client.ask("POST", path, form, self.session[who])
        assert status == 302 and number not in at, (verb, who, status, at, body[-3000:].decode()[:600])

    def unit_of(self, number: str) -> int:
        if self.unit is None:
            case = Case.objects.get(number=number)
            found = route(class_by_id(self.standard.case_class_id), case.area_path, timezone.now())
            self.unit = found.organisation.pk
        return self.unit

    def officer(self) -> str:
        if "officer" not in self.session:
            may = User.objects.filter(
                grants__organisation=self.unit, grants__role__permissions__contains=["cases.handle"]
            )
            post = Posting.objects.filter(organisation=self.unit, kind="officer").select_related("user")
            self.session["officer"] = signed_in(may.first() or post[0].user)
        return "officer"


def together(begin: Callable[[], Callable[[], object]]) -> tuple[int, float, list[float]]:
    """`begin()` gives each of CLIENTS a piece of work; it is repeated for SECONDS: (how often, seconds, each)."""
    each: list[float] = []
    failed: list[BaseException] = []
    gate, until = threading.Barrier(CLIENTS + 1), [0.0]

    def client() -> None:
        try:
            work = begin()
            gate.wait()
            while time.perf_counter() < until[0]:
                start = time.perf_counter()
                work()
                each.append(time.perf_counter() - start)
        except BaseException as failure:
            failed.append(failure)
            gate.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    until[0] = time.perf_counter() + SECONDS
    with contextlib.suppress(threading.BrokenBarrierError):
        gate.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return len(each), time.perf_counter() - start, each


def _bare() -> Callable[[], object]:
    """The rows of one lifecycle, and nothing else: no rule, no look-up, no Django."""
    model = Case.objects.filter(state="closed").order_by("-pk").values_list("pk", flat=True)[0]
    raw: psycopg.Connection = connect_raw("bench")
    copies = {
        table: copy_of(table).replace("%s::int", "1")
        for table in ("cases_case", "cases_step", "cases_stageclock", "accounts_notice", "kit_factrow")
    }

    def work() -> None:
        with raw.transaction():
            made = raw.execute(copies["cases_case"] + " RETURNING id, number", [model], prepare=True)
            new, number = made.fetchone() or (0, "")
            for table in ("cases_step", "cases_stageclock", "accounts_notice", "kit_factrow", "kit_factrow"):
                raw.execute(copies[table], [model], prepare=True)
        for _step in STEPS:
            with raw.transaction():
                raw.execute("SELECT * FROM cases_case WHERE id = %s FOR UPDATE", [new], prepare=True)
                raw.execute(
                    "UPDATE cases_case SET version = version + 1, stepped_at = now(), due_at = now() WHERE id = %s",
                    [new], prepare=True,
                )  # fmt: skip
                for table in (
                    "cases_step",
                    "cases_stageclock",
                    "accounts_notice",
                    "kit_factrow",
                    "kit_factrow",
                ):
                    raw.execute(copies[table], [model], prepare=True)
        raw.execute(
            "SELECT * FROM cases_case WHERE upper(number || ' ' || text || ' ' || address) LIKE %s LIMIT 21",
            [f"%{number}%"],
        ).fetchall()

    return work
