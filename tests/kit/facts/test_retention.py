"""Old facts go once every listener has passed them, and only then."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.kit.facts import announce
from onegrid.kit.facts.models import FactRow, ListenerPosition
from onegrid.kit.facts.queries import listener_states
from onegrid.kit.facts.rebasing import rebase
from onegrid.kit.facts.relay import drain as drain_now
from onegrid.kit.facts.retention import REMOVED, remove_passed

from .conftest import Ear, settle
from .lamps import LampLit

pytestmark = pytest.mark.django_db(transaction=True)


def light(*lamps: int, days_ago: int = 0) -> None:
    for lamp in lamps:
        with transaction.atomic():
            announce(LampLit(lamp))
    FactRow.objects.filter(payload__lamp__in=lamps).update(at=timezone.now() - timedelta(days=days_ago))


def drain() -> None:
    settle()
    drain_now()


def left() -> list[int]:
    return [payload["lamp"] for payload in FactRow.objects.order_by("id").values_list("payload", flat=True)]


def remove() -> int:
    return remove_passed(before=timezone.now() - timedelta(days=30))


def test_old_and_heard_goes_young_or_unheard_stays(only, ear):
    only(ear)
    light(1, 2, days_ago=40)
    assert remove() == 0  # the listener has not even begun
    drain()
    light(3, days_ago=40)  # old, not heard
    light(4)
    assert remove() == 2 and left() == [3, 4]
    drain()
    assert remove() == 1 and left() == [4]
    light(5)
    drain()
    assert ear.heard == [1, 2, 3, 4, 5]


def test_the_slowest_listener_decides(only, ear):
    slow = Ear("tests.slow")
    only(ear, slow)
    drain()
    slow.poison = {1}
    light(1, days_ago=40)
    drain()
    assert remove() == 0 and left() == [1]


def test_a_listener_no_code_declares_any_more_keeps_nothing(only, ear):
    only(ear)
    drain()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kit_listenerposition SET listener = 'tests.gone'")
    light(1, days_ago=40)
    drain()
    assert remove() == 1


def test_what_was_removed_is_noted_for_live_screens(only, ear):
    only(ear)
    light(1, days_ago=40)
    drain()
    remove()
    position = ListenerPosition.objects.get(listener=REMOVED)
    assert position.xid > 0


def test_states_say_how_far_behind(only, ear):
    only(ear)
    assert "has not begun" in listener_states()[0].error
    light(1, 2)
    drain()
    light(3)
    assert [(s.name, s.behind, s.parked, s.known) for s in listener_states()] == [("tests.ear", 1, 0, True)]


def test_restored_into_another_cluster_and_rebased_nothing_is_lost(only):
    ear, new = Ear(batch=2), Ear("tests.new")
    only(ear)
    light(1, 2, 3)
    drain()
    light(4, 5)
    with connection.cursor() as cursor:  # as if the numbers came from a cluster far ahead of this one
        cursor.execute("UPDATE kit_factrow SET xid = (xid::text::bigint + 1000000)::text::xid8")
        cursor.execute("UPDATE kit_listenerposition SET xid = (xid::text::bigint + 1000000)::text::xid8")
    drain_now()
    assert ear.heard == [1, 2, 3]
    assert rebase() == 5
    light(6)
    only(ear, new)
    drain()
    drain()  # the window of the restored facts first, then what came after it
    assert ear.heard == [1, 2, 3, 4, 5, 6] == new.heard


def test_the_clock_jobs_are_shipped():
    names = {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
    assert {"kit.remove_passed_facts", "kit.retry_stalled", "kit.anchor_audit"} <= names
