"""Processes that a test starts beside itself, on the test's own database."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).parents[1]


def database_url() -> str:
    """Where the test's database is, for a process of its own or a second connection."""
    given = connection.get_connection_params()
    return " ".join(
        f"{key}={given[key]}" for key in ("host", "port", "user", "password", "dbname") if given.get(key)
    )


def environment() -> dict[str, str]:
    return os.environ | {
        "ONEGRID_DATABASE_URL": database_url(),
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "onegrid.config.settings",
    }


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)
