"""Inbox, preferences, and delivery by channels to a faithful local peer."""

import json
import threading
from datetime import date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from procrastinate.contrib.django.models import ProcrastinateJob

from onegrid.accounts.identity.models import Grant, Role
from onegrid.accounts.notices import actions, channels, queries
from onegrid.accounts.notices.channels import signed
from onegrid.accounts.notices.models import ChannelMessage, Notice
from onegrid.accounts.notices.plugins import NotSent
from onegrid.accounts.notices.rules import LEASE, leaves_at, wait_after
from onegrid.kit.errors import NotAllowed, NotFound, Refused

AT = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def worker(streets):
    return streets.a.staff["grid_worker"]


@pytest.fixture
def peer(settings):
    """A gateway and robot on this machine: keeps what it was sent, answers what `answers` says next."""

    class Peer(BaseHTTPRequestHandler):
        got: list = []
        answers: list = []
        drips, let_go = 0, threading.Event()
        meanwhile = staticmethod(lambda: None)  # while the one that called waits

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            Peer.got.append((self.path, dict(self.headers), body))
            Peer.meanwhile()
            status, answer = Peer.answers.pop(0) if Peer.answers else (200, {"errcode": 0, "errmsg": "ok"})
            self.send_response(status)
            self.flush_headers()
            for _line in range(Peer.drips):
                self.wfile.write(b"X: y\r\n")
                Peer.let_go.wait(0.05)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *args):
            pass

    Peer.got, Peer.answers = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
    server.handle_error = lambda *_: None
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    settings.SMS_URL = f"http://127.0.0.1:{server.server_port}/sms"
    settings.SMS_KEY = "k"
    settings.WECOM_URL = f"http://127.0.0.1:{server.server_port}/wecom?key=1"
    yield Peer
    Peer.let_go.set()
    server.shutdown()
    server.server_close()
    thread.join()


def tell(users, **more) -> list[Notice]:
    """What was written."""
    before = set(Notice.objects.values_list("pk", flat=True))
    actions.notify(
        users, **{"title": "新任务", "kind": "case.assigned", "link": "/worker/1/", "at": AT} | more
    )
    return list(Notice.objects.exclude(pk__in=before).order_by("pk"))


def test_one_line_each_and_none_for_who_left(streets, worker):
    gone = streets.a.staff["grid_worker_2"]
    gone.left_at = AT
    assert [notice.recipient for notice in tell([worker, worker, gone])] == [worker]
    assert queries.unread_count(viewer=worker) == 1
    assert not ChannelMessage.objects.exists()


@pytest.mark.parametrize(
    "link", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_a_link_leads_nowhere_else(worker, link):
    with pytest.raises(Refused, match="outside_link"):
        tell([worker], link=link)
    assert not Notice.objects.exists()


def test_reading_is_for_the_recipient(client, streets, worker):
    (notice,) = tell([worker])
    with pytest.raises(NotFound):
        actions.mark_read(notice_id=notice.pk, by=streets.a.staff["leader"], at=AT)
    client.force_login(worker)
    assert client.post(f"/staff/inbox/{notice.pk}/").url == "/worker/1/"
    assert queries.unread_count(viewer=worker) == 0


def test_the_inbox_turns_pages_by_key(client, worker):
    for number in range(45):
        tell([worker], title=f"n{number}")
    client.force_login(worker)
    seen, url = [], "/staff/inbox/"
    while url:
        page = client.get(url).context
        seen += [notice.title for notice in page["notices"]]
        url = page["older"] and f"/staff/inbox/?before={page['older']}"
    assert seen == [f"n{number}" for number in reversed(range(45))]
    client.post("/staff/inbox/read/")
    assert queries.unread_count(viewer=worker) == 0


def test_a_message_leaves_by_the_chosen_channel_once(worker, peer):
    worker.phone = "13900000000"
    worker.save()
    actions.choose_channels(by=worker, channels=["sms", "wecom"])
    tell([worker])
    rows = list(ChannelMessage.objects.order_by("channel"))
    assert [row.channel for row in rows] == ["sms", "wecom"]
    assert ProcrastinateJob.objects.filter(task_name="accounts.notices.deliver").count() == 2
    for row in rows:
        assert actions.deliver(message_id=row.pk, at=AT).state == "sent"
        assert actions.deliver(message_id=row.pk, at=AT) is None
    assert [path for path, _headers, _body in peer.got] == ["/sms", "/wecom?key=1"]
    assert peer.got[0][1]["Authorization"] == "Bearer k"
    assert peer.got[0][2]["to"] == "13900000000"


@pytest.mark.parametrize(
    ("answer", "state", "again"),
    [
        ((503, {}), "waiting", True),
        ((429, {}), "waiting", True),
        ((200, {"errcode": 45009}), "waiting", True),
        ((200, {"errcode": 93000, "errmsg": "invalid webhook url"}), "failed", False),
        ((404, {}), "failed", False),
    ],
)
def test_what_the_peer_answers_decides_about_another_try(worker, peer, answer, state, again):
    actions.choose_channels(by=worker, channels=["wecom"])
    tell([worker])
    row = ChannelMessage.objects.get()
    peer.answers.append(answer)
    row = actions.deliver(message_id=row.pk, at=AT)
    assert (row.state, row.tries) == (state, 1)
    assert (row.not_before == AT + timedelta(minutes=1)) is again
    if again:
        assert actions.deliver(message_id=row.pk, at=AT + timedelta(minutes=1)).state == "sent"


def test_a_peer_that_is_away_is_asked_six_times(worker, settings):
    settings.WECOM_URL = "http://127.0.0.1:9/"
    actions.choose_channels(by=worker, channels=["wecom"])
    tell([worker])
    at = AT
    for _ in range(6):
        row = actions.deliver(message_id=ChannelMessage.objects.get().pk, at=at)
        at = max(at, row.not_before)
    assert (row.state, row.tries) == ("failed", 6)


@pytest.mark.parametrize(
    ("now", "urgent", "leaves"),
    [
        (time(23), False, time(7)),
        (time(6, 59), False, time(7)),
        (time(7), False, time(7)),
        (time(12), False, time(12)),
        (time(23), True, time(23)),
    ],
)
def test_quiet_hours_over_midnight(now, urgent, leaves):
    local = AT.replace(hour=now.hour, minute=now.minute)
    when = leaves_at(local, time(22), time(7), urgent)
    assert when.time() == leaves
    assert timedelta(0) <= when - local < timedelta(hours=10)


def test_the_waits_grow_and_end():
    assert [wait_after(tries) and wait_after(tries).seconds // 60 for tries in range(1, 7)] == [
        1,
        2,
        4,
        8,
        16,
        None,
    ]


def test_a_robot_address_is_signed():
    url = signed("https://x/send?access_token=1", "SEC", 1_700_000_000_000)
    assert url.startswith("https://x/send?access_token=1&timestamp=1700000000000&sign=")
    assert signed("https://x", "", 1) == "https://x"


def test_the_demo_channel_ends_in_the_outbox_page(client, streets, worker):
    actions.choose_channels(by=worker, channels=["demo"])
    tell([worker])
    actions.deliver(message_id=ChannelMessage.objects.get().pk, at=AT)
    with pytest.raises(NotAllowed):
        queries.outbox(viewer=worker)
    of_one_street = streets.b.staff["leader"]
    Grant.objects.create(
        user=of_one_street,
        role=Role.objects.get(code="operator"),
        area=streets.b.area,
        valid_from=date(2026, 1, 1),
    )
    with pytest.raises(NotFound):
        queries.outbox(viewer=of_one_street)
    client.force_login(worker)
    assert client.get("/operator/outbox/").status_code == 403
    client.force_login(streets.staff["operator"])
    assert "新任务" in client.get("/operator/outbox/").content.decode()


def test_one_that_another_worker_has_waits_for_the_end_of_its_lease(worker, peer, monkeypatch):
    """Killed between the peer's yes and our note: nothing for two minutes, then again under the same key."""
    actions.choose_channels(by=worker, channels=["wecom"])
    tell([worker])
    row = ChannelMessage.objects.get()
    monkeypatch.setattr(actions, "_written", lambda *_given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.deliver(message_id=row.pk, at=AT)
    monkeypatch.undo()
    jobs = ProcrastinateJob.objects.filter(task_name="accounts.notices.deliver").count()
    assert actions.deliver(message_id=row.pk, at=AT + LEASE / 2) is None and len(peer.got) == 1
    assert ProcrastinateJob.objects.filter(scheduled_at=AT + LEASE).count() == 1
    assert ProcrastinateJob.objects.filter(task_name="accounts.notices.deliver").count() == jobs + 1
    again = actions.deliver(message_id=row.pk, at=AT + LEASE)
    assert (again.state, again.tries, again.leased_until, len(peer.got)) == ("sent", 2, None, 2)


def test_who_was_slower_than_the_lease_changes_nothing_unless_it_was_taken(worker, peer, monkeypatch):
    actions.choose_channels(by=worker, channels=["wecom"])
    tell([worker])
    row = ChannelMessage.objects.get()

    def overtaken(trouble):
        def send(claimed):
            ChannelMessage.objects.filter(pk=claimed.pk).update(tries=claimed.tries + 1)
            if trouble:
                raise trouble

        monkeypatch.setattr(actions, "_channel_send", send)
        return actions.deliver(message_id=row.pk, at=AT + LEASE * ChannelMessage.objects.get().tries)

    assert overtaken(NotSent("late")) is None
    row.refresh_from_db()
    assert (row.state, row.trouble) == ("waiting", "") and row.leased_until is not None
    assert overtaken(None).state == "sent"


def test_a_peer_that_drips_is_left(worker, peer, monkeypatch):
    """A byte now and then keeps every read alive: what ends is the whole call."""
    monkeypatch.setattr(channels, "PATIENCE", 0.3)
    actions.choose_channels(by=worker, channels=["wecom"])
    tell([worker])
    peer.drips = 40
    row = actions.deliver(message_id=ChannelMessage.objects.get().pk, at=AT)
    assert (row.state, row.trouble) == ("waiting", "TimeoutError")


def test_a_mail_server_is_not_waited_for_for_ever():
    assert django_settings.EMAIL_TIMEOUT == 10


def test_an_unknown_channel_is_refused(worker):
    with pytest.raises(Refused, match="no_such_channel"):
        actions.choose_channels(by=worker, channels=["pigeon"])
