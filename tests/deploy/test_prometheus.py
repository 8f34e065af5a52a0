"""The alert examples name figures that exist, and the figures are in the form that Prometheus reads."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import yaml

from onegrid.kit.health import logs, parts
from onegrid.kit.health.counting import COUNTS
from onegrid.kit.health.figures import all_figures, exposition
from onegrid.kit.health.logs import Journal
from tests.house.tree import ROOT

RULES = ROOT / "deploy" / "prometheus" / "onegrid.rules.yml"
LINE = re.compile(r'(?P<name>[a-z_]+)(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? (?P<value>-?[0-9.e+-]+)')


@pytest.fixture
def everything(db, settings, tmp_path, monkeypatch):
    """An installation that has all there is: TLS, copies with a stream, a live process, an answered request."""
    settings.SITE_URL = "https://onegrid.example.cn"
    monkeypatch.setattr(parts, "days_left", lambda site: 40)
    settings.COPIES_NOTE = tmp_path / "copies.json"
    taken = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    settings.COPIES_NOTE.write_text(json.dumps({"database_at": taken, "files_at": taken}))
    monkeypatch.setattr(parts, "_STREAM", "SELECT true, 'reserved', 0")
    monkeypatch.setattr(parts, "live_health", lambda: {"database": True, "streams": 2})
    settings.TIMERS_FOLDER = tmp_path / "timers"
    settings.TIMERS_FOLDER.mkdir()
    (settings.TIMERS_FOLDER / "onegrid-copy.json").write_text(json.dumps({"at": taken, "result": "success"}))
    journal = Journal(days=30, size=10**9, most=2 * 10**10, kept=200)
    monkeypatch.setattr(logs, "journal", lambda folder, settings_file: journal)
    COUNTS.count("staff:home", "GET", 200, 0.2)
    return exposition(all_figures())


def test_every_alert_names_a_figure_that_exists(everything):
    there = set(re.findall(r"(?m)^# TYPE (\w+) (?:gauge|counter)$", everything))
    there |= {f"{name}_bucket" for name in re.findall(r"(?m)^# TYPE (\w+) histogram$", everything)}
    rules = yaml.safe_load(RULES.read_text())["groups"][0]["rules"]
    assert len(rules) > 15
    for rule in rules:
        named = set(re.findall(r"onegrid_[a-z_]+", rule["expr"]))
        assert named <= there, f"{rule['alert']}: {named - there}"
        assert named or rule["expr"].startswith("up{"), rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket") and rule["annotations"]["what"]


def test_every_line_can_be_read(everything):
    for line in everything.splitlines():
        assert line.startswith(("# HELP onegrid_", "# TYPE onegrid_")) or LINE.fullmatch(line), line
    assert 'onegrid_copy_age_seconds{what="database"} 2592' in everything
    assert "onegrid_certificate_days 40" in everything
