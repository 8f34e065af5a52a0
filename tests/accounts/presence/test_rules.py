"""Presence as tables: while it lasts, what is a place, what is kept."""

from datetime import UTC, date, datetime, timedelta

import pytest

from onegrid.accounts.presence.limits import limits_on
from onegrid.accounts.presence.rules import (
    Limits,
    ends_by,
    is_fresh,
    lasts,
    on_earth,
    removed_before,
    too_soon,
)

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
LIMITS = Limits(12, 7, 60, 15)
H = timedelta(hours=1)


@pytest.mark.parametrize(
    ("ended", "after", "there"),
    [
        (None, 0 * H, True),
        (None, 12 * H - timedelta(seconds=1), True),
        (None, 12 * H, False),  # forgotten: it ends by itself
        (2 * H, 2 * H, False),  # the instant of signing off is off
        (2 * H, 2 * H - timedelta(seconds=1), True),
        (None, -1 * H, False),
    ],
)
def test_a_presence_lasts_until_it_ends_or_is_forgotten(ended, after, there):
    ended_at = AT + ended if ended is not None else None
    assert lasts(AT, ended_at, AT + after, LIMITS) is there


def test_the_end_by_itself():
    assert ends_by(AT, LIMITS) == AT + 12 * H


@pytest.mark.parametrize(
    ("lon", "lat", "there"),
    [
        (118.0, 37.4, True),
        (180.1, 0, False),
        (0, -90.5, False),
        (float("nan"), 0, False),
        (float("inf"), 0, False),
    ],
)
def test_only_points_on_earth(lon, lat, there):
    assert on_earth(lon, lat) is there


def test_positions_come_one_after_another():
    assert not too_soon(None, AT)
    assert too_soon(AT - timedelta(seconds=4), AT) and not too_soon(AT - timedelta(seconds=5), AT)


def test_an_old_position_is_no_place_any_more():
    assert is_fresh(AT - timedelta(minutes=15), AT, LIMITS)
    assert not is_fresh(AT - timedelta(minutes=15, seconds=1), AT, LIMITS)


def test_positions_are_removed_after_their_time():
    assert removed_before(AT, LIMITS) == AT - timedelta(days=7)


def test_the_shipped_numbers_hold_for_every_day():
    assert limits_on(AT.date()).positions_kept_days == limits_on(date(1999, 1, 1)).positions_kept_days == 7
