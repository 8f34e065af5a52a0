"""A variable that does not fit stops the start with its name and what it should look like."""

import subprocess
import sys
from pathlib import Path

import pytest

from onegrid.config import environment as env


@pytest.fixture(autouse=True)
def _read_anew():
    env.environment.cache_clear()
    yield
    env.environment.cache_clear()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ONEGRID_WEB_PORT", "eighty", "a port number between 1 and 65535"),
        ("ONEGRID_WEB_PORT", "0", "a port number between 1 and 65535"),
        ("ONEGRID_DEBUG", "perhaps", "1 or 0"),
        ("ONEGRID_SECRET_KEY", "short", "at least 32 random characters"),
        ("ONEGRID_LANGUAGE", "fr", "zh-hans or en"),
        ("ONEGRID_DATABASE_URL", "mysql://x/y", "postgresql://user:password@host:5432/name"),
    ],
)
def test_a_bad_variable_is_named_with_what_it_should_be(monkeypatch, name, value, words):
    monkeypatch.setenv(name, value)
    with pytest.raises(env.BadEnvironment) as trouble:
        env.environment()
    assert name in str(trouble.value)
    assert words in str(trouble.value)


def test_a_misspelt_variable_is_not_ignored(monkeypatch):
    monkeypatch.setenv("ONEGRID_WEBPORT", "8080")
    with pytest.raises(env.BadEnvironment, match="Did you mean ONEGRID_WEB_PORT"):
        env.environment()


def test_a_secret_is_not_repeated_in_the_complaint(monkeypatch):
    monkeypatch.setenv("ONEGRID_SECRET_KEY", "hunter2")
    with pytest.raises(env.BadEnvironment) as trouble:
        env.environment()
    assert "hunter2" not in str(trouble.value)


def test_every_variable_says_what_it_should_be():
    assert [name for name, field in env.Environment.model_fields.items() if not field.description] == []


def test_the_console_says_it_without_a_traceback():
    console = Path(sys.executable).parent / "onegrid"
    done = subprocess.run(
        [console, "django", "check"],
        env={"ONEGRID_WEB_PORT": "x", "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("✗ ONEGRID_WEB_PORT=")
    assert "Traceback" not in done.stderr
