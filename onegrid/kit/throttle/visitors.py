"""Limits for whoever has not signed in, by network address."""

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest
from django.utils import timezone

from onegrid.kit.throttle.counting import spend
from onegrid.kit.throttle.rules import Limit, caller_of


def address_of(request: HttpRequest) -> str:
    """The caller, behind as many proxies as ONEGRID_TRUSTED_PROXIES says, as the throttle counts it."""
    return caller_of(get_client_ip(request))


def count_visit(limit: Limit, request: HttpRequest) -> None:
    """TooMany above the limit from one address; staff who signed in go free."""
    if not request.user.is_authenticated:
        spend(limit, who=address_of(request), at=timezone.now())
