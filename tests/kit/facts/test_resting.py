"""A listener that worked rests; nothing is lost meanwhile, and those who hear nothing are brought on."""

import time

import pytest
from django.db import transaction

from onegrid.kit.facts import Start, announce
from onegrid.kit.facts.models import ListenerPosition
from onegrid.kit.facts.registry import Listener
from onegrid.kit.facts.relay import drain
from onegrid.kit.facts.resting import LONGEST_REST, SHARE, TIDY_EVERY, Rests

from .conftest import Ear, settle
from .lamps import LampBroke, LampLit

EAR = Listener("tests.a", (), lambda batch: None)


@pytest.fixture
def at(monkeypatch):
    """at(seconds): what the clock says from now on."""

    def says(seconds: float) -> None:
        monkeypatch.setattr(time, "monotonic", lambda: seconds)

    return says


def test_it_rests_as_a_multiple_of_its_work_and_not_for_ever(at):
    rests, ears = Rests(), {"tests.a": EAR, "tests.b": EAR}
    at(100.0)
    rests.worked("tests.a", 0.01)
    assert list(rests.awake(ears)) == ["tests.b"]
    assert rests.ends_in(5.0) == pytest.approx(0.01 * SHARE)
    at(100.0 + 0.01 * SHARE)
    assert list(rests.awake(ears)) == ["tests.a", "tests.b"]
    assert rests.ends_in(5.0) == 5.0
    rests.worked("tests.a", 60.0)
    assert rests.ends_in(5.0) == pytest.approx(LONGEST_REST)


def test_those_who_hear_nothing_are_looked_at_now_and_then(at):
    rests = Rests()
    at(7.0)
    assert rests.tidy_now() and not rests.tidy_now()
    at(7.0 + TIDY_EVERY)
    assert rests.tidy_now()


@pytest.mark.django_db(transaction=True)
def test_what_comes_while_it_rests_comes_afterwards_in_one_batch(monkeypatch):
    ear, other, rests = Ear("tests.rested"), Ear("tests.other"), Rests()
    ears = {one.listener.name: one.listener for one in (ear, other)}
    for lamp in range(3):
        with transaction.atomic():
            announce(LampLit(lamp))
        settle()
        drain(ears, rests=rests)
        rests.worked("tests.rested", 1000.0)
        rests._until.pop("tests.other", None)
    assert (ear.heard, other.heard) == ([0], [0, 1, 2])
    rests._until.clear()
    drain(ears, rests=rests)
    assert (ear.heard, ear.batches) == ([0, 1, 2], [1, 2])


@pytest.mark.django_db(transaction=True)
def test_whoever_hears_nothing_of_it_is_not_called_and_does_not_stay_behind():
    ear = Ear("tests.deaf", start=Start.NOW)
    with transaction.atomic():
        announce(LampBroke(1))
    settle()
    drain({"tests.deaf": ear.listener})
    before = ListenerPosition.objects.get(pk="tests.deaf").xid
    with transaction.atomic():
        announce(LampBroke(2))
    settle()
    assert drain({"tests.deaf": ear.listener}) == 0
    assert ListenerPosition.objects.get(pk="tests.deaf").xid > before
    assert ear.heard == []
