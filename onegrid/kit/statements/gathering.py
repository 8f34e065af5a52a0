"""Fewer ways to the database for code that asks one thing after the other and writes one row after the other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from onegrid.kit.statements.asking import Question, ask_all, kept_now, send_held


@contextmanager
def gathering() -> Iterator[None]:
    """What is told (`tell`) inside goes with the next question, or at the end, all at once and in its order.

    Also a decorator, below `transaction.atomic`: what is refused is refused before the commit. A statement of
    Django's own sends what is held first, so whoever reads finds what was written. Of an error only the place
    changes: it is raised where the rows are sent.
    """
    kept = kept_now()
    if kept.gathers:
        yield
        return
    kept.gathers = True
    try:
        with connections[DEFAULT_DB_ALIAS].execute_wrapper(_behind_what_is_held):
            yield
        send_held()
    finally:
        kept.gathers = False
        kept.held.clear()


def _behind_what_is_held(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
    if sql.startswith(
        "ROLLBACK"
    ):  # to a savepoint, before which everything was sent: what is held goes with it
        kept_now().held.clear()
    send_held()
    return execute(sql, params, many, context)


@contextmanager
def foreseen(*questions: Question) -> Iterator[None]:
    """Asks at once what will be asked inside, word for word; each answer serves once. What is not asked after all has
    cost a look; nothing that the code inside changes may be among it."""
    kept = kept_now()
    known = {(query, tuple(given)): (query, given) for query, given in questions}
    if len(known) > 1:
        kept.foreseen = dict(zip(known, ask_all(*known.values()), strict=True))
    try:
        yield
    finally:
        kept.foreseen = {}
