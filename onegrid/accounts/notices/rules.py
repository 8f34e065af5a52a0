"""When a message may leave, and how long to wait after a failure."""

from datetime import datetime, time, timedelta

MOST_TRIES = 6
FIRST_WAIT = timedelta(minutes=1)
# A try that nobody ended after so long was killed in the middle: ten seconds for a gateway or robot, ten for each of
# the eleven words of a mail server at most.
LEASE = timedelta(minutes=2)


def leaves_at(local: datetime, quiet_from: time | None, quiet_to: time | None, urgent: bool) -> datetime:
    """The earliest local time for a message: now, or the end of the quiet hours. Urgent ones never wait.

    Quiet hours may run past midnight (22:00–07:00); equal times mean no quiet hours.
    """
    if urgent or quiet_from is None or quiet_to is None or quiet_from == quiet_to:
        return local
    now = local.time()
    over_midnight = quiet_from > quiet_to
    quiet = (now >= quiet_from or now < quiet_to) if over_midnight else quiet_from <= now < quiet_to
    if not quiet:
        return local
    end = local.replace(hour=quiet_to.hour, minute=quiet_to.minute, second=0, microsecond=0)
    return end if end > local else end + timedelta(days=1)


PHONES_QUIET = time(22), time(7)  # nobody without an account is woken; ours


def digits_of(phone: str) -> str:
    """What two spellings of one phone have in common; "" for what is no phone ("none", a few digits)."""
    digits = "".join(sign for sign in phone if sign.isascii() and sign.isdigit())
    return digits if len(digits) >= 5 else ""


def wait_after(tries: int) -> timedelta | None:
    """1, 2, 4, 8, 16 minutes after the first, second, … failed try; None when it was the last one."""
    return None if tries >= MOST_TRIES else FIRST_WAIT * 2 ** (tries - 1)
