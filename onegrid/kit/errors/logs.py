"""How a line of a log is written: without what a failure may carry along of people and keys."""

import logging
import re

# Telephones, identity numbers (GB 11643), bank cards. A case number has letters or a dash before its digits.
NUMBERS = re.compile(
    r"(?<![0-9A-Za-z.-])(?:(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-\d{7,8}|\d{13,18}[\dXx])"
    r"(?![0-9A-Za-z])"
)
KEYS = re.compile(r"\bog_[0-9a-f]{16,}\b")  # of applications (exchange.openplatform)
PASSWORDS = re.compile(r"(?<=://)([^\s:/@]*):[^\s/@]+(?=@)")  # in addresses of databases and stores
# PostgreSQL repeats the values of a row that did not fit
ROWS = re.compile(r"^\s*(?:DETAIL|CONTEXT|STATEMENT|LINE \d+):.*$", re.MULTILINE)
HIDDEN = "…"


def discreet(text: str) -> str:
    """The text without numbers of people, keys, passwords in addresses, and values of rows."""
    for pattern in (NUMBERS, KEYS, ROWS):
        text = pattern.sub(HIDDEN, text)
    return PASSWORDS.sub(rf"\1:{HIDDEN}", text)


class Discreet(logging.Formatter):
    """Hides in message, traceback and stack what nobody needs for finding a fault."""

    def format(self, record: logging.LogRecord) -> str:
        return discreet(super().format(record))
