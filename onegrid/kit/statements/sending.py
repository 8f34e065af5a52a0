"""Several prepared statements on one way to the server (the pipeline mode of libpq)."""

import select
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.pq import ConnStatus, ExecStatus

Sent = Sequence[tuple[bytes, Sequence[Any]]]  # the name of a prepared statement, and its values
NOT_RUN = (ExecStatus.PIPELINE_ABORTED, ExecStatus.FATAL_ERROR)


def sent_together(wire: Any, statements: Sent, begins: bool) -> list[Any]:
    """The result of each, in order; of one that failed the failure, and of none behind it anything.

    `begins`: a transaction begins before the first.
    """
    wire.enter_pipeline_mode()
    try:
        if begins:
            wire.send_query_params(b"BEGIN", None)
        for name, values in statements:
            wire.send_query_prepared(name, values)
        wire.pipeline_sync()
        found = _collected(wire)
        wire.exit_pipeline_mode()
    except BaseException:
        wire.finish()  # answers are still on their way, which nobody will read: it is of no use any more
        raise
    return _until_failure(found[1:] if begins and found[0].status == ExecStatus.COMMAND_OK else found)


def _until_failure(found: list[Any]) -> list[Any]:
    for place, one in enumerate(found):
        if one.status in NOT_RUN:
            return found[: place + 1]
    return found


def _collected(wire: Any) -> list[Any]:
    """Everything up to the mark behind the last statement. Other threads run while we wait."""
    found: list[Any] = []
    ready = select.poll()
    ready.register(wire.socket, select.POLLIN)
    while True:
        while wire.flush():
            _writable(wire)
        while wire.is_busy():
            ready.poll()
            wire.consume_input()
        result = wire.get_result()
        if wire.status != ConnStatus.OK:
            raise psycopg.OperationalError(wire.get_error_message())
        if result is None:
            continue  # the end of one statement's results
        if result.status == ExecStatus.PIPELINE_SYNC:
            return found
        found.append(result)


def _writable(wire: Any) -> None:
    waiting = select.poll()
    waiting.register(wire.socket, select.POLLIN | select.POLLOUT)
    waiting.poll()
    wire.consume_input()  # a server that cannot write would not read either
