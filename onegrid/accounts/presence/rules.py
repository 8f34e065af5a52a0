"""What presence allows. Pure: the caller passes rows' values and the time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite

SOONEST = timedelta(seconds=5)  # between two positions of one person; faster is a broken device
WORST_ACCURACY_M = 1_000_000.0


@dataclass(frozen=True)
class Limits:
    """`longest_hours`: a presence nobody ended ends by itself. `positions_kept_days`: then they are removed.

    `position_every_seconds`: how often a page sends one. `position_fresh_minutes`: an older one is no place any more.
    """

    longest_hours: int
    positions_kept_days: int
    position_every_seconds: int
    position_fresh_minutes: int


def ends_by(started_at: datetime, limits: Limits) -> datetime:
    """When a presence ends by itself."""
    return started_at + timedelta(hours=limits.longest_hours)


def lasts(started_at: datetime, ended_at: datetime | None, at: datetime, limits: Limits) -> bool:
    """Whether somebody is on duty at `at`: signed on, not off, and not forgotten."""
    return started_at <= at < ends_by(started_at, limits) and (ended_at is None or at < ended_at)


def on_earth(lon: float, lat: float) -> bool:
    return isfinite(lon) and isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90


def too_soon(last_at: datetime | None, at: datetime) -> bool:
    """Positions come one after another, and not faster than SOONEST."""
    return last_at is not None and at - last_at < SOONEST


def is_fresh(sent_at: datetime, at: datetime, limits: Limits) -> bool:
    return at - sent_at <= timedelta(minutes=limits.position_fresh_minutes)


def removed_before(at: datetime, limits: Limits) -> datetime:
    """Positions sent before this are removed."""
    return at - timedelta(days=limits.positions_kept_days)
