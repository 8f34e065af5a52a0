"""A test alert goes to a phone through a gateway for text messages, which is another program."""

import threading
import time
import urllib.request
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from onegrid.accounts.alerts.actions import send_test_alert
from onegrid.accounts.alerts.queries import own_test_alerts
from onegrid.accounts.notices.actions import choose_channels, deliver
from onegrid.accounts.notices.models import ChannelMessage, MessageState
from onegrid.demo.gateway import Gateway, serve
from tests.streets import streets  # noqa: F401

AT = datetime(2026, 3, 2, 3, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def gateway(settings):
    one = Gateway("key-of-the-gateway")
    server = serve(one, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_URL = f"http://127.0.0.1:{server.server_address[1]}/"
    settings.SMS_KEY = "key-of-the-gateway"
    yield one
    server.shutdown()
    server.server_close()


@pytest.fixture
def message(streets, gateway):  # noqa: F811
    """A test alert on its way to the operator's phone."""
    operator = streets.staff["operator"]
    operator.phone = "13900000001"
    operator.save(update_fields=["phone"])
    choose_channels(by=operator, channels=["sms"])
    assert send_test_alert(by=operator, at=AT) == ["sms"]
    return ChannelMessage.objects.get(channel="sms")


def test_it_arrives_once_however_often_it_is_sent(message, gateway, settings):
    deliver(message_id=message.pk, at=AT)
    ChannelMessage.objects.filter(pk=message.pk).update(
        state=MessageState.WAITING, sent_at=None
    )  # killed half-way
    deliver(message_id=message.pk, at=AT)
    assert [one["to"] for one in gateway.messages.values()] == ["13900000001"]
    [shown] = own_test_alerts(viewer=message.notice.recipient)
    assert (shown.state, shown.sent_at) == (MessageState.SENT, AT)
    with urllib.request.urlopen(settings.SMS_URL) as page:
        assert "13900000001" in page.read().decode()


def test_a_phone_written_for_people_is_dialled_by_its_digits(message, gateway):
    message.notice.recipient.phone = "139-0000 0001"
    message.notice.recipient.save(update_fields=["phone"])
    assert deliver(message_id=message.pk, at=AT).state == MessageState.SENT
    assert [one["to"] for one in gateway.messages.values()] == ["13900000001"]


def test_a_gateway_that_is_down_is_tried_again(message, gateway):
    gateway.down = True
    deliver(message_id=message.pk, at=AT)
    message.refresh_from_db()
    assert (message.state, message.trouble, gateway.messages) == (MessageState.WAITING, "HTTP 503", {})
    assert message.not_before > AT


def test_a_wrong_key_is_said_and_not_tried_again(message, gateway, settings):
    settings.SMS_KEY = "another"
    deliver(message_id=message.pk, at=AT)
    message.refresh_from_db()
    assert (message.state, message.trouble) == (MessageState.FAILED, "HTTP 401")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id": "1", "to": "police", "text": "x"}', b"\xff"])
def test_what_is_no_message_is_refused(body):
    gateway = Gateway("k")
    assert gateway.take("Bearer k", body)[0] == 400 and not gateway.messages


@pytest.fixture
def robot(streets, gateway, settings):  # noqa: F811
    """A test alert on its way to a work group."""
    settings.WECOM_URL = f"{settings.SMS_URL}cgi-bin/webhook/send?key=key-of-the-gateway"
    choose_channels(by=streets.staff["operator"], channels=["wecom"])
    send_test_alert(by=streets.staff["operator"], at=AT)
    return ChannelMessage.objects.get(channel="wecom")


def test_a_robot_says_it_in_the_group(robot, gateway):
    assert deliver(message_id=robot.pk, at=AT).state == MessageState.SENT
    [(_at, said)] = gateway.group
    assert said.startswith(f"{robot.notice.recipient.display_name}：") and "\n" in said


def test_an_alert_of_many_troubles_is_cut_to_what_a_robot_takes(robot, gateway):
    robot.notice.body = "磁盘：快满了。请清理，或换更大的磁盘。\n" * 60
    robot.notice.save(update_fields=["body"])
    assert deliver(message_id=robot.pk, at=AT).state == MessageState.SENT
    [(_at, said)] = gateway.group
    assert 2000 < len(said.encode()) <= 2048 and said.endswith("…")


def test_a_robots_no_is_said_and_its_haste_is_waited_for(robot, gateway, settings):
    gateway.group += [(time.time(), "earlier")] * 20
    assert deliver(message_id=robot.pk, at=AT).state == MessageState.WAITING
    settings.WECOM_URL = settings.WECOM_URL.replace("key-of", "another-key-of")
    deliver(message_id=robot.pk, at=AT + timedelta(minutes=1))
    robot.refresh_from_db()
    assert (robot.state, robot.trouble) == (MessageState.FAILED, "errcode 93000: invalid webhook url")
