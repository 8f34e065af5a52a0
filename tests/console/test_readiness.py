"""A second start skips what was done by the same code for the same database, and nothing else."""

import os

import pytest
from django.db import connection

from onegrid.config.environment import Environment
from onegrid.console import readiness, up


@pytest.fixture
def env(tmp_path):
    return Environment(var=tmp_path, database_url=None)


@pytest.fixture
def start(env, monkeypatch):
    """start(demo=…, outcome=…): what a start ran; `state` is what the database and the code are."""
    state = {"now": "code 1, database 1"}
    monkeypatch.setattr(readiness, "wanted", lambda env, demo: f"{state['now']} {demo}")
    for name in ("check_space", "ensure_running", "ensure_database"):
        monkeypatch.setattr(up, name, lambda *given: False)

    def once(demo=False, fails=False):
        ran = []

        def work(*words):
            ran.append(words)
            if fails:
                raise SystemExit("no")

        monkeypatch.setattr(up, "onegrid", work)
        try:
            up.ready_database(env, demo)
        except SystemExit:
            assert fails
        return ran

    once.state = state
    return once


def test_the_second_start_skips(start):
    assert start(demo=True) == [("setup", "ready", "--demo")]
    assert start(demo=True) == []


def test_other_code_another_database_or_now_with_the_demo_is_done_again(start):
    assert start() and not start()
    assert start(demo=True) == [("setup", "ready", "--demo")]
    start.state["now"] = "code 2, database 1"
    assert start(demo=True) == [("setup", "ready", "--demo")]


def test_a_start_that_failed_leaves_no_stamp(start):
    assert start(fails=True)
    assert start() == [("setup", "ready")]


def test_code_is_other_when_a_file_comes_goes_or_changes(tmp_path):
    said = [readiness.code(tmp_path)]
    one = tmp_path / "0001_initial.py"
    for change in (
        lambda: one.write_text("a"),
        lambda: one.write_text("ab"),
        lambda: os.utime(one, (1, 1)),
        lambda: one.rename(tmp_path / "0002_other.py"),
        lambda: (tmp_path / "0002_other.py").unlink(),
    ):
        change()
        said.append(readiness.code(tmp_path))
    assert said[0] == said[-1] and len(set(said)) == len(said) - 1


@pytest.mark.django_db
def test_the_database_tells_who_it_is():
    with connection.cursor() as cursor:
        cursor.execute(readiness.IDENTITY)
        assert all(cursor.fetchone())
