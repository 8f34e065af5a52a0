"""One batch to one listener: its writes and its position in one transaction; poison is parked."""

import logging
import traceback
from collections.abc import Callable, Sequence
from enum import Enum

from django.db import InterfaceError, connection, transaction

from onegrid.kit.facts import positions
from onegrid.kit.facts.fact import Heard
from onegrid.kit.facts.models import ParkedFact
from onegrid.kit.facts.positions import Row
from onegrid.kit.facts.registry import Listener
from onegrid.kit.facts.shelf import Shelf, decoded

logger = logging.getLogger(__name__)

TRIES = 3  # of a whole batch, before it is searched for the fact that fails
PATIENCE = 12  # tries before facts are parked although not one of the batch went through
LONGEST_WAIT = 60.0  # seconds between tries


class NothingWorks(Exception):
    """Every fact of a batch fails: the fault is the listener's or its surroundings', not a fact's."""


class Outcome(Enum):
    """Of handing over one batch. NOTHING: there was none, another relay has it, or it waits for its retry."""

    NOTHING = 0
    DONE = 1
    MORE = 2  # the window goes on: there is probably another


def deliver(listener: Listener, shelf: Shelf) -> Outcome:
    """Hands the next batch over, read from what the relay's round has on its shelf.

    A lost database connection is not the batch's fault: InterfaceError or OperationalError goes to the caller.
    """
    try:
        with transaction.atomic():
            return _deliver(listener, shelf)
    except InterfaceError:
        raise
    except Exception as failure:
        if not connection.is_usable():
            raise
        logger.warning("Listener %s failed: %s", listener.name, short(failure))
        positions.fail(listener, short(failure), LONGEST_WAIT)
        return Outcome.NOTHING


def hand_over(listener: Listener, rows: Sequence[Row], decode: Callable[[Row], Heard] = decoded) -> None:
    """Decodes and calls the listener inside a savepoint."""
    with transaction.atomic():
        listener.call([decode(row) for row in rows])


def _deliver(listener: Listener, shelf: Shelf) -> Outcome:
    position = positions.lock(listener)
    if position is None:
        return Outcome.NOTHING
    position = shelf.window_of(position)
    page = shelf.page(listener, position)
    if page.rows and position.attempts < TRIES:
        hand_over(listener, page.rows, page.decode)
    elif page.rows:
        poison = _search(listener, page.rows, page.decode)
        if len(poison) == len(page.rows) > 1 and position.attempts < PATIENCE:
            raise NothingWorks(f"all {len(poison)} facts fail, the first with {short(poison[0][1])}")
        for row, failure in poison:
            _park(listener, row, failure, position.attempts + 1)
    shelf.note(listener, positions.move(listener, position, page.upto, page.ended))
    return Outcome.DONE if page.ended else Outcome.MORE


def _search(
    listener: Listener, rows: Sequence[Row], decode: Callable[[Row], Heard]
) -> list[tuple[Row, Exception]]:
    """Hands over everything that goes through, halving what does not; the single facts that fail come back."""
    try:
        hand_over(listener, rows, decode)
        return []
    except Exception as failure:
        if not connection.is_usable():
            raise
        if len(rows) == 1:
            return [(rows[0], failure)]
    middle = len(rows) // 2
    return _search(listener, rows[:middle], decode) + _search(listener, rows[middle:], decode)


def _park(listener: Listener, row: Row, failure: Exception, attempts: int) -> None:
    logger.error("Listener %s: fact %s parked: %s", listener.name, row.id, short(failure))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {ParkedFact._meta.db_table} (listener, fact_id, kind, payload, path, org_id,"
            " announced_at, error, attempts)"
            " VALUES (%s, %s, %s, %s::jsonb, %s, %s, to_timestamp(%s / 1000000.0), %s, %s)"
            " ON CONFLICT (listener, fact_id) DO UPDATE SET error = excluded.error",
            [
                listener.name,
                row.id,
                row.kind,
                row.payload,
                row.path,
                row.org_id,
                row.at_us,
                short(failure),
                attempts,
            ],
        )


def short(failure: Exception) -> str:
    """The error and where it came from, at most 2,000 characters."""
    place = traceback.extract_tb(failure.__traceback__)
    where = f" ({place[-1].filename.rsplit('/', 2)[-1]}:{place[-1].lineno})" if place else ""
    return f"{type(failure).__name__}: {failure}{where}"[:2000]
