"""The cheap client of the benches: it reads answers in pieces, says what was asked, hears when it is cut off."""

import socket
import threading
from collections.abc import Callable
from contextlib import closing

import pytest

from bench.wire import Wire


@pytest.fixture
def server():
    """server(pieces): answers each request on one connection with these bytes, then hangs up; what it was sent."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        asked: list[bytes] = []
        threads: list[threading.Thread] = []

        def answer(answers: list[list[bytes]]) -> None:
            connection, _address = listening.accept()
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for pieces in answers:
                    asked.append(connection.recv(65_536))
                    for piece in pieces:
                        connection.sendall(piece)

        def serve(*answers: list[bytes]) -> tuple[Wire, Callable[[], list[bytes]]]:
            threads.append(threading.Thread(target=answer, args=(list(answers),)))
            threads[-1].start()
            return Wire(listening.getsockname()[1], timeout=10), lambda: asked

        yield serve
        for thread in threads:
            thread.join(10)


def test_json_in_pieces_over_one_connection(server):
    body = b'{"number": "\xe4\xb8\x80"}'
    head = b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n" % len(body)
    client, asked = server([head, b"\r\n" + body[:5], body[5:]], [head + b"\r\n" + body])
    told = client.json("/api/v1/cases", {"text": "井盖"}, session="abc", headers={"If-Match": "*"})
    assert told == (201, {"number": "一"})
    assert client.json("/api/v1/cases", session="abc", headers={})[0] == 201
    first, second = asked()
    assert first.startswith(b"POST /api/v1/cases HTTP/1.1\r\n") and first.endswith('{"text":"井盖"}'.encode())
    assert b"If-Match: *\r\n" in first and b"sessionid=abc" in first and b"Content-Length: 17\r\n" in first
    assert second.startswith(b"GET ") and second.endswith(b"\r\n\r\n") and len(client.took) == 2


def test_a_form_and_where_it_leads(server):
    client, asked = server([b"HTTP/1.1 302 Found\r\nlocation: /follow/abc/\r\ncontent-length: 0\r\n\r\n"])
    assert client.ask("POST", "/report/", {"text": "a b"}) == (302, "/follow/abc/", b"")
    assert asked()[0].endswith(f"text=a+b&csrfmiddlewaretoken={client.token}".encode())


def test_a_server_that_hangs_up_is_heard(server):
    client, _asked = server([b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"])
    with pytest.raises(ConnectionError):
        client.ask("GET", "/")
    assert client.took == []
