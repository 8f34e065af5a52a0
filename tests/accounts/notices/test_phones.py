"""Lines to phones that belong to no account: sealed, sent once, and forgotten."""

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from onegrid.accounts.notices import actions, queries
from onegrid.accounts.notices.models import PhoneMessage
from onegrid.accounts.notices.rules import digits_of
from onegrid.kit.errors import NotAllowed
from tests.accounts.notices.test_notices import AT, peer  # noqa: F401  a fixture

PHONE = "000-0000-1234"


@pytest.fixture
def demo(settings):
    settings.DEMO_CHANNEL = True


def told(phones: dict, at: datetime = AT) -> list[PhoneMessage]:
    return actions.tell_phones(phones, text="您反映的事项已立案", at=at)


def test_where_no_channel_reaches_phones_nothing_is_written(db, settings):
    settings.DEMO_CHANNEL = False
    settings.WECOM_URL = "http://127.0.0.1:9/"  # a group robot reaches no phone
    assert told({"a": PHONE}) == [] and not PhoneMessage.objects.exists()
    assert not queries.phones_are_reached() and not ProcrastinateJob.objects.exists()


def test_one_line_a_phone_with_its_job_and_the_phone_is_sealed(db, demo):
    rows = told({"a": PHONE, "b": "000 0000 1234", "c": "无", "d": "000-0000-5678", "e": "12"})
    assert [row.key for row in rows] == ["a", "d"] and queries.phones_are_reached()
    assert ProcrastinateJob.objects.filter(task_name__endswith="deliver_to_phone").count() == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM accounts_phonemessage")
        assert all(b"1234" not in bytes(sealed) for (sealed,) in cursor.fetchall())


def test_what_is_rolled_back_tells_nobody(db, demo):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        told({"a": PHONE})
        1 / 0  # noqa: B018
    assert not PhoneMessage.objects.exists() and not ProcrastinateJob.objects.exists()


def test_sent_once_by_text_message_and_then_forgotten(db, demo, peer):  # noqa: F811
    (row,) = told({"a": PHONE})
    assert row.channel == "sms"  # the one that really sends
    assert actions.deliver_to_phone(message_id=row.pk, at=AT).state == "sent"
    assert actions.deliver_to_phone(message_id=row.pk, at=AT) is None
    ((_path, headers, body),) = peer.got
    assert body == {"id": f"onegrid-phone-{row.pk}", "to": digits_of(PHONE), "text": "您反映的事项已立案"}
    assert headers["Idempotency-Key"] == body["id"]
    assert PhoneMessage.objects.get().phone is None


def test_another_try_keeps_the_phone_and_a_refusal_forgets_it(db, demo, peer):  # noqa: F811
    (row,) = told({"a": PHONE})
    peer.answers += [(503, {}), (400, {})]
    later = actions.deliver_to_phone(message_id=row.pk, at=AT)
    assert (later.state, later.phone, later.not_before) == ("waiting", PHONE, AT + timedelta(minutes=1))
    failed = actions.deliver_to_phone(message_id=row.pk, at=later.not_before)
    assert (failed.state, failed.trouble) == ("failed", "HTTP 400")
    assert PhoneMessage.objects.get().phone is None


def test_a_channel_that_is_taken_away_meanwhile_sends_nothing(db, demo, settings):
    (row,) = told({"a": PHONE})
    settings.DEMO_CHANNEL = False
    assert actions.deliver_to_phone(message_id=row.pk, at=AT).state == "failed"


def test_nobody_is_woken(db, demo):
    (row,) = told({"a": PHONE}, at=AT.replace(hour=23))
    assert (row.not_before.hour, row.not_before.date()) == (7, AT.date() + timedelta(days=1))
    assert actions.deliver_to_phone(message_id=row.pk, at=AT.replace(hour=23)).state == "waiting"


def test_the_outbox_of_phones_shows_no_phone(client, streets, demo):
    told({"a": PHONE})
    with pytest.raises(NotAllowed):
        queries.phone_outbox(viewer=streets.a.staff["leader"])
    client.force_login(streets.staff["operator"])
    page = client.get("/operator/outbox/?to=phones").content.decode()
    assert "您反映的事项已立案" in page and "1234" not in page
    assert "您反映的事项已立案" not in client.get("/operator/outbox/").content.decode()


@pytest.mark.parametrize(
    ("phone", "digits"),
    [(PHONE, "00000001234"), ("+86 138", "86138"), ("无", ""), ("1234", ""), ("１２３４５", "")],
)
def test_what_is_a_phone(phone, digits):
    assert digits_of(phone) == digits
