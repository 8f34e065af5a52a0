"""Our rows against two lists made by other people (read where they are kept; not part of this project)."""

import json
from datetime import date
from pathlib import Path

import pytest

from onegrid.places.calendars.statutory import statutory_days

KEPT = Path(__file__).resolve().parents[4] / "shared" / "data" / "calendars"
needs_lists = pytest.mark.skipif(not KEPT.is_dir(), reason="../shared/data/calendars is not here")

WEEKEND = {
    5,
    6,
}  # lists differ on whether a weekend that joins a holiday belongs to it; it is free either way


def ours(kind):
    return {row.day for row in statutory_days(2004, 2026) if row.kind == kind}


@needs_lists
def test_chinese_days():
    other = json.loads((KEPT / "chinese-days.json").read_text())
    assert {date.fromisoformat(day) for day in other["workdays"]} == ours("makeup")
    differing = {date.fromisoformat(day) for day in other["holidays"]} ^ ours("holiday")
    assert {day for day in differing if day.weekday() not in WEEKEND} == set()
    assert len(differing) <= 2


@needs_lists
@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_holiday_calendar(year):
    rows = json.loads((KEPT / "holiday_calendar_cn" / f"{year}.json").read_text())["dates"]
    by_type = {"public_holiday": set(), "transfer_workday": set()}
    for row in rows:
        by_type[row["type"]].add(date.fromisoformat(row["date"]))
    mine = {kind: {day for day in ours(kind) if day.year == year} for kind in ("holiday", "makeup")}
    assert by_type["transfer_workday"] == mine["makeup"]
    differing = {day for day in by_type["public_holiday"] ^ mine["holiday"] if day.year == year}
    assert {day for day in differing if day.weekday() not in WEEKEND} == set()
