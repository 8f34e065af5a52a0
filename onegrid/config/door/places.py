"""The places inside: each has a database connection that whoever sits there uses, whatever thread it came on.

There are more threads than places, for waiting and for turning away: a connection a thread would be ten times as
many connections.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from onegrid.config.door.line import Line
from onegrid.config.door.rules import Kind

_free: list[BaseDatabaseWrapper] = []  # the one used last is taken first: its statements are prepared


class Place:
    """A place of a line that let somebody in. `leave` gives it to the next; a second time it does nothing."""

    def __init__(self, line: Line, kind: Kind) -> None:
        self._line, self._kind = line, kind
        self._connection: BaseDatabaseWrapper | None = None
        self._left = False

    @contextmanager
    def used(self) -> Iterator[None]:
        """The calling thread uses the connection of this place meanwhile."""
        if self._connection is None:
            self._connection = _free.pop() if _free else _new_connection()
        own = [one for one in connections.all(initialized_only=True) if one.alias == DEFAULT_DB_ALIAS]
        connections[DEFAULT_DB_ALIAS] = self._connection
        try:
            yield
        finally:
            if own:
                connections[DEFAULT_DB_ALIAS] = own[0]
            else:
                del connections[DEFAULT_DB_ALIAS]

    def leave(self) -> None:
        if self._left:
            return
        self._left = True
        if self._connection is not None:
            _free.append(self._connection)
        self._line.leave(self._kind)


def _new_connection() -> BaseDatabaseWrapper:
    connection = connections.create_connection(DEFAULT_DB_ALIAS)
    connection.inc_thread_sharing()  # one thread after the other, never two at once
    return connection
