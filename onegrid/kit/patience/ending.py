"""A call to a peer that ends at a time, whatever it is at: connecting, shaking hands, headers or body."""

import contextlib
import socket
from threading import Timer
from types import TracebackType
from typing import Any


class Patience:
    """`with Patience(10) as patience:` hangs up on whatever was connected by `patience.connect` after ten seconds.

    A body without a length looks whole when it is cut off: who leaves the block late gets TimeoutError.
    """

    def __init__(self, seconds: float) -> None:
        self._timer = Timer(seconds, self._hang_up)
        self._timer.daemon = True
        self._links: list[socket.socket] = []
        self._over = False

    def connect(self, address: tuple[str, int], *given: Any, **more: Any) -> socket.socket:
        """As socket.create_connection."""
        link = socket.create_connection(address, *given, **more)
        self._links.append(link.dup())  # TLS takes the number of the first one away
        if self._over:
            self._hang_up()
        return link

    def _hang_up(self) -> None:
        self._over = True
        for link in self._links:
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> "Patience":
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, trouble: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._timer.join()
        for link in self._links:
            link.close()
        if self._over and trouble is None:
            raise TimeoutError
