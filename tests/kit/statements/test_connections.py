"""Statements sent together beside another session, and on a connection that is lost: tests that commit, so apart from
those that stand in the transaction around a module's kept streets."""

import select
import threading

import pytest
from django.db import OperationalError, connection, transaction

from onegrid.kit.facts.relay import connect_raw
from onegrid.kit.statements import ask, ask_all

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_second_sees_what_the_first_waited_for():
    """A statement that waits for a lock sees the rest as it was before; one sent with it does not."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE waited (id int PRIMARY KEY, value int)")
        cursor.execute("INSERT INTO waited VALUES (1, 1)")
    try:
        with connect_raw("first hand") as other, transaction.atomic():
            other.autocommit = False
            other.execute("UPDATE waited SET value = 2")
            threading.Timer(0.5, other.commit).start()
            locked, read = ask_all(
                ("SELECT 1 FROM waited WHERE id = $1::int FOR UPDATE", ["1"]),
                ("SELECT value, (SELECT max(value) FROM waited) FROM waited WHERE id = $1::int", ["1"]),
            )
            assert (locked, read) == ([(1,)], [(2, 2)])
            assert connection.in_atomic_block
            with connection.cursor() as cursor:
                cursor.execute("UPDATE waited SET value = 3")
        assert ask("SELECT value FROM waited") == [(3,)]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE waited")


def test_a_connection_that_is_lost_on_the_way_is_said_and_made_anew():
    with pytest.raises(OperationalError):
        ask_all(("SELECT 1", []), ("SELECT pg_terminate_backend(pg_backend_pid())", []), ("SELECT 2", []))
    connection.close()
    assert ask_all(("SELECT 1", []), ("SELECT 2", [])) == [[(1,)], [(2,)]]


def test_a_connection_that_was_lost_between_two_requests_is_made_anew():
    mine = ask("SELECT pg_backend_pid()")
    raw = connection.connection
    with connect_raw("second hand") as other:
        other.execute("SELECT pg_terminate_backend(%s)", mine[0])
    assert select.select([raw.pgconn.socket], [], [], 60)[0]
    connection.close_if_unusable_or_obsolete()  # as a request begins
    assert ask("SELECT pg_backend_pid()") != mine and connection.connection is not raw
