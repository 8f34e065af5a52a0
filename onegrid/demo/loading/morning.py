"""The demo's morning: yesterday counted, and the street's brief of it."""

from datetime import datetime, timedelta

from django.utils import timezone

from onegrid.oversight.briefs.actions import make_brief
from onegrid.oversight.briefs.models import Brief
from onegrid.oversight.measures.actions import rebuild_measures
from onegrid.places.areas.models import Area


def write_morning(street: Area, at: datetime) -> Brief | None:
    """Day sums over everything that was loaded; then the brief."""
    rebuild_measures(at=at)
    return make_brief(area=street, day=timezone.localdate(at) - timedelta(days=1), at=at)
