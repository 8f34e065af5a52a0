"""The relay: the process that carries facts to listeners. Several may run; each listener is served by one at a
time, and a relay that dies leaves its batch to the others, untouched."""

import logging
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from types import FrameType
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError, connection

from onegrid.kit.facts import positions
from onegrid.kit.facts.announcing import CHANNEL, GATHER, RELAY
from onegrid.kit.facts.delivery import Outcome, deliver
from onegrid.kit.facts.registry import LISTENERS, Listener
from onegrid.kit.facts.resting import Rests
from onegrid.kit.facts.shelf import Shelf

logger = logging.getLogger(__name__)

POLL = 1.0  # seconds without a wake-up call after which the relay looks by itself
POLL_UNSETTLED = 0.05  # the same while facts wait for an older transaction to end, which calls nobody
LONGEST_PAUSE = 10.0  # seconds between attempts to reach the database


def connect_raw(name: str) -> psycopg.Connection:
    """A connection of its own beside Django's, in autocommit, under an application name."""
    return psycopg.connect(**address(), application_name=name, autocommit=True)


def address() -> dict[str, Any]:
    """How to reach the database, in psycopg's words."""
    wanted = ("dbname", "user", "password", "host", "port", "options")
    given = connection.get_connection_params()
    return {key: given[key] for key in wanted if given.get(key)}


def drain(
    listeners: dict[str, Listener] | None = None,
    until: Callable[[], bool] = lambda: False,
    rests: Rests | None = None,
) -> int:
    """Delivers what every listener that does not rest has to hear now, batch after batch in turn; the number of
    batches."""
    heard_by = LISTENERS if listeners is None else listeners
    if rests is None or rests.tidy_now():
        positions.introduce(list(heard_by.values()))
        positions.pass_by(list(heard_by.values()))
    heard_by = heard_by if rests is None else rests.awake(heard_by)
    batches, (horizon, standing) = 0, positions.waiting(list(heard_by.values()))
    served, shelf = list(standing), Shelf(heard_by, horizon, standing)
    worked: defaultdict[str, float] = defaultdict(float)
    while served and not until():
        more: dict[str, Outcome] = {}
        for name in served:
            if not until():
                begun = time.monotonic()
                more[name] = deliver(heard_by[name], shelf)
                worked[name] += time.monotonic() - begun
        batches += sum(outcome is not Outcome.NOTHING for outcome in more.values())
        served = [name for name, outcome in more.items() if outcome is Outcome.MORE]
    if rests is not None:
        for name, seconds in worked.items():
            rests.worked(name, seconds)
    return batches


class Relay:
    """`run()` until `stop()`. Outlives restarts of the database."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._bell: psycopg.Connection | None = None
        self._rests = Rests()

    def stop(self, *_signal: int | FrameType | None) -> None:
        """The batch at hand is finished, no other is begun."""
        self._stopped.set()

    def stop_on_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)

    def run(self) -> None:
        pause = 0.2
        while not self._stopped.is_set():
            try:
                self._listen()
                if drain(until=self._stopped.is_set, rests=self._rests):
                    self._stopped.wait(GATHER)
                else:
                    self._wait()
                pause = 0.2
            except (OperationalError, InterfaceError, psycopg.OperationalError) as lost:
                logger.warning("The database does not answer, next attempt in %.1f s: %s", pause, lost)
                self._hang_up()
                self._stopped.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        self._hang_up()

    def _listen(self) -> None:
        if self._bell is None:
            self._bell = connect_raw(RELAY)
            self._bell.execute(f"LISTEN {CHANNEL}")

    def _wait(self) -> None:
        """Until GATHER after the bell, or until it is time to look anyway; a signal is noticed within 0.2 s."""
        assert self._bell is not None
        longest = POLL_UNSETTLED if positions.unsettled() else POLL
        until = time.monotonic() + self._rests.ends_in(longest)
        while not self._stopped.is_set() and (left := until - time.monotonic()) > 0:
            if list(self._bell.notifies(timeout=min(left, 0.2), stop_after=1)):
                self._stopped.wait(GATHER)
                return

    def _hang_up(self) -> None:
        if self._bell is not None:
            self._bell.close()
            self._bell = None
        connection.close()
