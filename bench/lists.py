"""Work lists over HTTP by one client, for people who see a grid, a community, a street and a unit.

For each kind of list: lists a second over all those people, p50 and p95 of one answer, as the page with its tabs,
counts and filters, and by JSON (web, relay, jobs and database share the machine). The floor: the statements that
reading the list sends (`case_page`: scope, keys, rows) by bare psycopg on one connection, in the same run. The leader
comes in rows of his own: the goal of 60 ms is an ordinary user's. BENCH_CASES=10000,100000,1000000 fills up as
`demo load --cases` does. A plan that reads all cases in sequence is an error.

`onegrid bench lists --cases 1000000`
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.report import Report
from bench.serving import Client, served, signed_in
from bench.street import furnished
from onegrid.accounts.identity.models import User
from onegrid.cases.flow.models import Channel
from onegrid.cases.flow.queries import visible
from onegrid.cases.flow.queries.filters import Clock, Filters, Sort, Whose
from onegrid.cases.flow.queries.lists import case_page
from onegrid.cases.flow.rules import State
from onegrid.kit.facts.relay import connect_raw

ROUNDS = 20
ORDINARY = ("worker", "clerk", "shift", "dispatcher", "officer")
LEADER = "leader"
MANY = 50_000  # from this many cases on no plan may read them all


@dataclass
class Taken:
    """Seconds of each page, of the same list by JSON, and of its bare statements."""

    pages: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    floors: list[float] = field(default_factory=list)


def run(report: Report) -> None:
    for size in [int(size) for size in os.environ.get("BENCH_CASES", "10000").split(",")]:
        total = furnished(size)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE cases_case")
        people = {user.username: user for user in User.objects.filter(username__in=[*ORDINARY, LEADER])}
        with served() as (port, _supervisor):
            client = Client(port)
            for who, names in (("", ORDINARY), (", the leader", (LEADER,))):
                _report(report, client, [people[name] for name in names if name in people], who, total)


def _report(report: Report, client: Client, people: list[User], who: str, total: int) -> None:
    taken: dict[str, Taken] = {}
    for user in people:
        session = signed_in(user)
        for name, filters, second in lists_of(user):
            _measure(taken.setdefault(name, Taken()), client, session, user, (name, filters, second), total)
    everything = Taken()
    for name, one in taken.items():
        _row(report, f"{name}{who}", total, one)
        everything.pages += one.pages
        everything.answers += one.answers
        everything.floors += one.floors
    _row(report, f"any of these{who}", total, everything)


def _row(report: Report, name: str, total: int, one: Taken) -> None:
    floor = len(one.floors) / sum(one.floors)
    for how, each in (("page", one.pages), ("JSON", one.answers)):
        report.add(f"{how}: {name}", total, len(each) / sum(each), "lists/s", floor=floor, seconds=each)


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
    yield "a level that none has", Filters(level="city"), False
    yield "word of two signs", Filters(q=text[:2]), False
    yield "word of two signs, not there", Filters(q="龘靐"), False
    yield "word of four signs", Filters(q=text[:4]), False
    yield "word of four signs, not there", Filters(q="龘靐龘靐"), False
    address = some.address[-6:] if some and len(some.address) > 3 else "云桥路12号"
    yield "end of an address", Filters(q=address), False
    yield "number", Filters(q=some.number if some else "YW20261122-00001230"), False


def _measure(
    taken: Taken, client: Client, session: str, user: User, asked: tuple[str, Filters, bool], total: int
) -> None:
    name, filters, second = asked
    key = (case_page(viewer=user, filters=filters, at=timezone.now()).later or "") if second else ""
    query = filters.address() + (f"&after={key}" if key else "")

    def page() -> None:
        status, _where, body = client.ask("GET", f"/cases/{query}", session=session)
        assert status == 200, (user.username, query, status, body[:300])

    def answer() -> None:
        status, found = client.json(f"/api/v1/cases{query}", session=session, headers={})
        assert status == 200, (user.username, query, status, found)

    viewer = User.objects.get(pk=user.pk)  # whose rights are read again, as at each request
    with CaptureQueriesContext(connection) as sent:
        case_page(viewer=viewer, filters=filters, at=timezone.now(), after=key)
    # those with parameters of their own read the rights, by key; they are left out of the floor
    statements = [query["sql"] for query in sent.captured_queries if "$1" not in query["sql"]]
    if total > MANY:
        _no_sequential_scan(name, user, statements)
    taken.pages += _each(page)
    taken.answers += _each(answer)
    taken.floors += _bare(statements)


def _each(work: Callable[[], None]) -> list[float]:
    work()
    durations = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        work()
        durations.append(time.perf_counter() - start)
    return durations


def _bare(statements: list[str]) -> list[float]:
    with connect_raw("bench") as raw:

        def work() -> None:
            for statement in statements:
                raw.execute(statement).fetchall()

        return _each(work)


def _no_sequential_scan(name: str, user: User, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(f"EXPLAIN {statement}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            if "Seq Scan on cases_case " in plan:  # not cases_caseclass, which is small
                raise SystemExit(f"{name} of {user.username} reads the whole table:\n{statement}\n{plan}")
