"""Rows for COPY built from the models themselves: a column that is added later comes in with its default."""

import json
from collections.abc import Callable, Iterable
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

        self._own_copy = [name for name, value in self.blank.items() if isinstance(value, dict | list)]

    def row(self, **values: Any) -> SimpleNamespace:
        """A row with these values and the defaults of everything else."""
        fresh = self.blank | {name: self.blank[name].copy() for name in self._own_copy} | values
        return SimpleNamespace(**fresh)

    def line(self, row: SimpleNamespace) -> str:
        said = row.__dict__
        return "\t".join(
            "\\N" if said[name] is None else say(said[name]) for name, _column, say in self._columns
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
        return lambda value: _escaped(_json(value))
    if isinstance(field, ArrayField):
        return lambda value: _escaped(
            "{" + ",".join(json.dumps(str(one), ensure_ascii=False) for one in value) + "}"
        )
    if isinstance(field, models.CharField | models.TextField):
        return _escaped
    if isinstance(field, PointField):
        return lambda point: point_hex(point.x, point.y)
    if isinstance(field, models.DateField):
        return lambda moment: moment.isoformat()
    return str


def _escaped(text: Any) -> str:
    said = str(text)
    if "\\" in said or "\n" in said or "\t" in said or "\r" in said:
        return said.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return said
