"""Given people at work, when tables are changed, then nobody waits for long and nothing is half done."""

import threading
from contextlib import contextmanager

import psycopg
import pytest
from django.core.management.base import CommandError
from django.db import connection, models
from django.db.migrations import AddField, AddIndex, CreateModel, Migration, RunSQL
from django.db.migrations.state import ProjectState

from onegrid.kit.management import beside
from onegrid.kit.management.beside import Patient, with_indexes_beside

pytestmark = pytest.mark.django_db(transaction=True)
NAME = ("name", models.CharField(max_length=20, default=""))
INDEX = models.Index(fields=["name"], name="prove_thing_name")


def a_migration(name: str, *operations) -> Migration:
    made = Migration(name, "places")
    made.operations = list(operations)
    return made


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def executor(told):
    """On a database that is in use, with one table of its own in it; what it records it forgets again."""
    found = Patient(connection, tell=told.append)
    assert found.loader.applied_migrations
    yield found
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS places_provething")
        cursor.execute("DELETE FROM django_migrations WHERE name LIKE 'prove_%'")


@pytest.fixture
def state(executor) -> ProjectState:
    key = ("id", models.BigAutoField(primary_key=True))
    return executor.apply_migration(
        ProjectState(), a_migration("prove_1", CreateModel("ProveThing", [key, NAME]))
    )


@contextmanager
def somebody(statement: str = "LOCK TABLE places_provething IN ROW EXCLUSIVE MODE"):
    """Who is in a transaction with the table."""
    given = connection.get_connection_params()
    params = {name: given[name] for name in ("dbname", "user", "password", "host", "port") if given.get(name)}
    with psycopg.connect(**params) as session:
        session.execute(statement)
        yield session


def seconds_of(monkeypatch, *pauses: float) -> None:
    monkeypatch.setattr(beside, "PAUSES", pauses)
    monkeypatch.setattr(beside, "LOCK_WAIT", "50ms")


def columns() -> set[str]:
    with connection.cursor() as cursor:
        return {
            column.name
            for column in connection.introspection.get_table_description(cursor, "places_provething")
        }


def test_it_gives_way_and_comes_back(executor, state, told, monkeypatch):
    seconds_of(monkeypatch, 0.1, 5)
    with somebody() as session:
        threading.Timer(0.3, session.rollback).start()
        colour = AddField("provething", "colour", models.CharField(max_length=5, null=True))
        executor.apply_migration(state, a_migration("prove_2", colour))
    assert "colour" in columns()
    assert "prove_2 waits" in told[0] and "oldest transaction" in told[0]
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


def test_it_gives_up_whole_and_says_who_holds_the_table(executor, state, monkeypatch):
    seconds_of(monkeypatch, 0.01)
    first = RunSQL("CREATE TABLE prove_half_done (id int)")
    colour = AddField("provething", "colour", models.CharField(max_length=5, null=True))
    with somebody(), pytest.raises(CommandError, match=r"prove_2 .*session \d+"):
        executor.apply_migration(state, a_migration("prove_2", first, colour))
    assert "prove_half_done" not in connection.introspection.table_names() and "colour" not in columns()


def test_an_index_is_built_while_others_write(executor, state):
    """Whoever began to write before it keeps it waiting; whoever comes meanwhile does not wait."""
    migration = a_migration("prove_2", AddIndex("provething", INDEX))
    build = threading.Thread(target=in_a_thread, args=(executor, state, migration))
    with somebody() as session:
        build.start()
        wait_until(lambda: "prove_thing_name" in indexes(session))  # begun, and not whole yet
        with somebody("INSERT INTO places_provething (name) VALUES ('x')") as other:
            other.execute("SET lock_timeout = '2s'")
            other.execute("INSERT INTO places_provething (name) VALUES ('y')")
        session.commit()
        build.join(20)
        assert not build.is_alive()
    assert beside.is_whole(connection, "prove_thing_name")


def test_what_a_killed_attempt_left_is_made_anew(executor, state):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO places_provething (name) VALUES ('twice'), ('twice')")
        with pytest.raises(Exception, match="duplicate"):
            cursor.execute("CREATE UNIQUE INDEX CONCURRENTLY prove_thing_name ON places_provething (name)")
    assert not beside.is_whole(connection, "prove_thing_name")
    migration = a_migration("prove_2", AddIndex("provething", INDEX))
    for _twice in range(2):
        executor.apply_migration(state, migration)
        assert beside.is_whole(connection, "prove_thing_name")


def test_only_what_is_nothing_but_indexes_goes_that_way():
    alone, mixed = (
        a_migration("a", AddIndex("provething", INDEX)),
        a_migration("b", AddIndex("provething", INDEX)),
    )
    mixed.operations.append(RunSQL("SELECT 1"))
    assert not with_indexes_beside(alone).atomic and alone.atomic
    assert with_indexes_beside(mixed) is mixed


def in_a_thread(executor, state, migration) -> None:
    try:
        executor.apply_migration(state, migration)
    finally:
        connection.close()


def indexes(session) -> set[str]:
    found = session.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'places_provething'")
    return {name for (name,) in found}


def wait_until(holds, seconds: float = 10) -> None:
    gate = threading.Event()
    for _try in range(int(seconds / 0.02)):
        if holds():
            return
        gate.wait(0.02)
    raise AssertionError("it did not come about")
