"""What the writing pages of the catalogue share: a form that is shown, done, or refused; a list in parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from onegrid.kit.actors import viewer_of
from onegrid.kit.errors import Refused

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


def number(given: str) -> int:
    """A number from an address; anything else is 0."""
    return int(given) if given.isdecimal() and given.isascii() and len(given) < 19 else 0


@dataclass(frozen=True)
class Part:
    """Some rows of a list, and where the parts before and after them begin (desk/catalog/part.html)."""

    rows: Sequence[Any]
    begin: int
    count: int
    size: int

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
        return self.last if self.last < self.count else None


def part_of(rows: Sequence[Any], request: HttpRequest, size: int = PAGE) -> Part:
    begin = min(number(request.GET.get("after", "")), len(rows))
    return Part(rows[begin : begin + size], begin, len(rows), size)
