"""Is this process alive, and can it do its work? `/health/live` and `/health/ready`, for supervisors; for operators
the parts of the platform with what was found and what helps."""

from onegrid.kit.health.checks import HEALTH_CHECKS, Failing, HealthCheck
from onegrid.kit.health.figure import Figure, gauge
from onegrid.kit.health.watching import WATCHED, Part, Reading, Tone, Watched, look_at_all, toned

__all__ = [
    "HEALTH_CHECKS",
    "WATCHED",
    "Failing",
    "Figure",
    "HealthCheck",
    "Part",
    "Reading",
    "Tone",
    "Watched",
    "gauge",
    "look_at_all",
    "toned",
]
