"""A wire between a browser and the live server that can be cut, and can lose what the server answers."""

import socket
import threading
from contextlib import suppress


class Wire:
    """Bytes both ways. `cut`: nothing goes through, and what is open breaks. `deaf`: a request to post arrives, its
    answer is lost with the connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.deaf = False
        self._cut = False
        self._open: set[socket.socket] = set()
        self._door = socket.create_server(("localhost", 0))
        self.url = f"http://localhost:{self._door.getsockname()[1]}"
        threading.Thread(target=self._take, daemon=True).start()

    @property
    def cut(self) -> bool:
        return self._cut

    @cut.setter
    def cut(self, value: bool) -> None:
        self._cut = value
        if value:
            self._break()

    def close(self) -> None:
        self._door.close()
        self._break()

    def _break(self) -> None:
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _take(self) -> None:
        with suppress(OSError):  # the door is closed
            while True:
                near, _address = self._door.accept()
                if self._cut:
                    near.close()
                    continue
                far = socket.create_connection(("localhost", self.port))
                posted = threading.Event()
                for start in ((near, far, posted, True), (far, near, posted, False)):
                    threading.Thread(target=self._pump, args=start, daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, posted: threading.Event, up: bool) -> None:
        self._open |= {source}
        with suppress(OSError):
            while data := source.recv(65536):
                if up and data.startswith(b"POST /work/"):
                    posted.set()
                if not up and self.deaf and posted.is_set():
                    break
                target.sendall(data)
        self._open -= {source}
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
