"""The report of all benches: how growth is judged, drawn and told. Nothing is measured here."""

import os
import sys
from xml.etree import ElementTree

import pytest

from bench import growth
from bench.growth import kept as kept_file
from bench.growth.drawing import plot
from bench.growth.goals import goal_of
from bench.growth.judging import FASTER, FLAT, LOG, UNKNOWN, cost, curves, slope, verdict
from bench.growth.kept import Kept
from bench.growth.telling import put_in, report
from bench.report import Report, Row

SIZES = (10_000, 100_000, 1_000_000)


def grown(cost_of) -> list[tuple[int, float]]:
    return [(size, cost_of(size)) for size in SIZES]


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (grown(lambda n: 40.0), FLAT),
        (grown(lambda n: 40.0 * (n / 10_000) ** 0.05), FLAT),  # a quarter more at a hundred times the size
        (grown(lambda n: 10.0 * (n / 10_000) ** 0.1), LOG),  # 1.6 times as dear, where log n grows by half
        (grown(lambda n: 0.2 * (n / 10_000) ** 0.3), FLAT),  # less than a millisecond more
        (grown(lambda n: n / 1_000), FASTER),
        (grown(lambda n: n**0.5), FASTER),
        ([(10_000, 5.0)], UNKNOWN),
        ([], UNKNOWN),
    ],
)
def test_growth_is_judged_by_the_fitted_line(points, said):
    assert verdict(points) == said


def test_the_slope_is_that_of_a_power():
    assert slope(grown(lambda n: 3 * n**0.7)) == pytest.approx(0.7)
    assert slope([(10, 1.0), (10, 2.0)]) is None


@pytest.mark.parametrize(
    ("row", "milliseconds"),
    [
        (Row("list", 10, 20, "lists/s", p50=48.0, p95=60.0), 48.0),
        (Row("batch", 10, 500_000, "points/s", p50=40.0, p95=50.0), 0.002),
        (Row("rebuild", 1_000, 2.0, "s"), 2.0),
        (Row("first piece", 10, 12.0, "ms"), 12.0),
        (Row("memory", 10, 12.0, "MB"), None),
        (Row("requests", 1, 9, ""), None),
    ],
)
def test_what_one_costs(row, milliseconds):
    assert cost(row) == (None if milliseconds is None else pytest.approx(milliseconds))


def test_goals_are_for_whoever_looks():
    assert goal_of("lists", "page: all, the leader") == goal_of("lists", "page: all")
    goal = goal_of("lists", "page: all")
    assert goal is not None
    assert goal.kept(Row("page: all", 1, 20, "lists/s", p50=40, p95=59.9))
    assert not goal.kept(Row("page: all", 1, 20, "lists/s", p50=40, p95=60.1))
    cold, warm = goal_of("tiles", "things tile z14, cold"), goal_of("tiles", "things tile z14, warm")
    assert cold is not None and warm is not None and cold.said != warm.said


def kept() -> Kept:
    found = Kept("abc1234", at=0, machine={"cpus": 2})
    for size in SIZES:
        found.rows[f"lists {size}"] = [
            Row("page: all", size, 20, "lists/s", floor=200, ratio=0.1, p50=40, p95=70),
            Row("page: slow now and then", size, 20, "lists/s", p50=40, p95=size / 1000),
            Row("page: <worst> | word", size, 20, "lists/s", p50=size / 1000, p95=size / 500),
        ]
    found.rows["grid_at 0"] = [Row("single, grid_at", 92, 6_000, "points/s", p50=0.15, p95=0.2)]
    found.took["lists 10000"] = (60.0, 1.5)
    return found


def test_the_report_names_what_grows_and_what_misses_its_goal():
    measured = kept()
    measured.failed["scores 10000"] = "no street"
    rows = [
        (key.split()[0], int(key.split()[1]), row) for key, found in measured.rows.items() for row in found
    ]
    text = report(measured, curves(rows))
    assert "Faster than log n: lists page: <worst> | word" in text
    assert "Goal missed: lists page: all" in text
    assert "by p95 1 more faster than log n" in text
    assert "By p95 alone: lists page: slow now and then." in text
    assert "flat; p95: faster than log n" in text
    assert "**p95 under 60 ms: missed**" in text
    assert "5,000/s: kept" in text
    assert "scores 10000: no street" in text


def test_a_plot_is_whole_and_leaves_out_what_has_one_size():
    drawn = plot("lists & pages", {"<all>": [(10_000, 4.0), (100_000, 50.0)], "once": [(10, 1.0)]})
    svg = ElementTree.fromstring(drawn)
    words = [one.text for one in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert "<all>" in words
    assert "once" not in words
    assert len(list(svg.iter("{http://www.w3.org/2000/svg}polyline"))) == 1
    assert plot("nothing", {"once": [(10, 1.0)]}) == ""


def test_the_section_of_the_docs_is_put_in_place_of_the_last_one():
    once = put_in("# Benchmarks\n", "first\n")
    again = put_in(once + "\nafter\n", "second\n")
    assert "first" not in again
    assert again.startswith("# Benchmarks\n")
    assert again.endswith("\nafter\n")


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """What `run` measures when the database holds `measured.cases`, without measuring it."""

    class Measured(list):
        cases = 0

        def run(self, **given: str) -> None:
            for name, value in given.items():
                monkeypatch.setenv(f"BENCH_{name.upper()}", value)
            self.clear()
            growth.run(Report("growth"))

        def take(self, found: Kept, part: str, size: int) -> None:
            self.append((part, size))
            found.add(part, size, [Row("one", size, 1, "s")], 1.0)

    it = Measured()
    for name in ("PARTS", "GO_ON", "DOCS", "CASES"):
        monkeypatch.delenv(f"BENCH_{name}", raising=False)
    monkeypatch.setattr(kept_file, "folder", lambda: tmp_path)
    monkeypatch.setattr(growth, "told", lambda found, docs=False: None)
    monkeypatch.setattr(growth, "furnished", lambda size: it.cases)
    monkeypatch.setattr(growth, "_rest", lambda: None)
    monkeypatch.setattr(growth, "_take", it.take)
    return it


def test_sizes_of_several_databases_make_one_report(measured):
    measured.cases = 10_020
    measured.run(cases="10000", parts="lists,tiles")
    assert measured == [("lists", 10_000), ("tiles", 0)]
    measured.cases = 1_000_734
    measured.run(cases="1000000", parts="lists,tiles", go_on="yes")
    assert measured == [("lists", 1_000_000)]
    found = Kept.read()
    assert found is not None and list(found.rows) == ["lists 10000", "tiles 0", "lists 1000000"]


def test_a_database_of_another_size_is_not_measured(measured):
    measured.cases = 1_000_734
    with pytest.raises(SystemExit, match="lists 10000"):
        measured.run(cases="10000,1000000", parts="lists")
    assert measured == [("lists", 1_000_000)]
    found = Kept.read()
    assert found is not None and found.failed == {"lists 10000": "this database holds 1,000,734 cases"}


def test_what_is_apart_from_cases_chooses_its_own_sizes(measured, monkeypatch):
    seen = []
    monkeypatch.setattr(
        growth, "_take", lambda found, part, size: seen.append((part, os.environ.get("BENCH_CASES")))
    )
    measured.run(cases="10000", parts="scores")
    assert seen == [("scores", None)]


@pytest.mark.parametrize(
    ("script", "found", "failed"),
    [
        ("raise SystemExit('no pages')", {}, {"x 10": "no pages"}),
        ("pass", {}, {"x 10": "ended with 0"}),  # it said nothing
        (
            'open(where, \'w\').write(\'{"rows": [{"measure": "a", "n": 1, "value": 2, "unit": "s"}]}\')',
            {"x 10"},
            {},
        ),
    ],
)
def test_a_part_that_breaks_costs_the_others_nothing(tmp_path, monkeypatch, script, found, failed):
    program = tmp_path / "python"
    program.write_text(f"#!{sys.executable}\nwhere = {str(tmp_path / 'x.json')!r}\n{script}\n")
    program.chmod(0o755)
    for module in (growth, kept_file):
        monkeypatch.setattr(module, "folder", lambda: tmp_path)
    monkeypatch.setattr(growth, "told", lambda found: None)
    monkeypatch.setattr(growth.sys, "executable", str(program))
    kept = Kept("abc")
    growth._take(kept, "x", 10)
    assert set(kept.rows) == set(found) and kept.failed == failed
