"""Who may read /metrics, and requests that are counted over all web processes together."""

import subprocess
import sys

import pytest

from onegrid.kit.health import counting
from onegrid.kit.health.counting import COUNTS, Counts, Sums, added_up
from onegrid.kit.health.figure import Figure
from onegrid.kit.health.figures import exposition

pytestmark = pytest.mark.django_db
TOKEN = "0123456789abcdef0123"


def test_this_machine_reads_it(client):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert 'onegrid_part_state{part="database"} 0' in answer.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"headers": {"X-Forwarded-For": "203.0.113.9"}},  # through a proxy on this machine
        {"headers": {"Forwarded": "for=203.0.113.9"}},
        {"headers": {"Authorization": f"Bearer {TOKEN}"}, "REMOTE_ADDR": "203.0.113.9"},  # none was set
        {"REMOTE_ADDR": ""},
    ],
)
def test_nobody_else_does(client, asked):
    answer = client.get("/metrics", **asked)
    assert answer.status_code == 404 and b"onegrid_" not in answer.content


def test_with_a_token_only_its_bearer_does(client, settings):
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}x"}).status_code == 404
    given = {"headers": {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "203.0.113.9"}}
    assert client.get("/metrics", **given).status_code == 200


def test_a_request_is_counted_by_its_route_and_never_by_its_address(client):
    before = COUNTS.total().requests["resident:case", "GET", "404"]
    client.get("/follow/GD-SECRET/CODE/")
    client.get("/no/such/address/")
    total = COUNTS.total()
    assert total.requests["resident:case", "GET", "404"] == before + 1
    assert total.requests["(none)", "GET", "404"] >= 1
    assert "SECRET" not in exposition(COUNTS.figures())


def test_classes_hold_all_smaller_ones():
    counts = Counts()
    for seconds in (0.001, 0.2, 0.2, 99):
        counts.count("home", "GET", 200, seconds)
    text = exposition(counts.figures())
    assert 'onegrid_request_seconds_bucket{route="home",le="0.005"} 1\n' in text
    assert 'onegrid_request_seconds_bucket{route="home",le="0.25"} 3\n' in text
    assert 'onegrid_request_seconds_bucket{route="home",le="+Inf"} 4\n' in text
    assert 'onegrid_request_seconds_count{route="home"} 4\n' in text
    assert 'onegrid_requests_total{route="home",method="GET",status="200"} 4\n' in text


COUNTING = """
import sys, time
from pathlib import Path
from django.conf import settings
settings.configure()
from onegrid.kit.health.counting import Counts
counts = Counts()
counts.keep_in(Path(sys.argv[1]))
counts.count("home", "GET", 200, 0.1)
counts._write()
print("written", flush=True)
time.sleep(60)
"""


def test_what_a_killed_process_counted_stays_in_the_sum(tmp_path):
    """Given two web processes, when one is killed, then the sum does not fall, however often it is read."""
    two = [
        subprocess.Popen([sys.executable, "-c", COUNTING, tmp_path], stdout=subprocess.PIPE) for _ in range(2)
    ]
    try:
        assert all(one.stdout.readline() == b"written\n" for one in two)
        assert added_up(tmp_path).requests["home", "GET", "200"] == 2
        two[0].kill()
        two[0].wait()
        for _ in range(2):
            assert added_up(tmp_path).requests["home", "GET", "200"] == 2
        assert len(list(tmp_path.glob("*-*.json"))) == 1 and (tmp_path / "gone.json").exists()
    finally:
        for one in two:
            one.kill()
            one.wait()
            one.stdout.close()


def test_a_full_disk_loses_figures_and_no_request(tmp_path, monkeypatch):
    counts = Counts()
    counts.keep_in(tmp_path)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(counting, "_replace", full)
    counts.count("home", "GET", 200, 0.1)
    counts._write()
    monkeypatch.undo()
    assert counts.total().requests["home", "GET", "200"] == 1  # written down once there is space


def test_labels_are_escaped():
    odd = Figure("onegrid_x", 'a\nb "c"', "gauge", (({"what": 'q"\\\n'}, 1.5),))
    assert exposition([odd]) == (
        '# HELP onegrid_x a\\nb \\"c\\"\n# TYPE onegrid_x gauge\nonegrid_x{what="q\\"\\\\\\n"} 1.5\n'
    )


def test_sums_survive_their_writing():
    sums = Sums()
    sums.add("home", "GET", 200, 0.3)
    again = Sums.read(sums.written())
    assert (again.requests, again.seconds) == (sums.requests, sums.seconds)
