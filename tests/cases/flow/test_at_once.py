"""Several people, or one impatient program, at the same moment: real connections, real commits."""

from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import translation

from onegrid.cases.flow.models import Case, Step
from onegrid.kit.errors import Refused
from tests.cases.conftest import reported
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
