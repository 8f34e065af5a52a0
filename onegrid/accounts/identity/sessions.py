"""Django's sessions in the database, and who stands behind one: read at every request, so by prepared statements."""

from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.utils import timezone

from onegrid.accounts.identity.models import User
from onegrid.kit.statements import Columns, ask

_LIVE = """
SELECT session_data, expire_date FROM django_session WHERE session_key = $1::varchar AND expire_date > $2::timestamptz
"""


class SessionStore(db.SessionStore):
    """The same rows; only the question is prepared."""

    def _get_session_from_db(self) -> Any:
        found = ask(_LIVE, [str(self.session_key).replace("\x00", ""), timezone.now().isoformat()])
        if found:
            return self.model(
                session_key=str(self.session_key), session_data=found[0][0], expire_date=found[0][1]
            )
        self._session_key = None
        return None


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
