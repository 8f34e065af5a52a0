"""Django's sessions in the database, and who stands behind one: one prepared statement a request.

A browser holds a ticket; the table holds what `kept_as` makes of it. Who reads a dump opens no session with it.
"""

from functools import cache
from hashlib import sha256
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.functional import SimpleLazyObject

from onegrid.accounts.identity.models import VALID_GRANTS, User, grants_of, grants_selected
from onegrid.kit.statements import Columns, ask

TICKET = 32  # characters of 36: 165 bits of chance
KEY = 40  # hex digits, as many as the columns hold


class Key(str):
    """The key of a row, with the ticket that opens it while that is known: allauth makes stores anew from keys."""

    __slots__ = ("ticket",)
    ticket: str


def kept_as(ticket: str) -> Key:
    """The key of the row: 160 bits of SHA-256. It needs no key of ours, for a ticket cannot be guessed."""
    key = Key(sha256(ticket.encode(errors="replace")).hexdigest()[:KEY])
    key.ticket = ticket
    return key


class SessionStore(db.SessionStore):
    """The same rows. With the session comes who was last seen with it, and that person's grants (`person`).

    `session_key` is the key of the row, wherever Django and allauth use it; `ticket` opens it from outside, and is
    known only while a request that brought it, or that made the session, is answered.
    """

    person: User | None = None

    @classmethod
    def of_ticket(cls, ticket: str | None) -> "SessionStore":
        """The session of a browser that sent this; the only way in from outside."""
        return cls(kept_as(ticket) if ticket else None)

    @property
    def ticket(self) -> str:
        return getattr(self.session_key, "ticket", "")

    def _get_new_session_key(self) -> str:
        while self.exists(key := kept_as(get_random_string(TICKET, VALID_KEY_CHARS))):
            pass
        return key

    def _get_session_from_db(self) -> Any:
        columns, query = _session()
        now = timezone.now()
        key = str(self.session_key).replace("\x00", "")
        rows = ask(query, [key, now.isoformat(), timezone.localdate(now).isoformat()])
        if not rows:
            self._session_key = None
            return None
        data, expires, *person = rows[0][: 2 + len(columns)]
        self.person = columns.made_or_none(person)
        if self.person is not None:
            self.person.grants_now = grants_of(row[2 + len(columns) :] for row in rows)
        return self.model(session_key=key, session_data=data, expire_date=expires)


class Sessions(SessionMiddleware):
    """Django's; the cookie holds the ticket."""

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        self.SessionStore = SessionStore.of_ticket  # type: ignore[assignment]  # called with what the cookie holds

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer = super().process_response(request, response)
        given = answer.cookies.get(settings.SESSION_COOKIE_NAME)
        if given is not None and given.value:
            ticket = request.session.ticket  # type: ignore[attr-defined]  # ours
            given.set(given.key, ticket, ticket)
        return answer


class WhoIsSignedIn(AuthenticationMiddleware):
    """Django's, with the person that came with the session where that is the one who signed in."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        promised: Any = SimpleLazyObject(lambda: _kept_behind(request, promised))
        request.user = promised


def _kept_behind(request: HttpRequest, promised: Any) -> Any:
    """Once known, the person stands there instead of the promise, through which each look would cost ten times."""
    person = _person_behind(request)
    if request.user is promised:
        request.user = person
    return person


def _person_behind(request: HttpRequest) -> Any:
    if not hasattr(request, "_cached_user"):
        request._cached_user = _seen_with(request.session) or get_user(request)  # type: ignore[attr-defined]  # Django's own name
    return request._cached_user  # type: ignore[attr-defined]  # as above


def _seen_with(session: Any) -> User | None:
    """Asks all that `django.contrib.auth.get_user` does; whatever does not fit is left to that."""
    said, backend = session.get(SESSION_KEY), session.get(BACKEND_SESSION_KEY)
    user: User | None = getattr(session, "person", None)
    if user is None or said != str(user.pk) or backend not in settings.AUTHENTICATION_BACKENDS:
        return None
    sealed = session.get(HASH_SESSION_KEY) or ""
    if not user.is_active or not constant_time_compare(sealed, user.get_session_auth_hash()):
        return None
    return user


class Accounts(AuthenticationBackend):
    """allauth's, which signs in. The private phone is read when somebody asks for it."""

    def get_user(self, user_id: Any) -> User | None:
        columns, query = _person()
        found = ask(query, [str(user_id)])
        user = columns.made(found[0]) if found else None
        return user if user is not None and self.user_can_authenticate(user) else None


@cache
def _person() -> tuple[Columns, str]:
    columns = Columns(User, without=["phone"])
    return columns, f"SELECT {columns.of('person')} FROM accounts_user person WHERE person.id = $1::bigint"


@cache
def _session() -> tuple[Columns, str]:
    """A session that nobody was seen with, or only before another signed in, has no person, or the wrong one."""
    columns = _person()[0]
    return (
        columns,
        f"""
SELECT s.session_data, s.expire_date, {columns.of("person")}, {grants_selected()}
FROM django_session s
LEFT JOIN usersessions_usersession seen ON seen.session_key = s.session_key
LEFT JOIN accounts_user person ON person.id = seen.user_id
LEFT JOIN ({VALID_GRANTS.format(day="$3")}) ON permit.user_id = person.id
WHERE s.session_key = $1::varchar AND s.expire_date > $2::timestamptz
ORDER BY permit.id
""",
    )
