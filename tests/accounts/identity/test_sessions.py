"""A session opens what Django's would open, and nothing else."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from onegrid.accounts.identity.models import Grant, Role, User
from onegrid.accounts.identity.sessions import Accounts, Sessions, SessionStore, WhoIsSignedIn, kept_as
from onegrid.kit.actors import EVERYTHING, NOTHING

pytestmark = pytest.mark.django_db


def test_it_reads_what_was_kept():
    kept = SessionStore()
    kept["way"] = "home"
    kept.create()
    assert SessionStore(kept.session_key)["way"] == db.SessionStore(kept.session_key)["way"] == "home"


def test_an_ended_or_invented_session_is_empty_and_loses_its_key():
    kept = SessionStore()
    kept["way"] = "home"
    kept.create()
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    for key in (kept.session_key, "x" * 32, "nul\x00" * 8):
        store = SessionStore(key)
        assert store.load() == {} and store.session_key is None


def test_what_the_table_holds_opens_nothing():
    """Neither the key of the row, sent as a cookie, nor what allauth keeps of who was seen."""
    user, client, thief = User.objects.create(username="a", display_name="甲"), Client(), Client()
    client.force_login(user)
    assert client.get("/api/v1/caller").status_code == 200
    ticket = client.cookies[settings.SESSION_COOKIE_NAME].value
    keys = {Session.objects.get().session_key, UserSession.objects.get().session_key}
    assert keys == {kept_as(ticket)} and ticket not in keys
    for key in keys:
        thief.cookies[settings.SESSION_COOKIE_NAME] = key
        assert thief.get("/api/v1/caller").status_code == 401
    assert client.get("/api/v1/caller").status_code == 200


def test_a_browser_is_sent_the_ticket_and_never_the_key(rf):
    request = rf.get("/")

    def page(request):
        request.session["way"] = "home"
        return HttpResponse()

    answer = Sessions(page)(request)
    ticket, store = answer.cookies[settings.SESSION_COOKIE_NAME].value, request.session
    assert store.ticket == ticket and store.session_key == kept_as(ticket) != ticket
    assert SessionStore.of_ticket(ticket)["way"] == "home"
    assert SessionStore.of_ticket(store.session_key).load() == {}


@pytest.mark.parametrize("odd", ["", "x", "\ud800" * 32, "a" * 9_000, "nul\x00" * 8])
def test_no_cookie_is_too_odd_to_be_answered(odd):
    store = SessionStore.of_ticket(odd)
    assert store.load() == {} and store.session_key is None


def test_who_may_not_sign_in_is_nobody():
    user = User.objects.create(username="a", display_name="甲", phone="13800000000")
    found = Accounts().get_user(user.pk)
    assert found == user and found.phone == "13800000000" and found.display_name == "甲"
    User.objects.update(is_active=False)
    assert Accounts().get_user(user.pk) is None
    assert Accounts().get_user(user.pk + 1) is None


def _signed_in(client, user):
    client.force_login(user)
    client.get("/")  # the browser is seen once, and the session has its person from then on
    return SessionStore(client.session.session_key)


def test_with_a_session_comes_who_signed_in_and_that_persons_grants(client, django_assert_num_queries):
    user = User.objects.create(username="a", display_name="甲", is_active=True)
    role = Role.objects.create(code="x", name="x", name_en="x", permissions=["cases.see"])
    day = timezone.localdate()
    Grant.objects.create(user=user, role=role, valid_from=day)
    Grant.objects.create(user=user, role=role, valid_from=day - timedelta(days=9), valid_to=day)  # is over
    store = _signed_in(client, user)
    with django_assert_num_queries(1):
        assert store[SESSION_KEY] == str(user.pk)
        assert store.person == user and store.person.scope("cases.see") == EVERYTHING
    assert len(store.person.grants_now) == 1
    Grant.objects.all().delete()
    store = SessionStore(store.session_key)
    assert store.load() and store.person.scope("cases.see") == NOTHING


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"password": "another"}],
    ids=["no longer active", "with another password"],
)
def test_who_was_seen_with_a_session_but_may_not_sign_in_is_nobody(client, rf, change):
    store = _signed_in(client, User.objects.create(username="a", display_name="甲", password="one"))
    request = rf.get("/")
    request.session = SessionStore(store.session_key)
    WhoIsSignedIn(lambda _request: HttpResponse()).process_request(request)
    assert request.user.is_authenticated
    User.objects.update(**change)
    request = rf.get("/")
    request.session = SessionStore(store.session_key)
    WhoIsSignedIn(lambda _request: HttpResponse()).process_request(request)
    assert not request.user.is_authenticated


def test_a_session_that_another_was_seen_with_belongs_to_who_signed_in(client, rf):
    store = _signed_in(client, User.objects.create(username="a", display_name="甲"))
    other = User.objects.create(username="b", display_name="乙")
    UserSession.objects.update(user=other)
    request = rf.get("/")
    request.session = SessionStore(store.session_key)
    WhoIsSignedIn(lambda _request: HttpResponse()).process_request(request)
    assert request.user.username == "a"


def test_once_looked_at_the_person_stands_in_the_request(client, rf):
    user = User.objects.create(username="a", display_name="甲")
    request = rf.get("/")
    request.session = SessionStore(_signed_in(client, user).session_key)
    WhoIsSignedIn(lambda _request: HttpResponse()).process_request(request)
    promised = request.user
    assert type(promised) is not User and promised.username == "a"
    assert type(request.user) is User
    request = rf.get("/")
    request.session = SessionStore(None)
    WhoIsSignedIn(lambda _request: HttpResponse()).process_request(request)
    promised, request.user = request.user, user  # who signs in meanwhile stays
    assert not promised.is_authenticated and request.user is user
