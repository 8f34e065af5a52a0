"""Given a platform that is watched, when a part turns bad and well again, then operators hear of each once."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError, connection

from onegrid.accounts.alerts import actions
from onegrid.accounts.alerts.models import PartState
from onegrid.accounts.alerts.rules import told_now
from onegrid.accounts.notices.actions import choose_channels
from onegrid.accounts.notices.models import ChannelMessage, Notice
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, Refused
from onegrid.kit.health import WATCHED, Reading, Tone, Watched
from onegrid.kit.health.slow import slow_statements
from tests.processes import wait_for

AT = datetime(2026, 3, 2, 3, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("told", "looks", "bad", "after"),
    [
        (False, 0, False, (False, 0, "")),
        (False, 0, True, (False, 1, "")),  # one slow answer wakes nobody
        (False, 1, True, (True, 2, "bad")),
        (True, 2, True, (True, 3, "")),  # once is enough
        (True, 3, False, (False, 0, "well")),
        (False, 1, False, (False, 0, "")),  # whoever was not told of the trouble is not told of its end
    ],
)
def test_what_is_worth_a_message(told, looks, bad, after):
    assert told_now(told=told, bad_looks=looks, bad=bad) == after


class Pump(Watched):
    title = "Pump"
    tone = Tone.GOOD

    def readings(self) -> Iterator[Reading]:
        if self.tone == Tone.WARN:
            raise OSError("no such pump")
        yield Reading("Pressure", "0", self.tone, "Open the valve.")


@pytest.fixture
def pump(monkeypatch):
    """The only part there is."""
    one = Pump()
    monkeypatch.setattr(WATCHED, "_own", {"pump": one})
    return one


def looks(pump, *tones: Tone) -> list[str]:
    """Looks two minutes apart; the titles of what operators read."""
    for minute, tone in enumerate(tones):
        pump.tone = tone
        actions.watch(at=AT + timedelta(minutes=2 * minute))
    return list(Notice.objects.filter(kind="alert").order_by("pk").values_list("title", flat=True))


def test_bad_news_once_and_good_news_once(pump, streets):
    bad, good = Tone.BAD, Tone.GOOD
    assert looks(pump, good, bad, bad, bad, good, good) == ["Pump：需要处理", "Pump：已恢复正常"]
    notice = Notice.objects.filter(kind="alert").earliest("pk")
    assert (notice.recipient, notice.urgent) == (streets.staff["operator"], True)
    assert "Open the valve." in notice.body


def test_a_part_that_cannot_be_looked_at_is_bad_news(pump, streets):
    assert looks(pump, Tone.WARN, Tone.WARN) == ["Pump：需要处理"]
    assert PartState.objects.get().bad_looks == 2


def test_a_part_that_is_no_longer_watched_is_forgotten(pump, streets):
    looks(pump, Tone.GOOD)
    PartState.objects.create(name="old", looked_at=AT, since=AT)
    looks(pump, Tone.GOOD)
    assert [row.name for row in PartState.objects.all()] == ["pump"]


def test_a_test_alert_passes_quiet_hours_and_is_on_record(streets, settings):
    operator = streets.staff["operator"]
    settings.DEMO_CHANNEL = True
    choose_channels(
        by=operator, channels=["demo"], quiet_from=AT.time(), quiet_to=(AT + timedelta(hours=4)).time()
    )
    assert actions.send_test_alert(by=operator, at=AT) == ["demo"]
    message = ChannelMessage.objects.get()
    assert (message.notice.urgent, message.notice.recipient) == (True, operator)
    assert AuditEntry.objects.filter(verb="accounts.test_alert").count() == 1


def test_a_test_alert_refuses_and_writes_nothing(streets):
    with pytest.raises(Refused) as refusal:
        actions.send_test_alert(by=streets.staff["operator"], at=AT)
    assert refusal.value.code == "no_channel_chosen"
    with pytest.raises(NotAllowed):
        actions.send_test_alert(by=streets.a.staff["grid_worker"], at=AT)
    assert not Notice.objects.filter(kind="alert").exists()


def test_every_part_that_ships_can_be_looked_at(streets, client):
    client.force_login(streets.staff["operator"])
    page = client.get("/operator/health/").content.decode()
    for part in ("就绪检查", "数据库", "后台任务", "模块间的事实传递", "磁盘", "备份", "证书"):
        assert part in page
    assert "无法检查" not in page
    changing = client.get("/operator/health/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in changing and "数据库" in changing


def test_a_slow_statement_is_shown_without_its_values(db):
    def slow() -> None:
        with suppress(OperationalError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(60), '13900000000', 42")
        connection.close()

    def shown() -> list[dict]:
        with connection.cursor() as cursor:  # one transaction would see the sessions of its first look
            cursor.execute("SELECT pg_stat_clear_snapshot()")
        return [one for one in slow_statements(longer=timedelta(seconds=0.1)) if "pg_sleep" in one["text"]]

    thread = threading.Thread(target=slow)
    thread.start()
    wait_for(shown)
    (found,) = shown()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_cancel_backend(%s)", [found["pid"]])
    thread.join()
    assert found["text"] == "SELECT pg_sleep(…), '…', …"
