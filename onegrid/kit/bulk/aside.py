"""Filling millions of rows is several times faster without indexes and foreign-key checks row by row."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models, transaction

# Plain indexes (the primary key stays), foreign keys and unique constraints, with the statement that makes each
# again: one sort at the end costs half of what finding the place of every row costs.
_INDEXES = """
SELECT format('DROP INDEX %%I', c.relname), pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = %s::regclass
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid)
"""
_CONSTRAINTS = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
       format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('f', 'u') ORDER BY contype
"""


@contextmanager
def indexes_aside(model: type[models.Model]) -> Iterator[None]:
    """Inside: the table has no index but its primary key, and no foreign key; after it: all are back and checked.

    One transaction: when the filling or a check fails, table and indexes are as before. The table is locked
    meanwhile, so this is for loading a demo or a new city, not for daily work.
    """
    table = model._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        again: list[str] = []
        # a table with checks still to come cannot be altered: make them now, before and after the filling
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for question in (_CONSTRAINTS, _INDEXES):
            cursor.execute(question, [table])
            for drop, make in cursor.fetchall():
                cursor.execute(drop)
                again.append(make)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for make in reversed(again):
            cursor.execute(make)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(f"ANALYZE {table}")
