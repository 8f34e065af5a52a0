"""What pages that write share: a form that is shown, done, or refused; a list in parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from onegrid.kit.actors import viewer_of
from onegrid.kit.errors import NotFound, Refused

PAGE = 50


def form_page(
    request: HttpRequest,
    template: str,
    form: Any,
    *,
    act: Callable[..., Any],
    done: Callable[[Any], HttpResponse],
    show: Callable[[], dict[str, Any]],
) -> HttpResponse:
    """Shows the form; sent and whole, does `act` with what it says. Refused (409) it stays, with what was typed.

    `form`: anything with is_valid() and given(), the keyword arguments of `act`; `done` answers with what `act`
    made; `show`: what the template knows besides `form` and `refusal`.
    """
    refusal, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return done(act(**form.given(), by=viewer_of(request), at=timezone.now()))
            except Refused as caught:
                refusal, status = caught, 409
    return render(request, template, {"form": form, "refusal": refusal, **show()}, status=status)


def where_one_may(act: Callable[..., Any], words: Any) -> Callable[..., Any]:
    """For an `act` that makes something at a point: that the point is not the person's is said beside the form, for
    nothing is given away (borders are public) and what was typed stays. Refused: outside_your_area."""

    def tried(**given: Any) -> Any:
        try:
            return act(**given)
        except NotFound:
            raise Refused("outside_your_area", words) from None

    return tried


def post_only(
    request: HttpRequest, act: Callable[..., Any], *, said: str, to: str, **given: Any
) -> HttpResponse:
    """One button: does `act`, says `said` or why not, and goes back to the address `to`."""
    try:
        act(**given, by=viewer_of(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, said)
    return redirect(to)


def number(given: str) -> int:
    """A number from an address; anything else is 0."""
    return int(given) if given.isdecimal() and given.isascii() and len(given) < 19 else 0


@dataclass(frozen=True)
class Part:
    """Some rows of a list, and where the parts before and after them begin (kit/part.html). `count`: of all rows,
    where they are at hand; a query is not counted, for it may be long."""

    rows: Sequence[Any]
    begin: int
    size: int
    more: bool
    count: int | None = None

    @property
    def first(self) -> int:
        return self.begin + 1

    @property
    def last(self) -> int:
        return self.begin + len(self.rows)

    @property
    def before(self) -> int | None:
        return max(self.begin - self.size, 0) if self.begin else None

    @property
    def after(self) -> int | None:
        return self.last if self.more else None


DEEPEST = 20_000  # rows that may be passed over


def part_of(rows: Any, request: HttpRequest, size: int = PAGE) -> Part:
    """`rows`: a query or a sequence; one row more than is shown is read."""
    count = len(rows) if isinstance(rows, Sequence) else None
    begin = min(number(request.GET.get("after", "")), DEEPEST if count is None else count)
    read = list(rows[begin : begin + size + 1])
    return Part(read[:size], begin, size, len(read) > size, count)
