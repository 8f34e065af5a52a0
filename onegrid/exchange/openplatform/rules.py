"""What a key looks like, what an application may be given, and how often it may ask. Pure."""

import re

KEY_FORM = re.compile(r"og_[0-9a-f]{48}")
TAIL = 4  # characters of a key that stay readable, to tell two keys apart
NAME_MAX = 80
PURPOSE_MAX = 300
PER_MINUTE = 120  # requests, when nobody chose another number
PER_MINUTE_MOST = 6_000
GRACE_DAYS = 1  # how long the key before still opens after a rotation, when nobody chose
GRACE_DAYS_MOST = 30
SEEN_EVERY_SECONDS = 60  # "last used" is written at most so often

# What an application can be given. Nothing that shows a citizen's contact, changes rights, or changes the catalogue.
GRANTABLE = (
    "cases.report",
    "cases.see",
    "cases.verify",
    "cases.file",
    "cases.dispatch",
    "cases.handle",
    "cases.check",
    "cases.close",
    "cases.cancel",
    "cases.note",
    "areas.see",
    "things.see",
    "establishments.see",
    "orgs.see",
)


def is_key(text: str) -> bool:
    """Whether the form fits; nothing is looked up for anything else."""
    return KEY_FORM.fullmatch(text) is not None


def tail_of(key: str) -> str:
    return key[-TAIL:]
