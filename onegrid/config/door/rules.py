"""Who comes first at the door, and how many. Pure."""

import re
from collections.abc import Mapping
from enum import IntEnum

PLACES = 6  # requests that a process works on at a time, each with a database connection of its own
LEAST_URGENT = 8  # so many urgent ones may wait even where nobody else may
DOORMEN = 16  # threads that have nothing to do but to say "later"


class Kind(IntEnum):
    """The smaller the number, the earlier it is let in."""

    URGENT = 0  # somebody is in danger; or what watches over the platform asks
    DEED = 1  # something is sent; and what a page that was let in needs to be seen at all
    LOOK = 2  # something is read, and can be read a little later


URGENT = re.compile(r"^/(work/emergency/|(work|cases)/[^/]+/raise_alarm/|health/|metrics/?)")
NEEDED = re.compile(r"^/static/")
PASSES = "/health/live"  # asks nobody, and must say that the process lives when it is busiest
SAFE = {"GET", "HEAD", "OPTIONS"}


def kind_of(method: str, path: str) -> Kind:
    if URGENT.match(path):
        return Kind.URGENT
    return Kind.LOOK if method in SAFE and not NEEDED.match(path) else Kind.DEED


def may_enter(kind: Kind, inside: Mapping[Kind, int]) -> bool:
    """A long download never keeps a deed out, nothing ordinary keeps an emergency out, and whoever only pretends to
    be urgent gets half of the places at most."""
    urgent, deeds, looks = (inside.get(one, 0) for one in Kind)
    if urgent + deeds + looks >= PLACES:
        return False
    if kind is Kind.URGENT:
        return urgent < PLACES // 2
    return deeds + looks < PLACES - 1 and (kind is Kind.DEED or looks < PLACES - 2)


def may_wait(kind: Kind, waiting: int, queue: int) -> bool:
    """Whether one more may join a line of `waiting`: readers while it is half empty, deeds while it is not full, and
    urgent ones up to twice its length."""
    room = {Kind.URGENT: max(LEAST_URGENT, 2 * queue), Kind.DEED: queue, Kind.LOOK: queue // 2}
    return waiting < room[kind]


def threads(queue: int) -> int:
    """So many does a process need: whoever works, whoever waits, and some to turn others away."""
    return PLACES + max(LEAST_URGENT, 2 * queue) + DOORMEN
