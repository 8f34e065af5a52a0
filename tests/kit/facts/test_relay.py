"""The proofs: nothing is lost, nothing happens twice, order is kept, poison is parked."""

import pytest
from django.db import connection, transaction

from onegrid.kit.facts import Start, announce
from onegrid.kit.facts.delivery import PATIENCE, TRIES
from onegrid.kit.facts.models import ListenerPosition, ParkedFact
from onegrid.kit.facts.parked import replay
from onegrid.kit.facts.relay import drain

from .conftest import Ear, settle
from .lamps import LampBroke, LampLit

pytestmark = pytest.mark.django_db(transaction=True)

RAW = "INSERT INTO kit_factrow (kind, payload) VALUES ('tests.LampLit', '{\"lamp\": %s}')"


def light(*lamps: int) -> None:
    with transaction.atomic():
        for lamp in lamps:
            announce(LampLit(lamp))


def run(*ears: Ear, held: bool = False) -> int:
    """One round; `held` when an open transaction of the test itself holds facts back."""
    if not held:
        settle()
    return drain({one.listener.name: one.listener for one in ears})


def test_a_slow_transaction_with_a_lower_id_is_not_lost(ear, other):
    other.execute(RAW % 1)  # takes the lower transaction number and the lower id, and stays open
    light(2)
    run(ear, held=True)
    assert ear.heard == []  # 2 is committed, but 1 may still come
    other.commit()
    run(ear)
    assert ear.heard == [1, 2]


def test_a_transaction_that_began_earlier_and_wrote_later_is_not_lost(ear, other):
    other.execute("SELECT pg_current_xact_id()")
    light(1, 2)
    run(ear, held=True)
    other.execute(RAW % 3)
    other.commit()
    light(4)
    run(ear)
    assert ear.heard == [1, 2, 3, 4]


def test_what_happened_to_one_locked_row_is_heard_in_that_order(other):
    """The transaction with the lower number gets the row second: its fact must come second, at every batch size."""
    for batch in (1, 2, 100):
        ear = Ear(f"tests.ear{batch}", batch=batch, start=Start.NOW)
        run(ear)
        other.execute("SELECT pg_current_xact_id()")
        light(1)
        other.execute(RAW % 2)
        other.commit()
        run(ear)
        assert ear.heard == [1, 2]


def test_a_rolled_back_transaction_holds_nobody_up(ear, other):
    other.execute(RAW % 1)
    light(2)
    other.rollback()
    run(ear)
    assert ear.heard == [2]


def test_order_is_kept_over_batches_and_runs(ear):
    ear = Ear(batch=7)
    for first in range(0, 60, 3):
        light(first, first + 1, first + 2)
        if first % 4 == 0:
            run(ear)
    run(ear)
    assert ear.heard == list(range(60)) and max(ear.batches) <= 7


def test_a_listener_hears_only_what_it_asked_for(ear):
    with transaction.atomic():
        announce(LampBroke(1))
        announce(LampLit(2))
    run(ear)
    assert ear.heard == [2]


def test_from_now_on_or_from_the_beginning():
    light(1)
    late, early = Ear("tests.late", start=Start.NOW), Ear("tests.early")
    run(late, early)
    light(2)
    run(late, early)
    assert (late.heard, early.heard) == ([2], [1, 2])


def test_an_idle_relay_does_nothing_and_a_restart_repeats_nothing(ear):
    light(1)
    assert run(ear) == 1
    again = Ear()
    assert run(again) == 0 and again.heard == []


def test_poison_is_parked_and_everything_else_goes_on(ear, no_backoff):
    light(*range(20))
    ear.poison = {5, 13}
    for _ in range(TRIES):
        run(ear)
        assert ear.heard == []
        no_backoff()
    run(ear)
    light(20)
    run(ear)
    assert ear.heard == [lamp for lamp in range(21) if lamp not in ear.poison]
    assert [row.payload["lamp"] for row in ParkedFact.objects.order_by("fact_id")] == [5, 13]
    assert "cannot digest lamp 5" in ParkedFact.objects.earliest("fact_id").error


def test_a_failure_backs_off_and_says_why(ear):
    light(1)
    ear.poison = {1}
    run(ear)
    position = ListenerPosition.objects.get(listener="tests.ear")
    assert position.attempts == 1 and position.retry_at and "cannot digest lamp 1" in position.error
    ear.poison = set()
    run(ear)
    assert ear.heard == []  # still waiting


def test_one_failing_listener_does_not_hold_up_another(ear):
    light(1)
    ear.poison = {1}
    healthy = Ear("tests.healthy")
    run(ear, healthy)
    assert healthy.heard == [1]


def test_a_listener_that_fails_on_everything_waits_instead_of_parking_all(ear, no_backoff):
    light(1, 2, 3)
    ear.poison = {1, 2, 3}
    for _ in range(PATIENCE):
        run(ear)
        no_backoff()
        assert not ParkedFact.objects.exists()
    run(ear)
    assert ParkedFact.objects.count() == 3


def test_replay_hands_over_again_and_keeps_what_still_fails(ear, only, no_backoff):
    only(ear)
    light(1, 2, 3)
    ear.poison = {1, 3}
    for _ in range(TRIES + 1):
        run(ear)
        no_backoff()
    ear.poison = {3}
    assert replay() == (1, 1)
    assert ear.heard == [2, 1]
    left = ParkedFact.objects.get()
    assert left.payload == {"lamp": 3} and left.attempts == TRIES + 2


def test_a_fact_nobody_can_read_any_more_is_poison(ear, no_backoff):
    light(1)
    with connection.cursor() as cursor:
        cursor.execute("""UPDATE kit_factrow SET payload = '{"candle": 1}'""")
    light(2)
    for _ in range(TRIES + 1):
        run(ear)
        no_backoff()
    assert ear.heard == [2] and ParkedFact.objects.count() == 1


def test_two_relays_do_not_serve_one_listener_at_once(ear, other):
    light(1)
    run(ear)
    light(2)
    other.execute("SELECT 1 FROM kit_listenerposition WHERE listener = 'tests.ear' FOR UPDATE")
    run(ear, held=True)
    assert ear.heard == [1]
    other.rollback()
    run(ear)
    assert ear.heard == [1, 2]
