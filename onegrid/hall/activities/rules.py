"""Whether somebody may still sign up. Pure."""

from datetime import datetime, timedelta

TITLE_MAX = 100
BODY_MAX = 4000
PLACE_MAX = 120
REASON_MAX = 300
PEOPLE_MOST = 6  # on one sign-up: a family
CAPACITY_MOST = 5000
NAMES_KEPT = timedelta(days=30)  # after the end; ours


def when_is_wrong(*, starts_at: datetime, ends_at: datetime, sign_up_until: datetime) -> str:
    """The code of what does not fit, or ""."""
    if ends_at <= starts_at:
        return "ends_before_start"
    return "sign_up_after_end" if sign_up_until > ends_at else ""


def sign_up_refused(
    *,
    is_shown: bool,
    called_off: bool,
    sign_up_until: datetime,
    capacity: int | None,
    taken: int,
    people: int,
    at: datetime,
) -> str:
    """The code of why nobody may sign up any more, or ""."""
    if not is_shown:
        return "not_shown"
    if called_off:
        return "called_off"
    if at >= sign_up_until:
        return "too_late"
    if not 1 <= people <= PEOPLE_MOST:
        return "bad_people"
    if capacity is not None and taken + people > capacity:
        return "full"
    return ""
