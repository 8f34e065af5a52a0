"""Is this process alive, and can it do its work? `/health/live` and `/health/ready`, for supervisors."""

from onegrid.kit.health.checks import HEALTH_CHECKS, Failing, HealthCheck

__all__ = ["HEALTH_CHECKS", "Failing", "HealthCheck"]
