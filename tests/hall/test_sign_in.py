"""A code to a phone, a session, and nothing that tells whether a phone is known."""

from datetime import UTC, datetime, timedelta

import pytest

from onegrid.accounts.notices.actions import deliver_to_phone
from onegrid.accounts.notices.models import PhoneMessage
from onegrid.accounts.notices.queries import phone_outbox
from onegrid.hall.residents import actions, rules
from onegrid.hall.residents.models import PhoneSession, SignInCode
from onegrid.hall.residents.queries import open_session
from onegrid.kit.errors import Refused, Unavailable
from onegrid.kit.throttle import TooMany
from tests.streets import streets  # noqa: F401

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 15, tzinfo=UTC)  # 23:00 in Shanghai: a code does not wait for the morning
PHONE = "13800000001"


@pytest.mark.parametrize(
    ("change", "opens"),
    [
        ({}, True),
        ({"fits": False}, False),
        ({"used_at": AT}, False),
        ({"tries": rules.CODE_TRIES}, False),
        ({"tries": rules.CODE_TRIES - 1}, True),
        ({"at": AT + rules.CODE_LIVES}, False),
        ({"at": AT + rules.CODE_LIVES - timedelta(seconds=1)}, True),
        ({"at": AT - timedelta(seconds=1)}, False),
    ],
)
def test_when_a_code_opens(change, opens):
    given = {"made_at": AT, "tries": 0, "used_at": None, "fits": True, "at": AT} | change
    assert rules.code_opens(**given) == opens


def sent(phone: str = PHONE, at: datetime = AT) -> str:
    actions.send_code(phone=phone, at=at)
    message = PhoneMessage.objects.order_by("-id")[0]
    assert message.sealed is not None and message.not_before == at
    code = next(
        word for word in message.sealed.replace("：", ":").replace("，", ",").split(":")[1].split(",")
    )
    code = "".join(sign for sign in code if sign.isdigit())[: rules.CODE_DIGITS]
    assert len(code) == rules.CODE_DIGITS and code not in message.text
    return code


def test_the_right_code_opens_a_session_once_and_for_an_hour():
    code = sent()
    found = actions.sign_in(phone="+86 138-0000-0001", code=f" {code} ", at=AT)
    assert open_session(found.token, at=AT) == found.session
    assert open_session(found.token, at=AT + rules.SESSION_LIVES) is None
    assert open_session("x" * 43, at=AT) is None and open_session("", at=AT) is None
    with pytest.raises(Refused):
        actions.sign_in(phone=PHONE, code=code, at=AT)
    actions.sign_out(session_id=found.session.pk, at=AT)
    assert open_session(found.token, at=AT) is None
    assert code not in str(SignInCode.objects.values()) and PHONE not in str(SignInCode.objects.values())
    assert found.token not in str(PhoneSession.objects.values("digest", "phone_index"))


def test_tries_are_counted_and_after_five_the_right_code_is_wrong_too():
    code = sent()
    wrong = "000000" if code != "000000" else "111111"
    for _number in range(rules.CODE_TRIES):
        with pytest.raises(Refused) as refusal:
            actions.sign_in(phone=PHONE, code=wrong, at=AT)
        assert refusal.value.code == "wrong_code"
    with pytest.raises(Refused) as refusal:
        actions.sign_in(phone=PHONE, code=code, at=AT)
    assert refusal.value.code == "wrong_code" and not PhoneSession.objects.exists()
    assert SignInCode.objects.get().tries == rules.CODE_TRIES


def test_a_code_is_for_one_phone_and_a_new_one_ends_the_old():
    old = sent()
    new = sent()
    other = sent("13900000009")
    for phone, code in ((PHONE, old), (PHONE, other), ("13700000000", new), (PHONE, "")):
        if (phone, code) != (PHONE, new):
            with pytest.raises(Refused):
                actions.sign_in(phone=phone, code=code, at=AT)
    assert actions.sign_in(phone=PHONE, code=new, at=AT).session.phone == PHONE


def test_a_phone_gets_five_codes_an_hour_known_or_not():
    for _number in range(5):
        sent()
    with pytest.raises(TooMany):
        actions.send_code(phone=PHONE, at=AT)
    assert SignInCode.objects.count() == 5
    sent("13900000009")


def test_what_is_no_phone_is_refused_and_nothing_is_written():
    for phone in ("", "电话", "12345", "1" * 26):
        with pytest.raises(Refused) as refusal:
            actions.send_code(phone=phone, at=AT)
        assert refusal.value.code == "no_phone"
    assert not SignInCode.objects.exists() and not PhoneMessage.objects.exists()


def test_where_no_channel_reaches_phones_that_is_said(settings):
    settings.DEMO_CHANNEL = False
    with pytest.raises(Unavailable):
        actions.send_code(phone=PHONE, at=AT)
    assert not SignInCode.objects.exists()


def test_the_outbox_shows_a_code_only_where_nothing_leaves(settings, streets):  # noqa: F811
    settings.SMS_URL, settings.SMS_KEY = "http://127.0.0.1:9/", "k"
    code = sent()
    message = PhoneMessage.objects.get()
    assert message.channel == "sms"
    seen = phone_outbox(viewer=streets.staff["operator"])
    assert seen[0].get_deferred_fields() == {"phone", "sealed"} and code not in seen[0].text
    settings.SMS_URL = ""  # gone: it cannot leave any more, and is forgotten
    deliver_to_phone(message_id=message.pk, at=AT)
    message.refresh_from_db()
    assert (message.state, message.phone, message.sealed) == ("failed", None, None)


def test_what_is_over_is_removed():
    sent()
    assert actions.forget_old(at=AT + timedelta(days=1)) == 0
    assert actions.forget_old(at=AT + timedelta(days=3)) == 1
