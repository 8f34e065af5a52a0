"""Who holds a phone, and what is theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from onegrid.cases.flow.access import PhoneHolder
from onegrid.cases.flow.models import Case, Follower
from onegrid.cases.flow.queries.own import follows_of, reports_of
from onegrid.hall.activities.models import SignUp
from onegrid.hall.answers.models import Question
from onegrid.hall.residents import rules
from onegrid.hall.residents.models import PhoneSession
from onegrid.kit.crypto import blind_index

SHOWN = 50  # of each kind
LOOKED_BACK = timedelta(days=365)  # a number that changed hands does not open what is older


def token_digest(token: str) -> str:
    return blind_index(token, "resident_session")


def open_session(token: str, *, at: datetime) -> PhoneSession | None:
    """The session that the cookie opens; None when it is over, ended, or never was."""
    if not 20 <= len(token) <= 100:
        return None
    found = PhoneSession.objects.filter(digest=token_digest(token)).first()
    if found is None or not rules.session_open(made_at=found.made_at, ended_at=found.ended_at, at=at):
        return None
    return found


@dataclass(frozen=True)
class OwnMatters:
    """The newest reports, follows, questions and sign-ups left with one phone."""

    reports: list[Case]
    follows: list[Follower]
    questions: list[Question]
    places: list[SignUp]


def own_matters(*, viewer: PhoneHolder, at: datetime) -> OwnMatters:
    """What was left with the viewer's phone in the last year."""
    since = at - LOOKED_BACK
    questions = Question.objects.filter(phone_index=viewer.phone_index, asked_at__gt=since).defer("phone")
    places = SignUp.objects.filter(phone_index=viewer.phone_index, cancelled_at=None).defer("name", "phone")
    return OwnMatters(
        reports_of(viewer=viewer, since=since, limit=SHOWN),
        follows_of(viewer=viewer, since=since, limit=SHOWN),
        list(questions.select_related("area").order_by("-id")[:SHOWN]),
        list(places.select_related("activity").order_by("-id")[:SHOWN]),
    )
