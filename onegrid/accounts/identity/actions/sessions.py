"""Sessions of an account, so that they can be ended from outside."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from onegrid.accounts.identity.models import User


def end_sessions(user: User, only: int | None = None) -> int:
    """Signs the user out everywhere, or only from one session. Number of sessions ended."""
    found = UserSession.objects.filter(user=user)
    rows = list(found if only is None else found.filter(pk=only))
    Session.objects.filter(session_key__in=[row.session_key for row in rows]).delete()
    UserSession.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
