"""Residents who report and do not give up: the same form with the same key until they have a number."""

import http.client
import secrets
import threading
import time
from dataclasses import dataclass, field
from io import BytesIO

from django.db import connection
from PIL import Image

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
    """`clients` at once; one report in four comes with a photo, after one in five a code is asked for to a phone.
     `acknowledged`: key → number as the receipt gave it. `moments`: when each was, by the
    monotonic clock. `again`: how often something was sent again. `gave_up`: keys that never got one. `wrong`: when
    an answer came that was neither a receipt nor "come back later", and its status. `photos`: keys of reports that
    came with one. `phones`: those that were told that a code was sent."""

    port: int
    where: list[tuple[float, float]]
    clients: int = 8
    pause: float = 0.0
    acknowledged: dict[str, str] = field(default_factory=dict)
    moments: list[float] = field(default_factory=list)
    again: int = 0
    gave_up: set[str] = field(default_factory=set)
    wrong: list[tuple[float, int]] = field(default_factory=list)
    photos: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)

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
            self._one(browser, *self.where[turn % len(self.where)], with_photo=turn % 4 == 0)
            if turn % 5 == 0:
                self._code(browser)
            self._enough.wait(self.pause)
        browser.web.close()

    def _one(self, browser: Client, lon: float, lat: float, *, with_photo: bool) -> None:
        key, until = secrets.token_hex(16), time.monotonic() + 170
        photo = photo_of(key) if with_photo else b""
        if with_photo:
            self.photos.add(key)
        while key not in self.acknowledged and time.monotonic() < until:
            try:
                self.acknowledged[key] = browser.report(lon, lat, f"prove {key}", key, photo)
                self.moments.append(time.monotonic())
            except (OSError, NoReceipt, http.client.HTTPException) as failure:
                self.again += 1
                if isinstance(failure, NoReceipt) and failure.status != 429:
                    self.wrong.append((time.monotonic(), failure.status))
                browser.web.close()
                time.sleep(0.2)
        if key not in self.acknowledged:
            self.gave_up.add(key)

    def _code(self, browser: Client) -> None:
        """One try: who asks again gets another code, and the first opens nothing any more."""
        phone = f"139{secrets.randbelow(10**8):08d}"
        try:
            status, _where, _body = browser.ask("POST", "/mine/sign-in/", {"phone": phone})
        except (OSError, http.client.HTTPException):
            return
        if status == 200:
            self.phones.add(phone)


def photo_of(key: str) -> bytes:
    """A picture that no other report has; the same for the same key (hex)."""
    picture = Image.frombytes("RGB", (4, 4), (bytes.fromhex(key) * 3)[:48]).resize((64, 64))
    written = BytesIO()
    picture.save(written, "JPEG")
    return written.getvalue()
