"""Work lists: the page over HTTP, the reading alone, and its bare SQL, for people who see little and much.

For each person and list: p50 and p95 of the page by one client on a kept connection (web, relay, jobs and database
share the machine), lists a second, and as the floor the very statements that the reading of the page sends
(`case_page`: rights of the scope, keys, rows), by bare psycopg on one connection without Django, in the same run.
Numbers of cases in BENCH_CASES=10000,100000,1000000, filled up as by `demo load --cases`. At the end every plan of
these statements is looked at: a sequential scan of the cases is an error.
"""

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.report import Report
from bench.serving import Client, served, signed_in
from onegrid.accounts.identity.models import User
from onegrid.cases.flow.models import Case, Channel
from onegrid.cases.flow.queries import visible
from onegrid.cases.flow.queries.filters import Clock, Filters, Sort, Whose
from onegrid.cases.flow.queries.lists import case_page
from onegrid.cases.flow.rules import State
from onegrid.console.demo import _fill
from onegrid.demo.seeds import DEFAULT_SEED
from onegrid.kit.facts.relay import connect_raw

ROUNDS = 40
# of the demo city when it is there, else of the demo street
PEOPLE = ("city.worker", "city.clerk", "city.shift", "city.dispatcher", "city.officer", "city.leader")
STREET_PEOPLE = ("worker", "clerk", "shift", "dispatcher", "officer")


def run(report: Report) -> None:
    for size in [int(size) for size in os.environ.get("BENCH_CASES", "10000").split(",")]:
        _fill(size, DEFAULT_SEED)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE cases_case")
        total = Case.objects.count()
        with served() as (port, _supervisor):
            for user in _people():
                _measure(report, Client(port), user, total)


def _people() -> list[User]:
    found = {user.username: user for user in User.objects.filter(username__in=PEOPLE + STREET_PEOPLE)}
    city = [found[name] for name in PEOPLE if name in found]
    return city or [found[name] for name in STREET_PEOPLE if name in found]


def lists_of(user: User) -> Iterator[tuple[str, Filters, bool]]:
    """What people open: name, filters, and whether it is the second page."""
    some = visible(user).order_by("-id").first()
    text = some.text if some else "路灯不亮"
    yield "all", Filters(), False
    yield "all, second page", Filters(), True
    yield "open by due time", Filters(open=True, sort=Sort.DUE), False
    yield "closed", Filters(state=State.CLOSED), False
    yield "with my unit", Filters(whose=Whose.UNIT), False
    yield "overdue", Filters(clock=Clock.OVERDUE, sort=Sort.DUE), False
    yield "due soon", Filters(clock=Clock.SOON, sort=Sort.DUE), False
    yield "one channel", Filters(channel=Channel.HOTLINE), False
    yield "word of two signs", Filters(q=text[:2]), False
    yield "word of two signs, not there", Filters(q="龘靐"), False
    yield "word of four signs", Filters(q=text[:4]), False
    yield "word of four signs, not there", Filters(q="龘靐龘靐"), False
    yield "number", Filters(q=some.number if some else "YW20261122-00001230"), False


def _measure(report: Report, client: Client, user: User, total: int) -> None:
    session = signed_in(user)
    for name, filters, second in lists_of(user):
        key = _second(user, filters) if second else ""
        address = f"/cases/{filters.address()}" + (f"&after={key}" if key else "")

        def page(address: str = address) -> None:
            status, _where, _body = client.ask("GET", address, session=session)
            assert status == 200, (address, status)

        def reading(filters: Filters = filters, key: str = key) -> None:
            case_page(viewer=_anew(user), filters=filters, at=timezone.now(), after=key)

        with CaptureQueriesContext(connection) as sent:
            reading()
        statements = [query["sql"] for query in sent.captured_queries]
        floor, each = _each(_bare(statements)), _each(page)
        report.add(
            f"page: {name}, {user.username}", total, ROUNDS / sum(each), "lists/s", floor=ROUNDS / sum(floor),
            seconds=each,
        )  # fmt: skip
        read = _each(reading)
        report.add(
            f"reading: {name}, {user.username}", total, ROUNDS / sum(read), "lists/s", floor=ROUNDS / sum(floor),
            seconds=read,
        )  # fmt: skip
        _no_sequential_scan(name, user, statements)


def _anew(user: User) -> User:
    """A user whose rights are read again, as at each request."""
    return User.objects.get(pk=user.pk)


def _second(user: User, filters: Filters) -> str:
    return case_page(viewer=user, filters=filters, at=timezone.now()).later or ""


def _each(work: Callable[[], Any]) -> list[float]:
    work()
    durations = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        work()
        durations.append(time.perf_counter() - start)
    return durations


def _bare(statements: list[str]) -> Callable[[], None]:
    raw: psycopg.Connection = connect_raw("bench")

    def work() -> None:
        for statement in statements:
            raw.execute(statement).fetchall()

    return work


def _no_sequential_scan(name: str, user: User, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(f"EXPLAIN {statement}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            if "Seq Scan on cases_case" in plan and Case.objects.count() > 50_000:
                raise SystemExit(f"{name} of {user.username} reads the whole table:\n{statement}\n{plan}")
