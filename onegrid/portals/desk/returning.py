"""The way back: which list somebody came from stands in the address as `from`, and survives the step."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest
from django.urls import reverse

from onegrid.cases.flow.queries.filters import Filters

FROM_MAX = 600
KEPT = {
    "after": 60,
    "before": 60,
    "case": 24,
    "on": 5,
}  # besides the filters: the page, and the case beside the list


def came_from(request: HttpRequest) -> str:
    """The query of the list ("?state=filed"), made anew from what it says; "" when nothing was said."""
    given = (request.POST.get("from") or request.GET.get("from", ""))[:FROM_MAX]
    return list_query(dict(parse_qsl(given.removeprefix("?")))) if given else ""


def list_query(said: Mapping[str, Any], *, without: tuple[str, ...] = ()) -> str:
    """Filters, page, and the case beside the list, as far as `said` names them; begins with "?"."""
    kept = {
        name: str(said[name])[:most].replace("\x00", "")
        for name, most in KEPT.items()
        if said.get(name) and name not in without
    }
    filters = Filters.of(said).address()
    return f"{filters}&{urlencode(kept)}" if kept else filters


def list_address(request: HttpRequest) -> str:
    """The list that somebody came from, or the board; else the whole queue."""
    came = came_from(request)
    return reverse("desk:board") if came.endswith("&on=board") else reverse("desk:queue") + came


def with_from(address: str, request: HttpRequest) -> str:
    """The address, with the list that its page shall lead back to."""
    back = came_from(request)
    return f"{address}?{urlencode({'from': back})}" if back else address
