"""A database that fails in the middle of a command is said in sentences."""

import psycopg
from django.db import OperationalError

from onegrid.console import _database_words


def test_a_full_disk():
    assert "disk is full" in _database_words(psycopg.errors.DiskFull("could not extend file"))
    wrapped = OperationalError("could not extend file")
    wrapped.__cause__ = psycopg.errors.DiskFull("could not extend file")
    assert "disk is full" in _database_words(wrapped)


def test_a_database_that_is_away():
    assert "onegrid up" in _database_words(psycopg.OperationalError("connection refused"))


def test_a_bug_keeps_its_traceback():
    assert _database_words(psycopg.errors.DeadlockDetected("deadlock")) == ""
    assert _database_words(ValueError("no")) == ""
