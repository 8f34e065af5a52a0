"""Tables are changed while others use them: the older code still serves while `onegrid setup ready` runs.

A lock that is waited for keeps out everybody who comes after it. So a step waits for a lock less than a second; when
it does not get it, the whole migration is undone, nobody waits any more, and after a pause it is tried again. Indexes
on tables that are there already are built beside those who write (CREATE INDEX CONCURRENTLY) where a migration does
nothing else. Neither is done on an empty database: nobody uses it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from functools import partial
from itertools import chain, repeat
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import DatabaseError
from django.db.migrations import AddIndex, Migration
from django.db.migrations.executor import MigrationExecutor
from psycopg import errors

LOCK_WAIT = "800ms"  # shorter than deadlock_timeout (1 s): in a deadlock it is the migration that gives way
PAUSES = (0.5, 1, 2, 4, *repeat(5, 120))  # seconds between tries: some ten minutes in all
IN_THE_WAY = (errors.LockNotAvailable, errors.DeadlockDetected)
TOLD_FROM = 1.0  # seconds that a migration took


@contextmanager
def beside_others(tell: Callable[[str], None]) -> Iterator[None]:
    """Inside, Django's `migrate` applies migrations as above and tells what it waits for."""
    names = vars(migrate)  # the stubs of Django leave the name out
    theirs, names["MigrationExecutor"] = names["MigrationExecutor"], partial(Patient, tell=tell)
    try:
        yield
    finally:
        names["MigrationExecutor"] = theirs


class Patient(MigrationExecutor):
    def __init__(self, *given: Any, tell: Callable[[str], None]) -> None:
        super().__init__(*given)
        self._tell = tell

    def apply_migration(self, state: Any, migration: Migration, *how: Any, **more: Any) -> Any:
        if not self.loader.applied_migrations:
            return super().apply_migration(state, migration, *how, **more)
        begun, given = time.monotonic(), with_indexes_beside(migration)
        for pause in chain(PAUSES, [None]):
            try:
                with waiting_briefly(self.connection, given.atomic):
                    changed = super().apply_migration(state.clone(), given, *how, **more)
            except DatabaseError as failure:
                if not (given.atomic and isinstance(failure.__cause__, IN_THE_WAY)):
                    raise
                if pause is None:
                    raise CommandError(given_up(migration, longest_transaction(self.connection))) from failure
                self._tell(f"· {migration} waits: {longest_transaction(self.connection)}")
                time.sleep(pause)
            else:
                break
        if (took := time.monotonic() - begun) >= TOLD_FROM:
            self._tell(f"· {migration}: {took:.1f} s")
        return changed


def given_up(migration: Migration, who: str) -> str:
    return (
        f"{migration} did not get its table for ten minutes: {who}. Nothing of it was done; what came before it "
        "stands. End what holds the table, and run the command again."
    )


@contextmanager
def waiting_briefly(connection: Any, atomic: bool) -> Iterator[None]:
    """What is not undone as a whole may wait: an index beside writers waits for their transactions, and locks
    nobody out."""
    wait = LOCK_WAIT if atomic else "0"
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [wait])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


LONGEST = """
SELECT pid, application_name, extract(epoch FROM clock_timestamp() - xact_start)::int
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
ORDER BY xact_start LIMIT 1
"""


def longest_transaction(connection: Any) -> str:
    """The likeliest reason, in words: whoever has been in a transaction for longest."""
    with connection.cursor() as cursor:
        cursor.execute(LONGEST)
        found = cursor.fetchone()
    if found is None:
        return "somebody used its table just then"
    pid, name, seconds = found
    who = f"session {pid}" + (f", {name}" if name else "")
    return f"its table is in use; the oldest transaction is {seconds} s old ({who})"


def with_indexes_beside(migration: Migration) -> Migration:
    """The migration itself, or one with the same name whose indexes lock nobody out."""
    indexes = [one for one in migration.operations if type(one) is AddIndex]
    if not indexes or len(indexes) != len(migration.operations):
        return migration
    gentle = copy(migration)
    beside = [IndexBeside(one.model_name, one.index) for one in indexes]
    vars(gentle).update(operations=beside, atomic=False)
    return gentle


class IndexBeside(AddIndex):
    """May be repeated: what a killed attempt left half-made is made anew, what is there is left alone."""

    atomic = False

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        name, connection = self.index.name, schema_editor.connection
        if not self.allow_migrate_model(connection.alias, model) or is_whole(connection, name):
            return
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {schema_editor.quote_name(name)}")
        schema_editor.add_index(model, self.index, concurrently=True)


def is_whole(connection: Any, index: str) -> bool:
    """Whether there is an index of that name that can be used."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "WHERE c.relname = %s AND pg_table_is_visible(c.oid)",
            [index],
        )
        return cursor.fetchone() == (True,)
