"""PostgreSQL's 64-bit transaction number as a model field."""

from typing import Any

from django.db import models


class CurrentTransaction(models.Func):
    """The number of the running transaction (its top level, also inside a savepoint)."""

    function = "pg_current_xact_id"
    template = "%(function)s()"

    def _resolve_output_field(self) -> "XidField":
        return XidField()


class XidField(models.Field):
    """`xid8`: never wraps round, grows in the order in which transactions made their first write."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else str(value)
