"""Sealing every stored value anew under the current key and cipher.

What is done already shows in the values themselves (they begin with the current head), so a rotation that was killed
simply goes on when it is started again, and rows written meanwhile are found by the next pass.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from psycopg import sql

from onegrid.kit.crypto.fields import EncryptedTextField
from onegrid.kit.crypto.ring import current_ring
from onegrid.kit.crypto.sealing import CannotOpen, key_of, seal, unseal

BATCH = 500


@dataclass
class Outcome:
    """`unreadable` holds "label pk" of values that would not open; they were left as they are."""

    sealed: int = 0
    unreadable: list[str] = field(default_factory=list)


def encrypted_fields() -> Iterator[EncryptedTextField]:
    """Every encrypted column of every table of ours, in a fixed order."""
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label_lower):
        if model._meta.managed and not model._meta.proxy:
            yield from (found for found in model._meta.local_fields if isinstance(found, EncryptedTextField))


def rotate(*, progress: Callable[[str, int], None] = lambda label, done: None, batch: int = BATCH) -> Outcome:
    """Seals anew, `batch` values a transaction, whatever is not under the current key and cipher.

    `progress(label, done)` is called after each batch. Reads and writes go on meanwhile; a row is locked only while
    its batch is written.
    """
    outcome = Outcome()
    for column in encrypted_fields():
        _rotate_column(column, outcome, progress, batch)
    return outcome


def waiting() -> dict[str, int]:
    """How many values of each column are not under the current key and cipher."""
    counts = {column.label: _count_old(column) for column in encrypted_fields()}
    return {label: count for label, count in counts.items() if count}


def keys_in_use() -> Counter[str]:
    """How many values each key seals, over all tables."""
    found: Counter[str] = Counter()
    for column in encrypted_fields():
        for begin, count in _heads(column):
            found[key_of(bytes(begin) + bytes(64))] += count
    return found


def _rotate_column(
    column: EncryptedTextField, outcome: Outcome, progress: Callable[[str, int], None], batch: int
) -> None:
    last: Any = None
    done = 0
    while True:
        with transaction.atomic():
            rows = _next_rows(column, last, batch)
            if not rows:
                return
            changed = _sealed_anew(column, rows, outcome)
            _write(column, changed)
        last, done = rows[-1][0], done + len(changed)
        outcome.sealed += len(changed)
        progress(column.label, done)


def _sealed_anew(
    column: EncryptedTextField, rows: list[tuple[Any, bytes]], outcome: Outcome
) -> list[tuple[bytes, Any]]:
    ring = current_ring()
    changed = []
    for pk, sealed in rows:
        try:
            changed.append((seal(unseal(bytes(sealed), column.label, ring), column.label, ring), pk))
        except CannotOpen:
            outcome.unreadable.append(f"{column.label} {pk}")
    return changed


# ---------------------------------------------------------------- SQL: the ORM would open and seal on its own


def _names(model: type[models.Model], column: EncryptedTextField) -> dict[str, sql.Composable]:
    return {
        "table": sql.Identifier(model._meta.db_table),
        "pk": sql.Identifier(str(model._meta.pk.column)),
        "column": sql.Identifier(str(column.column)),
    }


def _next_rows(column: EncryptedTextField, after: Any, batch: int) -> list[tuple[Any, bytes]]:
    head = current_ring().head
    query = sql.SQL(
        "SELECT {pk}, {column} FROM {table} WHERE {column} IS NOT NULL AND substring({column} FOR %s) <> %s"
        "{after} ORDER BY {pk} LIMIT %s FOR UPDATE"
    )
    follows = (
        sql.SQL(" AND {} > %s").format(_names(column.model, column)["pk"])
        if after is not None
        else sql.SQL("")
    )
    values = [len(head), head, *([after] if after is not None else []), batch]
    with connection.cursor() as cursor:
        cursor.execute(query.format(after=follows, **_names(column.model, column)), values)
        return cursor.fetchall()


def _write(column: EncryptedTextField, changed: list[tuple[bytes, Any]]) -> None:
    query = sql.SQL("UPDATE {table} SET {column} = %s WHERE {pk} = %s").format(**_names(column.model, column))
    with connection.cursor() as cursor:
        cursor.executemany(query, changed)


def _count_old(column: EncryptedTextField) -> int:
    head = current_ring().head
    query = sql.SQL(
        "SELECT count(*) FROM {table} WHERE {column} IS NOT NULL AND substring({column} FOR %s) <> %s"
    ).format(**_names(column.model, column))
    with connection.cursor() as cursor:
        cursor.execute(query, [len(head), head])
        return cursor.fetchone()[0]


def _heads(column: EncryptedTextField) -> list[tuple[bytes, int]]:
    """Version, cipher, key id of the values in a column, with counts."""
    query = sql.SQL(
        "SELECT substring({column} FOR 3 + get_byte({column}, 2)), count(*) FROM {table} "
        "WHERE octet_length({column}) > 3 GROUP BY 1"
    ).format(**_names(column.model, column))
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()
