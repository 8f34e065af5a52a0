"""What tests that commit leave is taken away, and what is built for each of them is built once and put back as rows.

Django's flush truncates every table there is and writes content types and permissions anew; here only tables with
something in them are emptied, and the few rows that migrations wrote stay. Triggers and foreign keys sleep meanwhile
(session_replication_role), which only the owner of a whole cluster may have: on a database that was given, everything
goes the long way.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from threading import Condition, current_thread, main_thread
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import connection
from django.test import TransactionTestCase
from psycopg.sql import SQL, Composable, Identifier

Rows = dict[str, list[bytes]]

# Written by migrations or after them, and changed by no test.
STAYS = {"spatial_ref_sys", "django_migrations", "django_content_type", "auth_permission"}
OCCUPIED = """
SELECT c.relname FROM pg_class c
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND pg_relation_size(c.oid) > 0
ORDER BY c.relname
"""
# Rows that stand (timeline, evidence, audit trail): their guards never sleep, and let a test database be truncated.
GUARDED = """
SELECT c.relname FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgenabled = 'A'
WHERE c.relnamespace = 'public'::regnamespace AND pg_relation_size(c.oid) > 0
GROUP BY c.relname
"""
PATIENCE = 20.0  # seconds that the live server gets for its last answer


@dataclass
class Kept:
    """What a build found in the tables it wrote to, what it added (or left, where it changed rows), and gave back."""

    found: Rows
    added: Rows
    left: Rows
    made: Any


@dataclass
class House:
    """The tables of this process."""

    ours: bool = False  # triggers may be put to sleep
    first: Rows = field(default_factory=dict)  # rows before any test, in tables that tests change
    kept: dict[str, Kept] = field(default_factory=dict)


HOUSE = House()
django_flush = TransactionTestCase._fixture_teardown


def settle_in() -> None:
    """Once, before the first test: remembers what is there, and takes the place of Django's flush."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        HOUSE.ours = cursor.fetchone()[0]
    if HOUSE.ours:
        HOUSE.first = rows()
        TransactionTestCase._fixture_teardown = lambda _case: emptied()
    request_started.connect(REQUESTS.started)
    request_finished.connect(REQUESTS.finished)


def emptied() -> None:
    """As before the first test, when the last request of the live server has ended."""
    REQUESTS.wait()
    with asleep() as cursor:
        if guarded := listed(cursor, GUARDED):
            cursor.execute(SQL("TRUNCATE {} CASCADE").format(SQL(", ").join(map(Identifier, guarded))))
        wipe(cursor, occupied(cursor))
        put(cursor, HOUSE.first)


def built(name: str, build: Callable[[], Any]) -> Any:
    """What `build` writes and returns. From the second time on its rows are put back, if the tables it writes to are
    as it found them the first time; else it builds again."""
    if not HOUSE.ours:
        return build()
    kept = HOUSE.kept.get(name)
    if kept is None:
        before = rows()
        made = build()
        HOUSE.kept[name] = difference(before, rows(), deepcopy(made))
        return made
    with asleep() as cursor:
        same = all(content(cursor, table) == was for table, was in kept.found.items())
        if same:
            wipe(cursor, list(kept.left))
            put(cursor, kept.added | kept.left)
    return deepcopy(kept.made) if same else build()


def difference(before: Rows, after: Rows, made: Any) -> Kept:
    found, added, left = {}, {}, {}
    for table in before | after:
        old, new = before.get(table, []), after.get(table, [])
        had, has = set(old), set(new)
        if had == has:
            continue
        found[table] = old
        if had - has:
            left[table] = new
        else:
            added[table] = [row for row in new if row not in had]
    return Kept(found, added, left, made)


@contextmanager
def asleep() -> Iterator:
    """Triggers and foreign keys, until the end of the block."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def rows() -> Rows:
    with connection.cursor() as cursor:
        found = {table: content(cursor, table) for table in occupied(cursor)}
    return {table: lines for table, lines in found.items() if lines}


def occupied(cursor) -> list[str]:
    """Tables with something in them, or with the remains of it."""
    return [name for name in listed(cursor, OCCUPIED) if name not in STAYS]


def listed(cursor, question: str) -> list[str]:
    cursor.execute(question)
    return [name for (name,) in cursor.fetchall()]


def content(cursor, table: str) -> list[bytes]:
    """Rows of a table as COPY writes them, sorted: a row that is written anew lies elsewhere."""
    with cursor.copy(SQL("COPY {} TO STDOUT").format(Identifier(table))) as copy:
        return sorted(b"".join(copy).splitlines(keepends=True))


def wipe(cursor, tables: list[str]) -> None:
    orders: list[Composable] = [SQL("DELETE FROM {}").format(Identifier(table)) for table in tables]
    if orders:
        cursor.execute(SQL("; ").join(orders))


def put(cursor, given: Rows) -> None:
    for table, lines in given.items():
        with cursor.copy(SQL("COPY {} FROM STDIN").format(Identifier(table))) as copy:
            copy.write(b"".join(lines))


class Requests:
    """How many requests the live server answers, in threads of its own: behind a closed page the last may run on."""

    def __init__(self) -> None:
        self.running = 0
        self.changed = Condition()

    def started(self, **_more) -> None:
        self.count(1)

    def finished(self, **_more) -> None:
        self.count(-1)

    def count(self, one: int) -> None:
        if current_thread() is main_thread():
            return
        with self.changed:
            self.running += one
            self.changed.notify_all()

    def wait(self) -> None:
        with self.changed:
            self.changed.wait_for(lambda: self.running <= 0, PATIENCE)
            self.running = 0


REQUESTS = Requests()
