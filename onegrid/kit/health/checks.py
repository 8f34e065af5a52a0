"""The plug-in point "health_checks", and one run over all of them."""

import logging
import threading
import time

from onegrid.kit.plugins import Registry

logger = logging.getLogger(__name__)
FRESH_SECONDS = 2.0  # an answer that old is given again: asking often must not cost often


class Failing(Exception):
    """What is wrong, for the log; callers of the page see only the check's name."""


class HealthCheck:
    """`run` returns when all is well and raises when not; it takes milliseconds and changes nothing."""

    def run(self) -> None:
        raise NotImplementedError


HEALTH_CHECKS: Registry[HealthCheck] = Registry(
    "health_checks", HealthCheck, "what must be well before requests are sent to this process"
)


class Pulse:
    """The last run's outcome, kept for `FRESH_SECONDS`; one thread at a time runs the checks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken_at = float("-inf")
        self._outcome: dict[str, bool] = {}

    def outcome(self) -> dict[str, bool]:
        """Check name → is it well."""
        with self._lock:
            if time.monotonic() - self._taken_at > FRESH_SECONDS:
                self._outcome = {name: _is_well(name, check) for name, check in HEALTH_CHECKS}
                self._taken_at = time.monotonic()
            return dict(self._outcome)

    def forget(self) -> None:
        self._taken_at = float("-inf")


PULSE = Pulse()


def _is_well(name: str, check: HealthCheck) -> bool:
    try:
        check.run()
    except Exception as failure:  # whatever goes wrong in a check is what the check is for
        logger.warning("health check %s: %s", name, failure)
        return False
    return True
