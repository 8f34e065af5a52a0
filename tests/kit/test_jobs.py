"""A job for which the clock does not strike again is tried again when the database, not its rule, failed it."""

from types import SimpleNamespace

import pytest
from django.db import IntegrityError, OperationalError
from procrastinate.contrib.django import app

OURS = ("accounts.", "cases.", "exchange.", "hall.", "kit.", "measures.", "oversight.", "places.", "scores.")


def of_one_effect() -> list[str]:
    clocked = {name for name, _period in app.periodic_registry.periodic_tasks}
    return sorted(name for name in app.tasks if name.startswith(OURS) and name not in clocked)


def test_there_are_some():
    assert {"accounts.notices.deliver", "accounts.notices.deliver_to_phone"} <= set(of_one_effect())


@pytest.mark.parametrize("name", of_one_effect())
def test_it_is_tried_again_when_the_database_failed_it(name):
    strategy = app.tasks[name].retry_strategy
    assert strategy is not None, f"{name}: give it retry=AGAIN (kit.jobs)"
    waits = [
        strategy.get_retry_decision(exception=OperationalError(), job=SimpleNamespace(attempts=tried))
        for tried in range(9)
    ]
    assert all(waits[:8]) and waits[8] is None
    assert strategy.get_retry_decision(exception=IntegrityError(), job=SimpleNamespace(attempts=0)) is None
