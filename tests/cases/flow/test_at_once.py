"""Several people, or one impatient program, at the same moment: real connections, real commits."""

from threading import Barrier, Thread

import pytest
from django.db import connection, connections, transaction
from django.utils import translation

from onegrid.cases.flow import actions
from onegrid.cases.flow.models import Case, Step
from onegrid.kit.errors import Refused
from tests.cases.conftest import AT, brought_to, reported
from tests.cases.flow.test_actions import call

pytestmark = pytest.mark.django_db(transaction=True)


def test_eight_retries_at_once_make_one_case(town):
    made, barrier = [], Barrier(8)

    def send():
        try:
            barrier.wait()
            made.append(reported(town.a, idempotency_key="same").number)
        finally:
            connections.close_all()

    threads = [Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8 and len(set(made)) == 1
    assert Case.objects.count() == Step.objects.count() == 1


def test_two_at_once_one_wins_and_the_other_is_told(town):
    case = reported(town.a)
    barrier, heard = Barrier(2), []

    def take(verb):
        translation.activate("en")  # the language belongs to the thread
        try:
            barrier.wait()
            call(verb, case, town.a, seen_version=1)
            heard.append(("done", True))
        except Refused as refusal:
            heard.append((refusal.code, "changed this case" in str(refusal.message)))
        finally:
            connections.close_all()

    threads = [Thread(target=take, args=(verb,)) for verb in ("verify", "cancel")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(heard) == [("changed_meanwhile", True), ("done", True)]
    assert case.steps.count() == 2


def test_closing_and_unmerging_at_once_do_not_wait_for_each_other(town):
    """Whoever takes a duplicate apart holds the older case first; the one who closes waits for it empty-handed."""
    twin, lead = reported(town.a), brought_to("checked", town.a)  # the duplicate is the older
    shift = town.a.staff["shift_leader"]
    actions.merge_case(case_id=twin.pk, into_id=lead.pk, reason="同一处", by=shift, at=AT)
    closed = []

    def close():
        try:
            closed.append(actions.close_case(case_id=lead.pk, by=shift, at=AT).state)
        finally:
            connections.close_all()

    thread = Thread(target=close)
    with transaction.atomic():
        Case.objects.select_for_update(of=("self",)).get(pk=twin.pk)
        thread.start()
        while not waiting_for_a_lock():
            assert thread.is_alive()
        Case.objects.select_for_update(of=("self",), nowait=True).get(
            pk=lead.pk
        )  # free, so nobody waits in a ring
        actions.unmerge_case(case_id=twin.pk, reason="不是同一处", by=shift, at=AT)
    thread.join()
    assert closed == ["closed"]
    assert Case.objects.get(pk=twin.pk).state == "reported"


def waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")  # pg_stat_activity is a snapshot
        return cursor.fetchone()[0] > 0
