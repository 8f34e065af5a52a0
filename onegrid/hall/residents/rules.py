"""Codes and sessions by phone. Pure. The numbers are ours."""

from datetime import datetime, timedelta

CODE_DIGITS = 6
CODE_LIVES = timedelta(minutes=5)
CODE_TRIES = 5  # of a million forms: one in two hundred thousand is guessed
SESSION_LIVES = timedelta(hours=1)  # short: phones are lent, computers shared
KEPT = timedelta(days=2)  # codes and sessions that are over


def code_opens(*, made_at: datetime, tries: int, used_at: datetime | None, fits: bool, at: datetime) -> bool:
    """Whether a code signs in. Used, too old, and tried too often look the same as wrong."""
    return fits and used_at is None and tries < CODE_TRIES and made_at <= at < made_at + CODE_LIVES


def session_open(*, made_at: datetime, ended_at: datetime | None, at: datetime) -> bool:
    return ended_at is None and made_at <= at < made_at + SESSION_LIVES
