"""What is kept of people goes when its time is over, and never stands in a log."""

import logging
import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from axes.models import AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onegrid.accounts.identity.actions.forgetting import forget_sign_ins
from onegrid.accounts.identity.models import User
from onegrid.cases.flow.access import PhoneHolder, Resident
from onegrid.cases.flow.actions import end_call, follow_case, forget_old_contacts
from onegrid.cases.flow.limits import flow_limits
from onegrid.cases.flow.models import Call, Case, Channel, Follower
from onegrid.cases.visits.actions import forget_old_notes
from onegrid.cases.visits.models import Visit
from onegrid.cases.visits.rules import NOTES_KEPT
from onegrid.exchange.openplatform.actions import issue_client
from onegrid.hall.answers.actions import answer_question, ask_question, forget_phones
from onegrid.hall.answers.models import Question
from onegrid.hall.answers.rules import PHONE_KEPT
from onegrid.hall.residents.actions.asking import answer_data_request, ask_about_data, forget_old_requests
from onegrid.hall.residents.limits import request_kept
from onegrid.hall.residents.rules import RequestKind
from onegrid.kit.actors import SystemActor
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.crypto import blind_index
from onegrid.kit.errors.logs import Discreet, discreet
from onegrid.kit.sheets import csv_pieces, workbook_pieces
from tests.cases.conftest import AT, brought_to, reported, town  # noqa: F401
from tests.cases.flow.test_verification import findings
from tests.cases.visits.households import a_household, visited
from tests.security.dumped import copied
from tests.security.looking import SHEET, faults
from tests.streets import streets  # noqa: F401

BY = SystemActor("test")
PHONE = "13800000001"
NAME = "王一二"
CITIZEN = "11010119900307004X"

# ---------------------------------------------------------------- gone when its time is over


def ended(case: Case, days_ago: int, at=AT) -> None:
    Case.objects.filter(pk=case.pk).update(ended_at=at - timedelta(days=days_ago))


@pytest.mark.django_db
def test_who_reported_is_forgotten_and_the_matter_stays(town):  # noqa: F811
    days = flow_limits(AT.date()).contact_days
    known = {"contact_name": "王一", "contact_phone": PHONE}
    old = brought_to("cancelled", town.a, **known)
    fresh = brought_to("cancelled", town.a, text="新的", **known)
    still_open = reported(town.a, text="在办", **known)
    follow_case(case_id=still_open.pk, channel=Channel.RESIDENT, contact_phone=PHONE, by=Resident(), at=AT)
    Follower.objects.update(case=old)
    ended(old, days + 1)
    ended(fresh, days - 1)
    before = Case.objects.values("text", "seal", "version", "state", "follow_code").get(pk=old.pk)
    assert forget_old_contacts(at=AT).cases == 1
    row = Case.objects.get(pk=old.pk)
    assert (row.reporter_name, row.reporter_phone, row.reporter_phone_index, row.anonymous) == (
        None,
        None,
        "",
        True,
    )
    assert Case.objects.values(*before).get(pk=old.pk) == before
    assert (Follower.objects.get().phone, Follower.objects.get().phone_index) == (None, "")
    for kept in (fresh, still_open):
        assert Case.objects.get(pk=kept.pk).reporter_phone == PHONE
    entry = AuditEntry.objects.get(verb="cases.forget_contact")
    assert (entry.object_id, entry.actor_key) == (str(old.pk), "system:retention")
    assert entry.details == {"rule": "contact_days", "days": days}
    assert findings() == []  # the chain does not hold on to anybody
    assert (
        forget_old_contacts(at=AT).cases == 0
        and AuditEntry.objects.filter(verb="cases.forget_contact").count() == 1
    )


@pytest.mark.django_db
def test_who_called_and_who_asked_is_forgotten(town, monkeypatch):  # noqa: F811
    monkeypatch.setattr("onegrid.cases.flow.actions.forgetting.BATCH", 2)
    days, clerk = flow_limits(AT.date()).call_days, town.a.staff["acceptor"]
    given = {"outcome": "answered", "words": "问低保", "phone": PHONE, "by": clerk}
    for number in range(3):
        end_call(key=f"old{number}", at=AT - timedelta(days=days + 1), **given)
    end_call(key="new", at=AT - timedelta(days=days - 1), **given)
    assert forget_old_contacts(at=AT).calls == 3
    assert [(call.key, call.words) for call in Call.objects.exclude(phone_index="")] == [("new", "问低保")]
    mine = PhoneHolder(phone_index=blind_index(PHONE, "phone"))
    (row,) = ask_about_data(kind=RequestKind.DELETION, phone=PHONE, words="我是王一", by=mine, at=AT)
    answer_data_request(request_id=row.pk, grant=False, answer="在办", by=town.staff["data_officer"], at=AT)
    kept = request_kept(AT.date())
    assert forget_old_requests(at=AT + kept) == 0
    assert forget_old_requests(at=AT + kept + timedelta(seconds=1)) == 1
    row.refresh_from_db()
    assert (row.phone_index, row.words, row.answer, row.state) == ("", "", "在办", "refused")


@pytest.mark.django_db
def test_rows_that_leave_without_an_entry_are_seen():
    """By the walk over all addresses (tests/security/looking.py)."""

    def said(kind: str, body: bytes) -> list[str]:
        answer = HttpResponse(body, content_type=kind)
        return [fault for fault in faults("x:y", answer) if "rows leave" in fault]

    for kind, pieces in ((SHEET, workbook_pieces("t", ["name"], [])), ("text/csv", csv_pieces(["name"], []))):
        assert said(kind, b"".join(pieces)) == []
    for kind, pieces in (
        (SHEET, workbook_pieces("t", ["name"], [["王一"]])),
        ("text/csv; charset=utf-8", csv_pieces(["name"], [["王一"]])),
    ):
        assert len(said(kind, b"".join(pieces))) == 1


@pytest.mark.django_db
def test_many_go_in_batches_and_the_rest_the_next_night(town, monkeypatch):  # noqa: F811
    monkeypatch.setattr("onegrid.cases.flow.actions.forgetting.BATCH", 2)
    for number in range(5):
        ended(
            brought_to("cancelled", town.a, text=f"第{number}件", contact_phone=f"1380000000{number}"), 9_999
        )
    assert [forget_old_contacts(at=AT, most=2).cases, forget_old_contacts(at=AT).cases] == [4, 1]


@pytest.mark.django_db
def test_retention_walks_an_index(town):  # noqa: F811
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM cases_case WHERE ended_at < now() AND ended_at IS NOT NULL"
            " AND (reporter_name IS NOT NULL OR reporter_phone IS NOT NULL) ORDER BY ended_at LIMIT 500"
        )
        assert "case_contact_kept" in str(cursor.fetchall())


@pytest.mark.django_db
def test_notes_of_visits_and_phones_of_questions_go(town):  # noqa: F811
    plan = a_household(town.a)
    worker = town.a.staff["grid_worker"]
    visited(plan, worker, at=AT)
    assert forget_old_notes(at=AT + NOTES_KEPT) == 0
    assert forget_old_notes(at=AT + NOTES_KEPT + timedelta(seconds=1)) == 1
    visit = Visit.objects.get()
    assert (visit.met, visit.words, visit.by, visit.outcome) == (None, None, worker, "met")
    question = ask_question(text="几点？", area=town.a.communities[0], phone=PHONE, at=AT)
    unanswered = ask_question(text="几号？", area=town.a.communities[0], phone=PHONE, at=AT)
    answer_question(question_id=question.pk, reply="九点", by=BY, at=AT)
    assert forget_phones(at=AT + PHONE_KEPT) == 0
    assert forget_phones(at=AT + PHONE_KEPT + timedelta(seconds=1)) == 1
    kept = Question.objects.get(pk=question.pk)
    assert (kept.phone, kept.phone_index, kept.reply) == (None, "", "九点")
    assert Question.objects.get(pk=unanswered.pk).phone == PHONE


@pytest.mark.django_db
def test_sessions_and_sign_ins_go_after_half_a_year_and_not_before(town):  # noqa: F811
    client = Client()
    client.post(reverse("account_login"), {"login": "a.dispatcher", "password": "OneGrid-2026"})
    now = timezone.now()
    assert (Session.objects.count(), UserSession.objects.count(), AccessLog.objects.count()) == (1, 1, 1)
    forget_sign_ins(at=now)
    assert client.get("/staff/").status_code == 200
    later = now + timedelta(seconds=settings.SESSION_COOKIE_AGE + 60)
    forget_sign_ins(at=later)
    assert (Session.objects.count(), UserSession.objects.count(), AccessLog.objects.count()) == (0, 0, 1)
    forget_sign_ins(at=now + timedelta(days=183))
    assert AccessLog.objects.count() == 1
    forget_sign_ins(at=now + settings.SIGNIN_LOG_KEPT + timedelta(days=1))
    assert AccessLog.objects.count() == 0


# ---------------------------------------------------------------- never in a log


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("call 13800000001 now", "call … now"),
        ("call +86 138 0000 0001!", "call …!"),
        ("0543-3260000", "…"),
        ("id 11010119900307004X", "id …"),
        ("key og_" + "a" * 48, "key …"),
        ("postgresql://me:secret@host/db", "postgresql://me:…@host/db"),
        ("duplicate key\nDETAIL:  Key (phone)=(王一) already exists.", "duplicate key\n…"),
        ("case YW20261122-00001230 step 3", "case YW20261122-00001230 step 3"),
        ("took 1234.5678901 s on 2026-11-26", "took 1234.5678901 s on 2026-11-26"),
    ],
)
def test_a_line_of_a_log_holds_nobody(text, hidden):
    assert discreet(text) == hidden


class Kept(logging.Handler):
    """Everything that a handler of ours would write, as it would be written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        made = dict(settings.LOGGING["formatters"]["line"])
        made.pop("()")
        self.setFormatter(Discreet(made.pop("format"), **made))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def log():
    kept = Kept()
    loggers = [logging.getLogger(name) for name in ("", "django.request", "onegrid")]
    for logger in loggers:
        logger.addHandler(kept)
    yield kept
    for logger in loggers:
        logger.removeHandler(kept)


# Where a word of the journey may stand in the clear, and why.
ALLOWED = {
    ("cases_case", CITIZEN),  # the report itself: what somebody writes there is read by who handles it
    ("cases_step", CITIZEN),
    ("cases_case", "follow_code"),  # shown to clerks, so that they can print the receipt anew
}


def places_of(words: tuple[str, ...]) -> set[tuple[str, str]]:
    """Tables that hold one of the words: facts, audit trail, jobs and all others."""
    names = {words[-1]: "follow_code", words[-2]: "session"}
    found, table = set(), ""
    for line in copied():
        if line.startswith(b"COPY "):
            table = line.split(b" ", 2)[1].decode()
        found |= {(table, names.get(word, word)) for word in words if word.encode() in line}
    return found


def test_people_who_report_search_sign_in_and_fail_leave_nothing_in_the_log(town, log, monkeypatch):  # noqa: F811
    client = Client(raise_request_exception=False)
    made = issue_client(
        name="x", organisation=town.a.centre, permissions=["cases.see"], area=town.a.area, by=BY, at=timezone.now()
    )  # fmt: skip
    told = {"text": f"路灯不亮，身份证{CITIZEN}", "lon": "118.025", "lat": "37.385", "contact_name": NAME,
            "contact_phone": PHONE, "key": "k", "different": "yes"}  # fmt: skip
    client.post("/report/", told)
    case = Case.objects.latest("pk")
    client.get(f"/follow/{case.number}/{case.follow_code}/")
    client.get(f"/follow/{case.number}/ZZZZ-ZZZZ/")
    client.post("/account/login/", {"login": "a.acceptor", "password": "Wrong-one-98127"})
    client.post("/account/login/", {"login": "a.acceptor", "password": "OneGrid-2026"})
    client.get("/cases/", {"q": NAME})
    client.post(f"/cases/{case.number}/contact/", {"purpose": "核实"})
    client.get("/api/v1/cases", headers={"authorization": "Bearer og_" + "c" * 48})
    client.get("/api/v1/cases", headers={"authorization": f"Bearer {made.key}"})
    client.get("/nothing/?phone=13800000001")
    client.post("/mine/sign-in/", {"phone": PHONE})
    client.post("/mine/code/", {"phone": PHONE, "code": "987612345678"})

    def failing(*_args, **_more):
        with transaction.atomic():
            User.objects.create(username="a.acceptor", display_name=NAME)

    monkeypatch.setattr("onegrid.kit.ui.context.Shell.__init__", failing)
    answer = client.get(f"/?q={PHONE}")
    assert answer.status_code == 500
    everything = "\n".join(log.lines)
    assert "IntegrityError" in everything  # the fault itself is there
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    words = (
        PHONE,
        NAME,
        CITIZEN,
        "Wrong-one-98127",
        "OneGrid-2026",
        "c" * 48,
        made.key,
        "987612345678",
        session,
        case.follow_code,
    )
    assert [word for word in words if word in everything or word in answer.content.decode()] == []
    assert places_of(words) <= ALLOWED
    assert not re.search(r"\bSELECT\b|\bINSERT\b", everything)


def test_a_row_that_does_not_fit_is_not_repeated(town):  # noqa: F811
    with pytest.raises(IntegrityError) as failure, transaction.atomic():
        User.objects.create(username="a.acceptor", display_name="x")
    assert "a.acceptor" in str(failure.value) and "a.acceptor" not in discreet(str(failure.value))
