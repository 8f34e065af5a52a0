"""Facts and listeners that exist only here, and a second real connection."""

import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from onegrid.kit.facts import Listener, announcing, positions
from onegrid.kit.facts.registry import LISTENERS
from onegrid.kit.facts.relay import connect_raw

from .lamps import LampLit


class Ear:
    """A listener that remembers; `poison` are lamps it cannot digest."""

    def __init__(self, name: str = "tests.ear", batch: int = 100, **more) -> None:
        self.heard: list[int] = []
        self.batches: list[int] = []
        self.poison: set[int] = set()
        self.listener = Listener(name, (LampLit,), self, batch=batch, **more)

    def __call__(self, batch) -> None:
        bad = [heard.fact.lamp for heard in batch if heard.fact.lamp in self.poison]
        if bad:
            raise ValueError(f"cannot digest lamp {bad[0]}")
        self.heard += [heard.fact.lamp for heard in batch]
        self.batches.append(len(batch))


@pytest.fixture(autouse=True)
def _no_call_yet(monkeypatch):
    """The test before has not called a moment ago."""
    monkeypatch.setattr(announcing, "_called_at", float("-inf"))


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def only(monkeypatch):
    """only(ear, ...): these are the only listeners there are."""

    def set_listeners(*ears: Ear) -> None:
        for name in list(LISTENERS):
            monkeypatch.delitem(LISTENERS, name)
        for one in ears:
            monkeypatch.setitem(LISTENERS, one.listener.name, one.listener)

    return set_listeners


@pytest.fixture
def other(transactional_db) -> Iterator[psycopg.Connection]:
    """A second connection to the test database, not in autocommit."""
    with connect_raw("second hand") as opened:
        opened.autocommit = False
        yield opened
        opened.rollback()


@pytest.fixture
def no_backoff():
    """no_backoff(): lets a failed batch be tried again at once."""

    def clear() -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE kit_listenerposition SET retry_at = NULL")

    return clear


def settle(seconds: float = 60.0) -> None:
    """Waits until transactions elsewhere in the cluster (other databases count) no longer hold facts back."""
    until = time.monotonic() + seconds
    while positions.unsettled() and time.monotonic() < until:
        time.sleep(0.02)
