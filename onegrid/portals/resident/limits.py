"""How much one address may do without an account: generous for people, narrow for machines that guess."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest
from django.utils import timezone

from onegrid.kit.errors import NotFound
from onegrid.kit.throttle import Limit, caller_of, refuse_if_spent, spend

T = TypeVar("T")

# Only wrong pairs of number and code are counted. A code has 31^8 forms: at this pace one is not found in a lifetime.
WRONG_CODES = Limit("follow_code", 20, timedelta(minutes=15))
# A whole school or a mobile operator may stand behind one address, so this stops floods only.
REPORTS = Limit("report", 60, timedelta(minutes=10))

# Like cases are looked up before anything is sent: enough for people, too few to walk a town with.
LOOKS = Limit("like_cases", 60, timedelta(minutes=10))
# Kinds and addresses that are looked up while somebody types: a whole office may, a machine does not get far.
TYPED = Limit("report_help", 240, timedelta(minutes=1))
# Who answers for a place is published, but not as a list to be walked through by a machine.
ASKED_WHO = Limit("who_answers", 120, timedelta(minutes=1))
# What a reporter adds, rates and takes back: by one hand, and to one case, whoever has its code.
DEEDS = Limit("own_report", 20, timedelta(minutes=10))
DEEDS_OF_ONE = Limit("own_report_case", 30, timedelta(days=1))

# Codes to phones cost money and wake people; the action counts for each phone besides.
CODES = Limit("codes_sent", 15, timedelta(minutes=30))
CODE_TRIES = Limit("codes_tried", 40, timedelta(minutes=30))


def caller(request: HttpRequest) -> str:
    """The address behind as many proxies as ONEGRID_TRUSTED_PROXIES says, as the throttle counts it."""
    return caller_of(get_client_ip(request))


def guarded(request: HttpRequest, look: Callable[[], T]) -> T:
    """What `look` finds by number and code. A miss counts, and too many misses are TooMany, right or wrong."""
    who, now = caller(request), timezone.now()
    refuse_if_spent(WRONG_CODES, who=who, at=now)
    try:
        return look()
    except NotFound:
        spend(WRONG_CODES, who=who, at=now)
        raise


def count_report(request: HttpRequest) -> None:
    spend(REPORTS, who=caller(request), at=timezone.now())


def count_deed(request: HttpRequest, number: str) -> None:
    """After number and code were found right: nobody else's tries use up a case's own limit."""
    now = timezone.now()
    spend(DEEDS, who=caller(request), at=now)
    spend(DEEDS_OF_ONE, who=number, at=now)


def count_who(request: HttpRequest) -> None:
    spend(ASKED_WHO, who=caller(request), at=timezone.now())


def count_look(request: HttpRequest) -> None:
    spend(LOOKS, who=caller(request), at=timezone.now())


def count_typing(request: HttpRequest) -> None:
    spend(TYPED, who=caller(request), at=timezone.now())


def count_code(request: HttpRequest) -> None:
    spend(CODES, who=caller(request), at=timezone.now())


def count_code_try(request: HttpRequest) -> None:
    spend(CODE_TRIES, who=caller(request), at=timezone.now())
