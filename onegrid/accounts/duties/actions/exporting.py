"""A week's roster as a file; who took it stays on record."""

from datetime import date, datetime

from onegrid.accounts.duties.weeks import Week, week_roster
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record


def export_week(*, area_id: int, monday: date, by: Actor, at: datetime) -> Week:
    """As `week_roster`."""
    week = week_roster(area_id=area_id, monday=monday, viewer=by)
    record("duties.export", by=by, about=week.area, at=at, details={"monday": f"{week.monday:%Y-%m-%d}"})
    return week
