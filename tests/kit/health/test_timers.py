"""Given jobs that systemd starts by the clock, when one fails or stays away, then the health page says so."""

import json
import os
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from onegrid.console import server
from onegrid.kit.health import Tone
from onegrid.kit.health.figures import exposition
from onegrid.kit.health.timers import Timers, ended


@pytest.fixture
def folder(tmp_path, settings, monkeypatch):
    settings.TIMERS_FOLDER = tmp_path / "timers"
    monkeypatch.setattr(server, "environment", lambda: SimpleNamespace(var=tmp_path))
    return settings.TIMERS_FOLDER


def end(unit: str, result: str, monkeypatch) -> None:
    """As systemd runs ExecStopPost."""
    monkeypatch.setenv("SERVICE_RESULT", result)
    assert CliRunner().invoke(server.app, ["ended", unit]).exit_code == 0


def test_under_up_there_is_nothing_to_say(folder):
    assert [one.tone for one in Timers().readings()] == [Tone.GOOD]
    assert list(Timers().figures()) == []


@pytest.mark.parametrize(
    ("result", "tone"), [("success", Tone.GOOD), ("exit-code", Tone.BAD), ("signal", Tone.BAD)]
)
def test_what_systemd_says_is_shown(folder, monkeypatch, result, tone):
    end("onegrid-copy", result, monkeypatch)
    [reading] = Timers().readings()
    assert reading.tone == tone
    figures = exposition(Timers().figures())
    assert f'onegrid_timer_failed{{unit="onegrid-copy"}} {int(tone == Tone.BAD)}\n' in figures
    assert os.listdir(folder) == ["onegrid-copy.json"]


def test_a_failure_is_over_with_the_next_good_run(folder, monkeypatch):
    end("onegrid-copy", "exit-code", monkeypatch)
    end("onegrid-copy", "success", monkeypatch)
    [one] = ended(folder)
    assert one.well and one.ago < timedelta(minutes=1)


def test_one_that_was_stopped_did_not_fail(folder, monkeypatch):
    end("onegrid-copy", "success", monkeypatch)
    monkeypatch.setenv("EXIT_STATUS", "TERM")
    end("onegrid-copy", "signal", monkeypatch)
    assert [one.well for one in ended(folder)] == [True]


def test_one_that_stays_away_is_looked_at(folder):
    folder.mkdir()
    at = datetime.now(UTC) - timedelta(days=3)
    for unit in ("onegrid-tidy", "onegrid-verify"):
        (folder / f"{unit}.json").write_text(json.dumps({"at": at.isoformat(), "result": "success"}))
    assert [one.tone for one in Timers().readings()] == [Tone.WARN, Tone.GOOD]  # every night, every week
