"""When something was done that is told later. Pure."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

OLDEST = timedelta(
    days=30
)  # what waited longer is not taken as it is; keys are remembered three times as long
REMEMBERED = 3 * OLDEST
AT_ONCE = timedelta(minutes=2)  # sent so soon, it needs no time of its own
CLOCK_OFF = timedelta(minutes=10)  # a phone that gets its time from the network is not off by so much


class TooOld(Exception):
    """It was written longer ago than OLDEST, or the phone's clock was set meanwhile."""


@dataclass(frozen=True)
class Moment:
    """`at`: by our clock; None: as good as now. `doubt`: "", clock_off (the phone shows another time than we do;
    `at` does not depend on it), clock_set_back (it ran backwards between writing and sending: `at` is unknown)."""

    at: datetime | None = None
    doubt: str = ""


def happened(*, written: datetime, sent: datetime, now: datetime) -> Moment:
    """As long before `now` as the phone's own clock ran from writing to sending: a clock that is wrong but steady
    gives the right time. Raises TooOld."""
    waited = sent - written
    if waited > OLDEST:
        raise TooOld
    if waited < -AT_ONCE:
        return Moment(None, "clock_set_back")
    if waited < AT_ONCE:
        return Moment()
    return Moment(now - waited, "clock_off" if abs(sent - now) > CLOCK_OFF else "")


def digest_of(address: str, fields: Iterable[tuple[str, str]], files: Iterable[tuple[str, str, int]]) -> str:
    """What is sent under a key, to find another matter under the same one. `files`: (field, name, bytes)."""
    content = json.dumps([address, sorted(fields), sorted(files)], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()
