"""Residents who report and do not give up: the same form with the same key until they have a number."""

import http.client
import secrets
import threading
import time
from dataclasses import dataclass, field

from django.db import connection

from bench.serving import Client, NoReceipt
from onegrid.places.areas.models import Area

PATIENCE = 10.0  # seconds for one answer


def places() -> list[tuple[float, float]]:
    """A point in each grid of the street."""
    grids = Area.objects.filter(kind="grid", valid_to=None).exclude(centre=None)
    found = [(point.x, point.y) for point in grids.values_list("centre", flat=True)]
    connection.close()
    return found


@dataclass
class Residents:
    """`clients` at once. `acknowledged`: key → number as the receipt gave it. `moments`: when each was, by the
    monotonic clock. `again`: how often something was sent again. `gave_up`: keys that never got one. `wrong`: when
    an answer came that was neither a receipt nor "come back later", and its status."""

    port: int
    where: list[tuple[float, float]]
    clients: int = 8
    pause: float = 0.0
    acknowledged: dict[str, str] = field(default_factory=dict)
    moments: list[float] = field(default_factory=list)
    again: int = 0
    gave_up: set[str] = field(default_factory=set)
    wrong: list[tuple[float, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._enough = threading.Event()
        self._threads: list[threading.Thread] = []
        self.begun = self.ended = 0.0

    def begin(self) -> None:
        self.begun = time.monotonic()
        self._threads = [threading.Thread(target=self._report, daemon=True) for _ in range(self.clients)]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Nobody begins another report; those under way are brought to their end."""
        self._enough.set()
        for thread in self._threads:
            thread.join(180)
        self.ended = time.monotonic()
        if any(thread.is_alive() for thread in self._threads):
            raise TimeoutError(
                "three minutes later somebody still has no number: the pages did not come back"
            )

    def until(self, count: int, seconds: float) -> None:
        """Waits for so many acknowledged in all; TimeoutError when they do not come."""
        limit = time.monotonic() + seconds
        while len(self.acknowledged) < count:
            if time.monotonic() > limit:
                raise TimeoutError(f"{len(self.acknowledged)} of {count} reports after {seconds:.0f} s")
            time.sleep(0.05)

    def _report(self) -> None:
        browser, turn = Client(self.port, timeout=PATIENCE), secrets.randbelow(1000)
        while not self._enough.is_set():
            turn += 1
            self._one(browser, *self.where[turn % len(self.where)])
            self._enough.wait(self.pause)
        browser.web.close()

    def _one(self, browser: Client, lon: float, lat: float) -> None:
        key, until = secrets.token_hex(16), time.monotonic() + 170
        while key not in self.acknowledged and time.monotonic() < until:
            try:
                self.acknowledged[key] = browser.report(lon, lat, f"prove {key}", key)
                self.moments.append(time.monotonic())
            except (OSError, NoReceipt, http.client.HTTPException) as failure:
                self.again += 1
                if isinstance(failure, NoReceipt) and failure.status != 429:
                    self.wrong.append((time.monotonic(), failure.status))
                browser.web.close()
                time.sleep(0.2)
        if key not in self.acknowledged:
            self.gave_up.add(key)
