"""Facts per second, written and carried through five listeners, against the same rows written and heard by nobody.

Four writer processes and one relay share the machine. Writers connect, then start together; the clock stops when the
last listener has heard the last fact. "saturated": the rows are written by bare psycopg, which is the most a database
on this machine can be given, so that the relay and not the writer is measured. "announced": they come from
announce() in Django transactions. Floor of both, in the same run: the same rows by bare psycopg, nobody listening.
Backlog: the relay alone, after a stop; floor: a reader that selects every batch five times and stores a position
after each, but decodes nothing and calls nobody.
"""

import multiprocessing
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Barrier

from django.db import connection, transaction

from bench.report import Report
from onegrid.kit.facts import LISTENERS, Fact, Listener, announce, announce_all
from onegrid.kit.facts.relay import Relay, connect_raw

LISTENER_COUNT = 5
WRITERS = 4
BATCH = 500
BACKLOG = 60_000
RUNS = [(1, 8_000), (10, 20_000), (1000, 60_000)]  # (facts a transaction, facts)
INSERT = "INSERT INTO kit_factrow (kind, payload, path, org_id) VALUES (%s, %s::jsonb, %s, %s)"
ROW = ("bench.BenchStepTaken", '{"case_id":1,"step":"filed"}', "1.22.333.4444.", 12)
SELECT = f"""
SELECT id, kind, payload::text, at, path, org_id FROM kit_factrow
WHERE id > %s AND kind = 'bench.BenchStepTaken' ORDER BY id LIMIT {BATCH}
"""

FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class BenchStepTaken(Fact):
    """What a case announces: an id and a word."""

    case_id: int
    step: str


def run(report: Report) -> None:
    for per_transaction, count in RUNS:
        floor = count / _seconds(_raw_writer, None, per_transaction, count)
        for word, writer in (("saturated", _raw_writer), ("announced", _writer)):
            measure = f"{word}, {per_transaction} a transaction, through {LISTENER_COUNT} listeners"
            ours = count / _seconds(writer, _relay, per_transaction, count)
            report.add(measure, count, ours, "facts/s", floor=floor)
    floor = BACKLOG / _after_a_stop(_raw_reader)
    ours = BACKLOG / _after_a_stop(_relay)
    report.add(f"backlog through {LISTENER_COUNT} listeners", BACKLOG, ours, "facts/s", floor=floor)
    _clean()


def _seconds(writer: Callable, reader: Callable | None, per_transaction: int, count: int) -> float:
    """From the moment when all writers start until the reader, or without one the last writer, has finished."""
    _clean()
    together = FORK.Barrier(WRITERS + 1)
    readers = [_process(reader, count)] if reader else []
    writers = [
        _process(_together, together, writer, per_transaction, count // WRITERS) for _ in range(WRITERS)
    ]
    time.sleep(0.5)  # the relay is up and waiting
    together.wait()
    start = time.perf_counter()
    for process in writers + readers:
        process.join()
        assert process.exitcode == 0, "a process of the bench failed"
    return time.perf_counter() - start


def _after_a_stop(reader: Callable) -> float:
    """Nobody writes; everything waits already."""
    _clean()
    _raw_writer(1000, BACKLOG)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE kit_factrow")
    start = time.perf_counter()
    reader(BACKLOG)
    return time.perf_counter() - start


def _together(barrier: Barrier, writer: Callable, per_transaction: int, count: int) -> None:
    writer(per_transaction, count, barrier.wait)


def _process(target: Callable, *arguments: object) -> BaseProcess:
    connection.close()  # a connection does not survive a fork
    process = FORK.Process(target=target, args=arguments)
    process.start()
    return process


def _writer(per_transaction: int, count: int, ready: Callable = lambda: None) -> None:
    connection.ensure_connection()
    ready()
    for first in range(0, count, per_transaction):
        facts = [BenchStepTaken(number, "filed") for number in range(first, first + per_transaction)]
        with transaction.atomic():
            if per_transaction > 100:  # an import
                announce_all((fact, ROW[2], ROW[3]) for fact in facts)
            else:
                for fact in facts:
                    announce(fact, path=ROW[2], org_id=ROW[3])


def _raw_writer(per_transaction: int, count: int, ready: Callable = lambda: None) -> None:
    """The same statements without Django, without a wake-up call."""
    with connect_raw("bench") as raw:
        ready()
        for _ in range(0, count, per_transaction):
            with raw.transaction():
                if per_transaction > 100:
                    values = ", ".join([INSERT[INSERT.index("(%s") :]] * per_transaction)
                    raw.execute(INSERT[: INSERT.index("(%s")] + values, ROW * per_transaction)
                else:
                    for _ in range(per_transaction):
                        raw.execute(INSERT, ROW)


def _relay(count: int) -> None:
    heard = dict.fromkeys(_names(), 0)

    def listener(name: str) -> Listener:
        def call(batch) -> None:
            heard[name] += len(batch)

        return Listener(name, (BenchStepTaken,), call, batch=BATCH)

    LISTENERS.clear()
    LISTENERS.update({name: listener(name) for name in heard})
    relay = Relay()
    threading.Thread(
        target=_stop_when, args=(relay, lambda: min(heard.values()) >= count), daemon=True
    ).start()
    relay.run()


def _stop_when(relay: Relay, done: Callable[[], bool]) -> None:
    while not done():
        time.sleep(0.01)
    relay.stop()


def _raw_reader(count: int) -> None:
    with connect_raw("bench") as raw:
        raw.execute("SET enable_sort = off")  # along the primary key, as the relay walks
        at = dict.fromkeys(_names(), 0)
        for name in at:
            raw.execute(
                "INSERT INTO kit_listenerposition (listener, xid, last_id, max_id) VALUES (%s, '0', 0, 0)",
                [name],
            )
        heard = 0
        while heard < count * LISTENER_COUNT:
            for name, last in at.items():
                with raw.transaction():
                    rows = raw.execute(SELECT, [last]).fetchall()
                    at[name] = rows[-1][0] if rows else last
                    raw.execute(
                        "UPDATE kit_listenerposition SET last_id = %s WHERE listener = %s", [at[name], name]
                    )
                heard += len(rows)


def _names() -> list[str]:
    return [f"bench.{number}" for number in range(LISTENER_COUNT)]


def _clean() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kit_factrow WHERE kind = 'bench.BenchStepTaken'")
        cursor.execute("DELETE FROM kit_listenerposition WHERE listener = ANY(%s)", [_names()])
        cursor.execute("VACUUM ANALYZE kit_factrow")
