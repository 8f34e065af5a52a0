"""Django's sessions in the database, and who stands behind one: one prepared statement a request."""

from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.backends import db
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from onegrid.accounts.identity.models import VALID_GRANTS, User, grants_of, grants_selected
from onegrid.kit.statements import Columns, ask


class SessionStore(db.SessionStore):
    """The same rows. With the session comes who was last seen with it, and that person's grants (`person`)."""

    person: User | None = None

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


class WhoIsSignedIn(AuthenticationMiddleware):
    """Django's, with the person that came with the session where that is the one who signed in."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _person_behind(request))  # type: ignore[assignment]  # as Django's


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
