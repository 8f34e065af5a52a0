"""A track made clean, cut into sections, and who leads: pure."""

from decimal import Decimal
from itertools import pairwise
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.cases.paths.limits import path_limits
from onegrid.cases.paths.rules import (
    Cleaning,
    Crossed,
    Fix,
    LeadRule,
    Part,
    apart,
    cleaned,
    lead_of,
    outside,
    sections,
    timed,
    total,
)
from tests.cases.conftest import AT

HOW = Cleaning(gap_seconds=300, speed_most=150, jumps_most=3)


def flat(lon, lat, lon2, lat2):
    """A plan whose degrees are 100 km: quick, and exact enough for rules."""
    return hypot(lon2 - lon, lat2 - lat) * 100_000


def drive(*places, every=10.0, begins=0.0):
    return [Fix(begins + number * every, *place) for number, place in enumerate(places)]


def test_a_plain_track_is_one_piece():
    track = cleaned(drive((0, 0), (0.001, 0), (0.002, 0)), HOW, flat)
    assert [len(piece) for piece in track.pieces] == [3] and track.kept == 3 == track.given


def test_points_come_in_any_order_and_the_same_moment_once():
    fixes = drive((0, 0), (0.001, 0), (0.002, 0))
    track = cleaned([*reversed(fixes), fixes[1]], HOW, flat)
    assert track.pieces == (tuple(fixes),) and track.repeated == 1


def test_a_gap_breaks_the_line_and_a_lone_point_is_left_out():
    fixes = [*drive((0, 0), (0.001, 0)), Fix(1000, 0.5, 0), *drive((1, 0), (1.001, 0), begins=2000)]
    track = cleaned(fixes, HOW, flat)
    assert [len(piece) for piece in track.pieces] == [2, 2] and (track.gaps, track.alone, track.jumps) == (
        1,
        1,
        0,
    )


def test_a_jump_is_dropped_and_a_place_that_is_told_again_and_again_is_believed():
    there_and_back = drive((0, 0), (0.5, 0), (0.002, 0))
    track = cleaned(there_and_back, HOW, flat)
    assert track.jumps == 1 and [fix.lon for fix in track.pieces[0]] == [0, 0.002]
    moved = drive((0, 0), (0.001, 0), (0.5, 0), (0.501, 0), (0.502, 0), (0.503, 0))
    track = cleaned(moved, HOW, flat)
    assert [len(piece) for piece in track.pieces] == [2, 4] and track.jumps == 0


FIXES = st.lists(
    st.builds(Fix, st.integers(0, 3000).map(float), st.floats(0, 0.2), st.floats(0, 0.2)), max_size=40
)


@given(FIXES)
def test_every_point_is_kept_or_counted_and_times_rise(fixes):
    track = cleaned(fixes, HOW, flat)
    assert track.given == len(fixes) == track.kept + track.repeated + track.jumps + track.alone
    times = [fix.at for piece in track.pieces for fix in piece]
    assert times == sorted(set(times))
    for piece in track.pieces:
        assert len(piece) > 1
        for one, other in pairwise(piece):
            assert other.at - one.at <= HOW.gap_seconds
            assert (
                flat(one.lon, one.lat, other.lon, other.lat)
                <= (other.at - one.at) * HOW.speed_most / 3.6 + 1e-6
            )


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=9), st.floats(1, 1e5))
def test_a_drawn_line_fills_its_window_by_length(line, seconds):
    fixes = timed(line, 100.0, 100.0 + seconds, flat)
    if not fixes:
        assert all(place == line[0] for place in line)
        return
    assert fixes[0].at == 100.0 and fixes[-1].at == pytest.approx(100.0 + seconds)
    assert all(one.at <= other.at for one, other in pairwise(fixes))


PARTS = st.lists(
    st.builds(
        lambda piece, area, begins, length, metres: Part(
            piece, area, piece * 1000 + begins, piece * 1000 + begins + length, metres, f"{area:02}"
        ),
        st.integers(0, 2), st.integers(1, 4), st.floats(0, 500), st.floats(0.1, 100), st.floats(0, 900),
    ),
    max_size=25,
)  # fmt: skip


@given(PARTS)
def test_sections_are_in_order_share_no_moment_and_lose_no_metre(parts):
    clean, found = apart(parts), sections(parts)
    assert sum(one.metres for one in found) == pytest.approx(sum(one.metres for one in clean))
    assert sum(one.metres for one in clean) <= sum(one.metres for one in parts) + 1e-6
    for one in found:
        assert one.entered <= one.left and 0 <= one.dwell <= one.left - one.entered + 1e-6
    for one, other in pairwise(found):
        assert one.left <= other.entered and one.area != other.area
    for one, other in pairwise(clean):
        assert one.piece != other.piece or one.ends <= other.begins


@given(st.lists(st.tuples(st.integers(1, 4), st.floats(0.1, 50), st.floats(0, 900)), min_size=1, max_size=20))
def test_of_stretches_that_follow_each_other_the_sum_is_the_length_of_the_way(stretches):
    parts, gone = [], 0.0
    for area, length, metres in stretches:
        parts.append(Part(0, area, gone, gone + length, metres, f"{area:02}"))
        gone += length
    found = sections(parts)
    assert sum(one.metres for one in found) == pytest.approx(
        sum(metres for _area, _length, metres in stretches)
    )
    assert sum(one.dwell for one in found) == pytest.approx(gone)
    areas = [area for area, _length, _metres in stretches]
    assert [one.area for one in found] == [a for n, a in enumerate(areas) if n == 0 or areas[n - 1] != a]


def test_what_two_areas_share_the_lower_code_has():
    border = [Part(0, 7, 0, 10, 100, "B"), Part(0, 3, 0, 10, 100, "A")]
    assert [(one.area, one.metres) for one in sections(border)] == [(3, 100)]
    half = [Part(0, 3, 0, 10, 100, "A"), Part(0, 7, 5, 15, 100, "B")]
    assert [(one.area, one.metres) for one in sections(half)] == [(3, 100), (7, 50)]


def test_points_outside_are_counted():
    track = cleaned(drive((0, 0), (0.001, 0), (0.002, 0), (0.003, 0)), HOW, flat)
    assert outside(track, [Part(0, 1, 0, 10, 100)]) == 2 and outside(track, []) == 4


CROSSED = [Crossed(1, 300), Crossed(2, 500), Crossed(1, 400)]


@pytest.mark.parametrize(
    ("order", "owner", "expected"),
    [
        (["owner", "origin"], None, ("origin", 1, 0)),
        (["owner", "origin"], 9, ("owner", 9, 0)),
        (["owner", "origin"], 2, ("owner", 2, 1)),
        (["longest"], None, ("longest", 1, 0)),  # two visits of one unit count together
        (["origin", "longest"], 9, ("origin", 1, 0)),
        ([], 9, None),
    ],
)
def test_who_leads(order, owner, expected):
    assert lead_of([LeadRule(rule) for rule in order], CROSSED, owner) == expected


def test_nobody_leads_a_way_without_sections():
    assert lead_of([LeadRule.ORIGIN], [], None) is None


def test_costs_are_added_to_the_cent():
    assert total([Decimal("0.10"), None, Decimal("0.20")]) == Decimal("0.30") and total([]) == Decimal("0.00")


def test_the_shipped_rules_end_with_one_that_names_a_unit():
    limits = path_limits(AT.date())
    assert limits.lead[-1] != LeadRule.OWNER and limits.lead_mark == "unverified"
