"""Activities: who may still come, signing up without an account, calling off, and who may look."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.accounts.notices.models import PhoneMessage
from onegrid.hall.activities import actions, rules
from onegrid.hall.activities.models import Activity, SignUp
from onegrid.hall.activities.queries import coming_activities, own_sign_up, who_comes
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotFound, Refused
from tests.streets import Streets, streets  # noqa: F401

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
DAY = timedelta(days=1)
OPEN = {
    "is_shown": True,
    "called_off": False,
    "sign_up_until": AT + DAY,
    "capacity": 10,
    "taken": 8,
    "people": 2,
    "at": AT,
}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, ""),
        ({"capacity": None, "taken": 5000}, ""),
        ({"people": 3}, "full"),
        ({"people": 0}, "bad_people"),
        ({"people": 7, "capacity": None}, "bad_people"),
        ({"sign_up_until": AT}, "too_late"),
        ({"called_off": True}, "called_off"),
        ({"is_shown": False}, "not_shown"),
    ],
)
def test_who_may_still_sign_up(change, code):
    assert rules.sign_up_refused(**OPEN | change) == code


@given(st.integers(0, 50), st.lists(st.integers(1, 6), max_size=30))
def test_never_more_come_than_there_are_places(capacity, wanted):
    taken = 0
    for people in wanted:
        if not rules.sign_up_refused(**OPEN | {"capacity": capacity, "taken": taken, "people": people}):
            taken += people
    assert taken <= capacity


def planned(streets: Streets, **more) -> Activity:  # noqa: F811
    by = streets.a.staff["community_clerk"]
    values = {
        "title": "义诊", "body": "免费。", "place": "广场", "starts_at": AT + 3 * DAY, "ends_at": AT + 4 * DAY,
        "sign_up_until": AT + 2 * DAY, "capacity": 3, "area": streets.a.communities[0],
    } | more  # fmt: skip
    row = actions.write_activity(**values, by=by, at=AT)
    return actions.publish_activity(activity_id=row.pk, by=by, at=AT)


def signed(activity: Activity, phone: str = "13800000001", **more) -> SignUp:
    values = {"name": "张三", "people": 1, "at": AT} | more
    return actions.sign_up(activity_id=activity.pk, phone=phone, **values)


def test_places_are_taken_given_back_and_never_more_than_there_are(streets):  # noqa: F811
    row = planned(streets)
    first = signed(row, people=2, key="k")
    assert signed(row, people=2, key="k").pk == first.pk
    for wrong, code in (
        ({"phone": "13900000002", "people": 2}, "full"),
        ({"phone": "+86 138 0000 0001"}, "signed_up_already"),
        ({"phone": "电话"}, "no_phone"),
        ({"phone": "13900000002", "name": " "}, "words_missing"),
        ({"phone": "13900000002", "at": AT + 2 * DAY}, "too_late"),
    ):
        with pytest.raises(Refused) as refusal:
            signed(row, **wrong)
        assert refusal.value.code == code
    row.refresh_from_db()
    assert (row.taken, row.places_left, SignUp.objects.count()) == (2, 1, 1)
    actions.cancel_sign_up(code=first.code.lower(), at=AT)
    row.refresh_from_db()
    first.refresh_from_db()
    assert (row.taken, first.name, first.phone, first.phone_index) == (0, None, None, "")
    with pytest.raises(Refused):
        actions.cancel_sign_up(code=first.code, at=AT)
    again = signed(row)
    with pytest.raises(Refused) as refusal:
        actions.cancel_sign_up(code=again.code, at=AT + 3 * DAY)
    assert refusal.value.code == "too_late"
    with pytest.raises(NotFound):
        own_sign_up("NOSUCHCODE22")


def test_what_is_called_off_says_why_and_is_told(streets):  # noqa: F811
    row = planned(streets)
    signed(row)
    by = streets.a.staff["community_clerk"]
    actions.call_off_activity(activity_id=row.pk, reason="下雨", by=by, at=AT)
    message = PhoneMessage.objects.get()
    assert message.phone == "13800000001" and "义诊" in message.text and "张三" not in message.text
    assert [one.called_off_for for one in coming_activities(at=AT)] == ["下雨"]
    with pytest.raises(Refused):
        signed(row, "13900000002")
    with pytest.raises(Refused):
        actions.call_off_activity(activity_id=row.pk, reason="又", by=by, at=AT)


def test_times_that_do_not_fit_are_refused(streets):  # noqa: F811
    for wrong, code in (
        ({"ends_at": AT + 3 * DAY}, "ends_before_start"),
        ({"sign_up_until": AT + 5 * DAY}, "sign_up_after_end"),
    ):
        with pytest.raises(Refused) as refusal:
            planned(streets, **wrong)
        assert refusal.value.code == code
    assert not Activity.objects.exists()
    planned(streets, starts_at=AT - 2 * DAY, ends_at=AT - DAY, sign_up_until=AT - 2 * DAY)
    assert coming_activities(at=AT) == []


def test_names_are_seen_for_a_purpose_on_record_and_forgotten(streets):  # noqa: F811
    row = planned(streets)
    made = signed(row)
    by = streets.a.staff["community_clerk"]
    for other in (streets.b.staff["shift_leader"], streets.b.staff["community_clerk"]):
        with pytest.raises(NotFound):
            who_comes(row.pk, viewer=other)
    with pytest.raises(Refused):
        actions.reveal_sign_ups(activity_id=row.pk, purpose=" ", by=by, at=AT)
    assert not AuditEntry.objects.filter(object_kind="hall.signup").exists()
    assert actions.reveal_sign_ups(activity_id=row.pk, purpose="打印名单", by=by, at=AT)[0].name == "张三"
    entry = AuditEntry.objects.get(object_kind="hall.signup")
    assert (entry.object_id, entry.reason, entry.actor_key) == (str(made.pk), "打印名单", by.actor_key)
    assert actions.forget_names(at=AT + 30 * DAY) == 0
    assert actions.forget_names(at=AT + 35 * DAY) == 1
    made.refresh_from_db()
    assert made.name is None
