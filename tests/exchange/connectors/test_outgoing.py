"""One guarded request against a real server that answers well, badly, slowly, too much, or elsewhere."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from onegrid.exchange.connectors import outgoing
from onegrid.exchange.connectors.plugins import NotTaken, Refusing


class Answers(BaseHTTPRequestHandler):
    """By the path: a status, or a way of behaving badly."""

    seen: list[tuple[str, str]]

    def log_message(self, *_args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers["Host"]))
        what = self.path.rsplit("/", 1)[1]
        if what == "silent":
            self.server.let_go.wait(5)
            return
        if what == "headers":  # a byte at a time, then a good answer
            self.wfile.write(b"HTTP/1.0 200 OK\r\nX: ")
            for _byte in range(40):
                self.server.let_go.wait(0.05)
                self.wfile.write(b"x")
            self.wfile.write(b"\r\n\r\n{}")
            return
        self.send_response(int(what) if what.isdecimal() else 200)
        if what == "302":
            self.send_header("Location", "/api/200")
        self.end_headers()
        if what == "long":
            self.wfile.write(b"x" * 5000)
        elif what == "dripping":
            while not self.server.let_go.wait(0.05):
                self.wfile.write(b"x")
        else:
            self.wfile.write(b"{}")


@pytest.fixture
def other(settings):
    settings.CONNECTOR_NETWORKS = ["127.0.0.0/8"]
    handler = type("Handler", (Answers,), {"seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.let_go = threading.Event()
    server.handle_error = lambda *_: None
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    server.seen = handler.seen
    server.base = f"http://127.0.0.1:{server.server_port}/api/"
    yield server
    server.let_go.set()
    server.shutdown()
    server.server_close()


def test_a_good_answer_and_where_it_went(other):
    assert outgoing.call(other.base, "/200") == outgoing.Reply(200, b"{}")
    assert other.seen == [("/api/200", f"127.0.0.1:{other.server_port}")]


@pytest.mark.parametrize(
    ("path", "refused"),
    [("/302", True), ("/404", True), ("/422", True), ("/429", False), ("/500", False), ("/503", False)],
)
def test_what_is_final_and_what_may_be_tried_again(other, path, refused):
    with pytest.raises(NotTaken) as failure:
        outgoing.call(other.base, path)
    assert isinstance(failure.value, Refusing) is refused and len(other.seen) == 1  # no redirect is followed


@pytest.mark.parametrize("path", ["/silent", "/dripping", "/headers"])
def test_who_does_not_come_to_an_end_is_left(other, path, monkeypatch):
    monkeypatch.setattr(outgoing, "ANSWER_SECONDS", 0.3)
    with pytest.raises(NotTaken) as failure:
        outgoing.call(other.base, path)
    assert not isinstance(failure.value, Refusing)


def test_who_says_too_much_is_refused(other, monkeypatch):
    monkeypatch.setattr(outgoing, "ANSWER_BYTES", 1000)
    with pytest.raises(Refusing, match="too long"):
        outgoing.call(other.base, "/long")


def test_nobody_there_and_a_network_that_may_not_be_called(other, settings):
    other.shutdown()
    other.server_close()
    with pytest.raises(NotTaken) as failure:
        outgoing.call(other.base, "/200")
    assert not isinstance(failure.value, Refusing)
    settings.CONNECTOR_NETWORKS = []
    with pytest.raises(Refusing, match="may not be called"):
        outgoing.call(other.base, "/200")
    with pytest.raises(Refusing, match="bad address"):
        outgoing.call("http://a@b", "/200")


def test_every_number_behind_a_name_is_judged(settings, monkeypatch):
    """A name that stands for a public and a private number is not called at all, and the number judged is called."""
    settings.CONNECTOR_NETWORKS = []
    found = [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lambda *_given, **_more: found)
    called: list = []

    def connect(address, **_more):
        called.append(address)
        raise OSError

    monkeypatch.setattr(outgoing.socket, "create_connection", connect)
    with pytest.raises(Refusing):
        outgoing.call("https://zf.example.cn", "/x")
    assert called == []
    del found[1]
    with pytest.raises(NotTaken):
        outgoing.call("https://zf.example.cn", "/x")
    assert called == [("8.8.8.8", 443)]
