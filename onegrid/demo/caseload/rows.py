"""Rows for COPY built from the models themselves: a column that is added later comes in with its default."""

import json
from collections.abc import Callable, Iterable
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

from django.contrib.gis.db.models import PointField
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import NOT_PROVIDED
from psycopg import sql

from onegrid.kit.bulk import point_hex

_json = json.JSONEncoder(ensure_ascii=False).encode
Say = Callable[[Any], str]


class Sheet:
    """The table of one model: a blank row with every default, and rows as lines of COPY's text format.

    `own`: columns that the caller fills although the model has a default for them or none at all. A column that has
    no default, may not be null and is not in `own` is a KeyError at once: the loader has to learn it.
    """

    def __init__(self, model: type[models.Model], own: Iterable[str]) -> None:
        self.table = model._meta.db_table
        given = set(own)
        self.blank: dict[str, Any] = {}
        self._columns: list[tuple[str, str, Say]] = []
        for field in model._meta.concrete_fields:
            name = str(field.attname)
            if name not in given:
                if field.primary_key or field.generated or field.db_default is not NOT_PROVIDED:
                    continue  # the database fills it
                if not (field.has_default() or field.null or field.empty_strings_allowed):
                    raise KeyError(
                        f"{self.table}.{name} has no default: the loader of many cases must fill it"
                    )
            self.blank[name] = field.get_default()
            self._columns.append((name, str(field.column), _say(field)))

        self._values = attrgetter(*self.blank)
        self._says = [say for _name, _column, say in self._columns]
        self._own_copy = [name for name, value in self.blank.items() if isinstance(value, dict | list)]

    def row(self, **values: Any) -> SimpleNamespace:
        """A row with these values and the defaults of everything else."""
        fresh = self.blank | {name: self.blank[name].copy() for name in self._own_copy} | values
        return SimpleNamespace(**fresh)

    def line(self, row: SimpleNamespace) -> str:
        values = self._values(row)
        texts = [
            "\\N" if value is None else value if value.__class__ is str else say(value)
            for value, say in zip(values, self._says, strict=True)
        ]
        line = "\t".join(texts)
        if (
            line.count("\\") == values.count(None)
            and line.count("\t") == len(texts) - 1
            and "\n" not in line
            and "\r" not in line
        ):
            return line  # the usual: nothing in it has a meaning for COPY
        return "\t".join(
            text if value is None else _escaped(text) for value, text in zip(values, texts, strict=True)
        )

    def copy_in(self, lines: bytes) -> None:
        """Whole lines into the table."""
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(self.table),
            sql.SQL(", ").join(sql.Identifier(column) for _name, column, _say in self._columns),
        )
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(lines)


def _say(field: models.Field) -> Say:
    if isinstance(field, models.JSONField):
        return lambda value: "{}" if value == {} else _json(value)
    if isinstance(field, ArrayField):
        return lambda value: "{" + ",".join(json.dumps(str(one), ensure_ascii=False) for one in value) + "}"
    if isinstance(field, PointField):
        return lambda point: point_hex(point.x, point.y)
    if isinstance(field, models.DateField):
        return lambda moment: moment.isoformat()
    return str


def _escaped(said: str) -> str:
    return said.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
