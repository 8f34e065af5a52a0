"""What is kept of signing in goes after its time: ended sessions at once, the log of sign-ins later."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction


@transaction.atomic
def forget_sign_ins(*, at: datetime) -> int:
    """Removes sessions that are over, and attempts and sign-ins older than SIGNIN_LOG_KEPT; how many rows.

    Network logs are kept for at least six months (网络安全法); who signed in when and from where is one.
    """
    before = at - settings.SIGNIN_LOG_KEPT
    ended = at - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    gone = [
        Session.objects.filter(expire_date__lt=at),
        UserSession.objects.filter(last_seen_at__lt=ended),
        *(
            model.objects.filter(attempt_time__lt=before)
            for model in (AccessAttempt, AccessFailureLog, AccessLog)
        ),
    ]
    return sum(rows.delete()[0] for rows in gone)
