"""What announce() writes, and when nothing is written."""

from dataclasses import dataclass

import pytest
from django.db import connection, transaction

from onegrid.kit.facts import Fact, announce, announce_all, announcing
from onegrid.kit.facts.announcing import CALM, CHANNEL, GATHER
from onegrid.kit.facts.fact import FACTS, fact_of, payload_of
from onegrid.kit.facts.models import FactRow

from .lamps import LampBroke, LampLit


def test_a_subclass_is_registered_under_its_room():
    assert FACTS["tests.LampLit"] is LampLit and LampLit.kind == "tests.LampLit"


def test_two_facts_of_one_name_in_one_room_are_refused():
    with pytest.raises(ValueError, match=r"LampLit is declared in"):
        type("LampLit", (Fact,), {"__module__": "tests.elsewhere"})


def test_a_fact_without_dataclass_is_refused():
    class Bare(Fact):
        lamp: int

    with pytest.raises(TypeError, match="lacks @dataclass"):
        payload_of(Bare())


def test_payload_comes_back_as_the_same_fact_and_old_rows_get_defaults():
    assert fact_of("tests.LampBroke", payload_of(LampBroke(3, "猫"))) == LampBroke(3, "猫")
    assert fact_of("tests.LampBroke", '{"lamp": 4}') == LampBroke(4, "unknown")


@pytest.mark.django_db
def test_the_row_carries_transaction_path_and_organisation():
    announce(LampLit(7), path="1.2.", org_id=9)
    row = FactRow.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (xid,) = cursor.fetchone()
    assert (row.kind, row.payload, row.path, row.org_id, row.xid) == (
        "tests.LampLit",
        {"lamp": 7},
        "1.2.",
        9,
        xid,
    )


@pytest.mark.django_db
def test_many_keep_their_order():
    announce_all((LampLit(n), None, None) for n in range(2500))
    assert [row["lamp"] for row in FactRow.objects.order_by("id").values_list("payload", flat=True)] == list(
        range(2500)
    )


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_a_mistake():
    with pytest.raises(transaction.TransactionManagementError):
        announce(LampLit(1))


@pytest.mark.django_db(transaction=True)
def test_roll_back_of_the_action_leaves_no_fact():
    with pytest.raises(RuntimeError), transaction.atomic():
        announce(LampLit(1))
        raise RuntimeError
    assert not FactRow.objects.exists()


def called_once(other) -> bool:
    """A call has come, or comes, and no second one with it."""
    first = list(other.notifies(timeout=60, stop_after=1))
    return len([*first, *other.notifies(timeout=0.1)]) == 1


def test_one_wake_up_call_after_the_commit(other):
    other.autocommit = True
    other.execute(f"LISTEN {CHANNEL}")
    with transaction.atomic():
        announce(LampLit(1))
        announce(LampLit(2))
        assert list(other.notifies(timeout=0.1)) == []
    assert called_once(other)


def test_a_busy_process_calls_once_in_a_while(other, monkeypatch):
    assert CALM < GATHER  # whoever hears the call looks after the last commit that made none
    monkeypatch.setattr(announcing, "CALM", 3600)  # no test is timed
    other.autocommit = True
    other.execute(f"LISTEN {CHANNEL}")
    for lamp in range(3):
        with transaction.atomic():
            announce(LampLit(lamp))
    assert called_once(other)
    monkeypatch.setattr(announcing, "_called_at", announcing._called_at - 3601)
    with transaction.atomic():
        announce(LampLit(3))
    assert called_once(other)


def test_a_rolled_back_savepoint_takes_only_its_own_call_along(other):
    other.autocommit = True
    other.execute(f"LISTEN {CHANNEL}")
    with transaction.atomic():
        with pytest.raises(RuntimeError), transaction.atomic():
            announce(LampLit(1))
            raise RuntimeError
        announce(LampLit(2))
    assert called_once(other)
    assert FactRow.objects.get().payload == {"lamp": 2}


@dataclass(frozen=True)
class NotPlain(Fact):
    thing: object


def test_a_field_that_is_no_plain_value_is_refused():
    with pytest.raises(TypeError):
        payload_of(NotPlain(object()))
