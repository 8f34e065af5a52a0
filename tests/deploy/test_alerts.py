"""Each alert example fires on what it names and keeps silent otherwise, as Prometheus itself works the rules out."""

import shutil
import subprocess
from dataclasses import dataclass

import pytest
import yaml

from tests.house.tree import ROOT

FOLDER = ROOT / "deploy" / "prometheus"
RULES = yaml.safe_load((FOLDER / "onegrid.rules.yml").read_text())["groups"][0]["rules"]
PROMTOOL, AMTOOL = shutil.which("promtool"), shutil.which("amtool")
BUCKET = 'onegrid_request_seconds_bucket{route="home",le="%s"}'
REQUESTS = 'onegrid_requests_total{route="%s",method="GET",status="%s"}'
USED, MOST = "onegrid_database_connections", "onegrid_database_connections_most"
FAILURES, DEAD = 'onegrid_outside_failures{system="a"}', "onegrid_outside_dead_letters"
KEPT, ROOM = "onegrid_log_kept_days", "onegrid_log_room_days"
FREE, SIZE = 'onegrid_disk_free_bytes{disk="data"}', 'onegrid_disk_bytes{disk="data"}'


@dataclass(frozen=True)
class Given:
    """Figures, a sample a minute in promtool's writing ("1x60": the same for an hour; "0+5x60": five more each), and
    whether the alert fires `at` that time; the clock begins at midnight UTC."""

    alert: str
    fires: bool
    series: dict[str, str]
    at: str = "30m"


CASES = [
    Given("OneGridDown", True, {'up{job="onegrid"}': "1x5 0x60"}),
    Given("OneGridDown", False, {'up{job="onegrid"}': "1x20 0 1x40"}),
    Given("OneGridPartNeedsSomebody", True, {'onegrid_part_state{part="disk"}': "2x60"}),
    Given("OneGridPartNeedsSomebody", False, {'onegrid_part_state{part="disk"}': "2x3 1x60"}),
    Given("OneGridPartNotWell", True, {'onegrid_part_state{part="disk"}': "1x120"}, "90m"),
    Given("OneGridPartNotWell", False, {'onegrid_part_state{part="disk"}': "1x40 0x60"}, "90m"),
    Given("OneGridErrors", True, {REQUESTS % ("home", "200"): "0+98x60", REQUESTS % ("home", "500"): "0+2x60"}),
    Given("OneGridErrors", False, {REQUESTS % ("home", "200"): "0+999x60", REQUESTS % ("home", "500"): "0+1x60"}),
    Given("OneGridErrors", False, {REQUESTS % ("home", "200"): "0+99x60", REQUESTS % ("home", "429"): "0+99x60"}),
    Given("OneGridSlow", True, {BUCKET % "1.0": "0+90x60", BUCKET % "2.5": "0+100x60", BUCKET % "+Inf": "0+100x60"}),
    Given("OneGridSlow", False, {BUCKET % "1.0": "0+96x60", BUCKET % "2.5": "0+100x60", BUCKET % "+Inf": "0+100x60"}),
    Given("OneGridTurnsAway", True, {REQUESTS % ("(turned away)", "429"): "0+120x60"}),
    Given("OneGridTurnsAway", False, {REQUESTS % ("(turned away)", "429"): "0+30x60"}),
    Given("OneGridJobsWait", True, {"onegrid_jobs_oldest_seconds": "0+60x60", "onegrid_workers": "1x60"}),
    Given("OneGridJobsWait", True, {"onegrid_jobs_oldest_seconds": "0x60", "onegrid_workers": "1x10 0x50"}),
    Given("OneGridJobsWait", False, {"onegrid_jobs_oldest_seconds": "200x60", "onegrid_workers": "1x60"}),
    Given("OneGridJobsFailed", True, {'onegrid_jobs{state="failed"}': "0x20 1x40"}),
    Given("OneGridJobsFailed", False, {'onegrid_jobs{state="failed"}': "5x20 3x40"}),
    Given("OneGridRelayBehind", True, {"onegrid_relay_lag_seconds": "0+60x60", "onegrid_relays": "1x60"}),
    Given("OneGridRelayBehind", True, {"onegrid_relay_lag_seconds": "0x60", "onegrid_relays": "1x10 0x50"}),
    Given("OneGridRelayBehind", False, {"onegrid_relay_lag_seconds": "1x60", "onegrid_relays": "1x20 0 1x40"}),
    Given("OneGridFactsParked", True, {'onegrid_listener_parked{listener="x"}': "0x20 1x40"}),
    Given("OneGridFactsParked", False, {'onegrid_listener_parked{listener="x"}': "0x60"}),
    Given("OneGridConnectionsRunOut", True, {USED: "90x60", MOST: "100x60"}),
    Given("OneGridConnectionsRunOut", False, {USED: "70x60", MOST: "100x60"}),
    Given("OneGridLongTransaction", True, {"onegrid_database_oldest_transaction_seconds": "0+60x60"}, "40m"),
    Given("OneGridLongTransaction", False, {"onegrid_database_oldest_transaction_seconds": "900x60"}, "40m"),
    Given("OneGridDiskFills", True, {FREE: "5x60", SIZE: "100x60"}),
    Given("OneGridDiskFills", True, {FREE: "5000-5x60", SIZE: "10000x60"}, "50m"),  # a day has 1440 minutes
    Given("OneGridDiskFills", False, {FREE: "5000-1x60", SIZE: "10000x60"}, "50m"),
    Given("OneGridCopyTooOld", True, {'onegrid_copy_age_seconds{what="database"}': "691201x60"}),
    Given("OneGridCopyTooOld", False, {'onegrid_copy_age_seconds{what="database"}': "600000x60"}),
    Given("OneGridTimerFailed", True, {'onegrid_timer_failed{unit="onegrid-copy"}': "0x10 1x50"}),
    Given("OneGridTimerFailed", False, {'onegrid_timer_failed{unit="onegrid-copy"}': "0x60"}),
    Given("OneGridTimerSilent", True, {'onegrid_timer_age_seconds{unit="onegrid-verify"}': "691201x60"}),
    Given("OneGridTimerSilent", False, {'onegrid_timer_age_seconds{unit="onegrid-verify"}': "600000x60"}),
    Given("OneGridCopyStreamAway", True, {"onegrid_copy_stream_running": "1x10 0x50"}),
    Given("OneGridCopyStreamAway", False, {"onegrid_copy_stream_running": "1x10 0x5 1x50"}),
    Given("OneGridCertificateEnds", True, {"onegrid_certificate_days": "13x60"}),
    Given("OneGridCertificateEnds", True, {"onegrid_certificate_days": "-1x60"}),
    Given("OneGridCertificateEnds", False, {"onegrid_certificate_days": "30x60"}),
    Given("OneGridLogsTooShort", True, {KEPT: "200x100", ROOM: "90x100"}, "90m"),
    Given("OneGridLogsTooShort", True, {KEPT: "30x100"}, "90m"),
    Given("OneGridLogsTooShort", False, {KEPT: "200x100", ROOM: "300x100"}, "90m"),
    Given("OneGridOutsideSystemFails", True, {FAILURES: "9x60"}),
    Given("OneGridOutsideSystemFails", True, {DEAD: "0x10 1x50"}),
    Given("OneGridOutsideSystemFails", False, {FAILURES: "3x60", DEAD: "0x60"}),
    Given("OneGridMessagesLate", True, {"onegrid_messages_late": "20x60"}),
    Given("OneGridMessagesLate", False, {"onegrid_messages_late": "10x60"}),
    Given("OneGridNoReports", True, {"onegrid_cases_opened_last_hour": "0x600"}, "5h"),
    Given("OneGridNoReports", False, {"onegrid_cases_opened_last_hour": "0x900"}, "14h"),  # evening in Beijing
    Given("OneGridNoReports", False, {"onegrid_cases_opened_last_hour": "3x600"}, "5h"),
    Given("OneGridNoStreams", True, {"onegrid_open_streams": "0x600"}, "3h"),
    Given("OneGridNoStreams", False, {"onegrid_open_streams": "0x60"}, "30m"),  # before office hours
    Given("OneGridNoStreams", False, {"onegrid_open_streams": "2x600"}, "3h"),
]  # fmt: skip


def test_each_alert_is_tried_both_ways():
    for rule in RULES:
        tried = {case.fires for case in CASES if case.alert == rule["alert"]}
        assert tried == {True, False}, rule["alert"]
    assert {case.alert for case in CASES} <= {rule["alert"] for rule in RULES}


def as_promtool_reads_it(case: Given) -> dict:
    asked = f'count(ALERTS{{alertname="{case.alert}", alertstate="firing"}}) or vector(0)'
    return {
        "name": f"{case.alert} {'fires' if case.fires else 'is silent'}",
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in case.series.items()],
        "promql_expr_test": [
            {"expr": asked, "eval_time": case.at, "exp_samples": [{"labels": "{}", "value": int(case.fires)}]}
        ],
    }


@pytest.mark.skipif(not PROMTOOL, reason="there is no promtool here (Debian: prometheus)")
def test_they_fire_when_they_should_and_only_then(tmp_path):
    tests = tmp_path / "alerts.yml"
    tests.write_text(
        yaml.safe_dump(
            {
                "rule_files": [str(FOLDER / "onegrid.rules.yml")],
                "evaluation_interval": "5m",
                "tests": [as_promtool_reads_it(case) for case in CASES],
            }
        )
    )
    for words in (["check", "rules", FOLDER / "onegrid.rules.yml"], ["test", "rules", tests]):
        done = subprocess.run([PROMTOOL, *words], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not PROMTOOL, reason="there is no promtool here (Debian: prometheus)")
def test_prometheus_takes_the_settings(tmp_path):
    text = (FOLDER / "prometheus.yml").read_text()
    (tmp_path / "prometheus.yml").write_text(
        text.replace("/etc/prometheus/onegrid.rules.yml", str(FOLDER / "onegrid.rules.yml"))
    )
    done = subprocess.run(
        [PROMTOOL, "check", "config", tmp_path / "prometheus.yml"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not AMTOOL, reason="there is no amtool here (Debian: prometheus-alertmanager)")
@pytest.mark.parametrize(("severity", "whom"), [("page", "on-call"), ("ticket", "office")])
def test_whom_an_alert_reaches(severity, whom):
    settings = FOLDER / "alertmanager.yml"
    checked = subprocess.run([AMTOOL, "check-config", settings], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    done = subprocess.run(
        [AMTOOL, "config", "routes", "test", f"--config.file={settings}", f"severity={severity}"],
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == whom


def test_every_severity_has_a_way_to_somebody():
    routes = yaml.safe_load((FOLDER / "alertmanager.yml").read_text())["route"]
    matched = "".join(one for route in routes["routes"] for one in route["matchers"])
    assert {rule["labels"]["severity"] for rule in RULES} == {"page", "ticket"}
    assert 'severity="page"' in matched and routes["receiver"] == "office"
