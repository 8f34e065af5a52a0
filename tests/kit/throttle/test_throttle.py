"""Limits per caller: the count, the wait, the new span, two at once, and no address in the table."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from onegrid.kit.throttle import Limit, TooMany, caller_of, forget, refuse_if_spent, spend
from onegrid.kit.throttle.models import Attempts

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
LIMIT = Limit("test", 3, timedelta(minutes=10))
WHO = "203.0.113.7"


@pytest.mark.parametrize(
    ("address", "caller"),
    [
        ("203.0.113.7", "203.0.113.7"),
        (" 203.0.113.7 ", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        (None, "unknown"),
        ("", "unknown"),
        ("localhost", "unknown"),
    ],
)
def test_who_is_one_caller(address, caller):
    assert caller_of(address) == caller


def tried(times: int, at: datetime = AT, who: str = WHO) -> None:
    for _ in range(times):
        spend(LIMIT, who=who, at=at)


def test_the_fourth_of_three_is_refused_with_the_wait(db):
    tried(3)
    with pytest.raises(TooMany) as refusal:
        tried(1, AT + timedelta(minutes=4))
    assert refusal.value.status == 429 and refusal.value.details == {"retry_after": 360}
    assert "in 6 minutes" in refusal.value.message


def test_others_and_other_purposes_are_not_touched(db):
    tried(3)
    spend(LIMIT, who="203.0.113.8", at=AT)
    spend(Limit("other", 3, LIMIT.per), who=WHO, at=AT)


def test_a_new_span_begins_when_the_old_one_is_over_and_tries_in_between_do_not_lengthen_it(db):
    tried(3)
    with pytest.raises(TooMany):
        tried(1, AT + timedelta(minutes=9))
    tried(3, AT + timedelta(minutes=10))
    with pytest.raises(TooMany):
        tried(1, AT + timedelta(minutes=10))


def test_looking_counts_nothing(db):
    tried(2)
    for _ in range(9):
        refuse_if_spent(LIMIT, who=WHO, at=AT)
    tried(1)
    with pytest.raises(TooMany):
        refuse_if_spent(LIMIT, who=WHO, at=AT)
    refuse_if_spent(LIMIT, who=WHO, at=AT + LIMIT.per)


def test_old_counts_go_and_no_address_is_kept(db):
    tried(1)
    assert WHO not in str(Attempts.objects.values_list())
    assert forget(before=AT) == 0 and forget(before=AT + timedelta(seconds=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_all_counted():
    def one(_) -> bool:
        try:
            spend(Limit("crowd", 5, LIMIT.per), who=WHO, at=AT)
        except TooMany:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(one, range(12))) == 5
    assert Attempts.objects.get(purpose="crowd").count == 12
