"""Rows of a statement as rows of a model."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.base import ModelState

M = TypeVar("M", bound=models.Model)


def join(row: models.Model, name: str, thing: models.Model | None) -> None:
    """`row.name = thing`, for what the row's key names already: nothing has to be looked at or set anew."""
    row._state.fields_cache[name] = thing


class Columns(Generic[M]):
    """Some columns of a model, to select them and to make an instance of what comes back.

    The others are read when somebody asks for them, as after `defer()`. No geometry: leave it out. An instance is
    made without `Model.__init__`, which is for what people give: none of ours has one, or hears of `post_init`.
    """

    def __init__(self, model: type[M], *, without: Sequence[str] = (), only: Sequence[str] = ()) -> None:
        self.model = model
        wanted = [field for field in model._meta.concrete_fields if field.attname not in without]
        self.fields = [field for field in wanted if not only or field.attname in only]
        self.names = [field.attname for field in self.fields]
        self.opened = [
            (place, field.from_db_value)
            for place, field in enumerate(self.fields)
            if hasattr(field, "from_db_value")
        ]

    def __len__(self) -> int:
        return len(self.names)

    def of(self, alias: str) -> str:
        """For the SELECT list."""
        return ", ".join(f'{alias}."{field.column}"' for field in self.fields)

    def made(self, values: Sequence[Any]) -> M:
        """An instance of the first columns of a row; what stands behind them is somebody else's."""
        values = values[: len(self.names)]
        if self.opened:
            values = list(values)
            for place, from_db_value in self.opened:
                values[place] = from_db_value(values[place], None, connection)
        row = self.model.__new__(self.model)
        row._state = ModelState()
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
        row.__dict__.update(zip(self.names, values, strict=True))
        return row

    def made_or_none(self, values: Sequence[Any]) -> M | None:
        """None when an outer join found nothing."""
        return None if all(value is None for value in values[: len(self.names)]) else self.made(values)
