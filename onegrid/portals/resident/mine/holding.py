"""The cookie of somebody who holds a phone: apart from staff sessions, and short."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from onegrid.cases.flow.access import PhoneHolder
from onegrid.hall.residents.models import PhoneSession
from onegrid.hall.residents.queries import open_session
from onegrid.hall.residents.rules import SESSION_LIVES

COOKIE = "resident"
P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, PhoneSession, P], HttpResponse]


def session_of(request: HttpRequest) -> PhoneSession | None:
    token = request.COOKIES.get(COOKIE, "")
    return open_session(token, at=timezone.now()) if token else None


def holder(session: PhoneSession) -> PhoneHolder:
    return PhoneHolder(phone_index=session.phone_index)


def held(page: Page[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """The page gets the session; without one the browser is sent to sign in."""

    @wraps(page)
    def asked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        session = session_of(request)
        return page(request, session, *args, **kwargs) if session else redirect("resident:sign_in")

    return asked


def keep(answer: HttpResponse, token: str) -> HttpResponse:
    answer.set_cookie(
        COOKIE,
        token,
        max_age=SESSION_LIVES,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer


def drop(answer: HttpResponse) -> HttpResponse:
    answer.delete_cookie(COOKIE, samesite="Lax")
    return answer
