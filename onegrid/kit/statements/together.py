"""Rows of several tables in one statement: one way to the database instead of one for each row."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from onegrid.kit.statements.asking import ask, tell

Shape = tuple[str, type[models.Model], tuple[str, ...]]  # what is done, to which table, with which columns


class Together:
    """Collects rows and writes them with `write()`.

    The same as `save(force_insert=True)` and `save(update_fields=…)` of each, without signals; a row that others
    refer to has its id already (`next_id`), others get theirs from the database and do not learn it. Constraints hold
    as always. What is updated in a table is updated before anything is put into it.
    """

    def __init__(self) -> None:
        self.shapes: list[Shape] = []
        self.given: list[str | None] = []

    def insert(self, row: models.Model) -> None:
        names = columns(type(row))
        if row.pk is None:
            names = tuple(name for name in names if name != row._meta.pk.attname)
        self._part("insert", row, names)
        row._state.adding = False

    def insert_all(self, rows: Iterable[models.Model]) -> None:
        for row in rows:
            self.insert(row)

    def update(self, row: models.Model, names: Sequence[str]) -> None:
        """`names`: attribute names, such as "unit_id"."""
        if names:
            self._part("update", row, tuple(sorted(names)))

    def write(self) -> None:
        if self.shapes:
            tell(_statement(tuple(self.shapes)), self.given)

    def _part(self, what: str, row: models.Model, names: tuple[str, ...]) -> None:
        model = type(row)
        self.shapes.append((what, model, names))
        spelt = _spellers(model)
        for name in names:
            value = getattr(row, name)
            self.given.append(None if value is None else spelt[name](value))
        if what == "update":
            self.given.append(str(row.pk))


def copy_in(rows: Sequence[models.Model]) -> None:
    """Rows of one model by COPY, all with their ids: for many. Nothing else is asked of the connection meanwhile."""
    if not rows:
        return
    model = type(rows[0])
    names = ", ".join(f'"{field.column}"' for field in _fields(model).values())
    spellers = list(_spellers(model).items())
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy,
    ):
        for row in rows:
            given = ((getattr(row, name), spell) for name, spell in spellers)
            copy.write_row([None if value is None else spell(value) for value, spell in given])
            row._state.adding = False


def next_id(model: type[models.Model]) -> int:
    """An id for a row that others of the same statement refer to."""
    return int(ask(f"SELECT nextval('{sequence_of(model)}')")[0][0])


def sequence_of(model: type[models.Model]) -> str:
    return f"{model._meta.db_table}_id_seq"


def columns(model: type[models.Model]) -> tuple[str, ...]:
    """Attribute names of every column, in the order of the model."""
    return tuple(_fields(model))


@cache
def _fields(model: type[models.Model]) -> dict[str, models.Field]:
    return {field.attname: field for field in model._meta.concrete_fields}


@cache
def cast_of(field: models.Field) -> str:
    """The column's type without its length: a cast to varchar(80) would cut what should be refused."""
    kind = field.rel_db_type(connection) if field.is_relation else field.db_type(connection)
    return re.sub(r"\(.*?\)", "", str(kind)).strip()


@cache
def _spellers(model: type[models.Model]) -> dict[str, Callable[[Any], str]]:
    return {name: _speller(field) for name, field in _fields(model).items()}


def _speller(field: models.Field) -> Callable[[Any], str]:
    """Writes a value (not None) as PostgreSQL reads it: text on the wire whatever the type."""
    if isinstance(field, GeometryField):
        return lambda value: value.hexewkb.decode()
    if isinstance(field, models.DateTimeField):
        return datetime.isoformat
    if isinstance(field, models.JSONField):
        return lambda value: json.dumps(value, cls=field.encoder)
    if field.get_internal_type() == "BinaryField":
        return lambda value: "\\x" + bytes(field.get_db_prep_save(value, connection).obj).hex()
    if isinstance(field, models.CharField | models.TextField):
        return str  # a member of a choice is its value
    if isinstance(field, ArrayField):
        return lambda value: "{" + ",".join(map(str, value)) + "}"
    if isinstance(field, models.IntegerField | models.BooleanField | models.ForeignKey):
        return str
    return lambda value: str(field.get_db_prep_save(value, connection))


@cache
def _statement(shapes: tuple[Shape, ...]) -> str:
    parts: list[str] = []
    updated: dict[type[models.Model], str] = {}
    number = 0
    for place, (what, model, names) in enumerate(shapes):
        fields = _fields(model)
        values = []
        for name in names:
            number += 1
            values.append(f"${number}::{cast_of(fields[name])}")
        named = [f'"{fields[name].column}"' for name in names]
        table = f'"{model._meta.db_table}"'
        if what == "insert":
            after = f" FROM (SELECT count(*) FROM {updated[model]}) before" if model in updated else ""
            part = f"INSERT INTO {table} ({', '.join(named)}) SELECT {', '.join(values)}{after}"
        else:
            number += 1
            key = f'"{model._meta.pk.column}"'
            sets = ", ".join(f"{column} = {value}" for column, value in zip(named, values, strict=True))
            part = f"UPDATE {table} SET {sets} WHERE {key} = ${number}::bigint RETURNING 1"
            updated[model] = f"p{place}"
        parts.append(f"p{place} AS ({part})")
    return f"WITH {', '.join(parts)} SELECT 1"
