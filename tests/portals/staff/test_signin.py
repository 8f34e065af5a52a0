"""Signing in: lock-out, forced change, sessions, second factor, what `next` may be."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onegrid.accounts.identity import actions
from onegrid.accounts.identity.lockout import unlock
from onegrid.accounts.identity.models import User
from onegrid.kit.actors import SystemActor

BY = SystemActor("test")
PASSWORD = "Blue-canal-2026"
LOGIN = "/account/login/"


@pytest.fixture
def worker(db) -> User:
    return actions.create_user(
        username="worker",
        display_name="王小河",
        password=PASSWORD,
        by=BY,
        at=timezone.now(),
        must_change_password=False,
    )


def sign_in(client: Client, password: str = PASSWORD, username: str = "worker", **more):
    return client.post(LOGIN, {"login": username, "password": password, **more}, HTTP_ACCEPT_LANGUAGE="en")


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_right_password_opens(client, worker):
    before = client.get(LOGIN).cookies
    answer = sign_in(client)
    assert answer.status_code == 302
    assert answer.url == reverse("staff:home")
    assert signed_in(client)
    assert before is not None


def test_the_session_key_changes_at_sign_in(client, worker):
    session = client.session
    session["x"] = 1
    session.save()
    before, ticket = session.session_key, session.ticket
    client.cookies[settings.SESSION_COOKIE_NAME] = ticket
    sign_in(client)
    assert client.session.session_key != before
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != ticket


def test_ten_wrong_passwords_lock_with_a_message_and_a_wait(client, worker):
    for _ in range(9):
        answer = sign_in(client, "wrong")
        assert answer.status_code == 200
    assert sign_in(client, "wrong").status_code == 429
    answer = sign_in(client)  # the right one, too late
    assert answer.status_code == 429
    assert not signed_in(client)
    text = answer.content.decode()
    assert "10 wrong passwords" in text
    assert re.search(r"in 1[45] minutes", text)
    assert 0 < int(answer["Retry-After"]) <= 15 * 60


def test_other_spellings_count_for_the_same_account(client, worker):
    for name in ["worker", "WORKER", "Worker", "ｗｏｒｋｅｒ", " worker"] * 2:
        answer = sign_in(client, "wrong", name)
    assert answer.status_code == 429
    assert sign_in(client).status_code == 429


def test_a_locked_account_opens_from_another_address(client, worker):
    for _ in range(10):
        sign_in(client, "wrong", REMOTE_ADDR="10.0.0.9")
    stranger, owner = Client(REMOTE_ADDR="10.0.0.9"), Client(REMOTE_ADDR="10.0.0.1")
    for _ in range(10):
        sign_in(stranger, "wrong")
    assert sign_in(stranger).status_code == 429
    assert sign_in(owner).status_code == 302


def test_the_wait_ends_by_itself_and_is_not_prolonged(client, worker):
    for _ in range(10):
        sign_in(client, "wrong")
    attempt = AccessAttempt.objects.get()
    sign_in(client, "wrong")
    assert AccessAttempt.objects.get().attempt_time == attempt.attempt_time
    AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME * 1.01)
    assert sign_in(client).status_code == 302


def test_an_administrator_ends_the_wait(client, worker):
    for _ in range(10):
        sign_in(client, "wrong")
    assert unlock(user=worker, by=BY, at=timezone.now()) == 1
    assert sign_in(client).status_code == 302


def test_one_address_guessing_at_many_accounts_has_to_wait(client, worker):
    AccessAttempt.objects.bulk_create(
        AccessAttempt(
            username=f"user{number}",
            ip_address="127.0.0.1",
            user_agent="",
            failures_since_start=5,
            attempt_time=timezone.now(),
        )
        for number in range(20)
    )
    answer = sign_in(client)
    assert "Too many wrong passwords from this address" in answer.content.decode()
    assert not signed_in(client)
    assert sign_in(Client(REMOTE_ADDR="10.0.0.1")).status_code == 302


def test_an_unknown_name_answers_like_a_wrong_password(client, worker):
    def words(answer):
        return re.findall(r"not correct", answer.content.decode())

    assert words(sign_in(client, "wrong")) == words(sign_in(client, "wrong", "nobody")) != []


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_next_leads_nowhere_else(client, worker, onward):
    answer = sign_in(client, next=onward)
    assert answer.status_code == 302
    assert answer.url == reverse("staff:home")


def test_next_leads_to_a_page_of_ours(client, worker):
    assert sign_in(client, next="/staff/inbox/").url == "/staff/inbox/"


def test_signing_out_needs_a_post(client, worker):
    sign_in(client)
    client.get(reverse("account_logout"))
    assert signed_in(client)
    client.post(reverse("account_logout"))
    assert not signed_in(client)


def test_nobody_signs_up(client, db):
    assert client.get("/account/signup/").status_code == 404
    assert client.get("/account/password/reset/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/staff/", "/staff/inbox/", "/staff/account/", "/account/sessions/", "/account/two-factor/"]
)
def test_pages_of_staff_lead_strangers_to_sign_in(client, db, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.url.startswith(LOGIN)


def test_a_first_password_is_changed_before_anything_else(client, worker):
    User.objects.update(must_change_password=True)
    sign_in(client)
    change = reverse("account_change_password")
    for path in ["/staff/", "/staff/inbox/", "/api/v1/openapi.json"]:
        assert client.get(path).url == change
    page = client.get(change)
    assert page.status_code == 200
    weak = {"oldpassword": PASSWORD, "password1": "12345", "password2": "12345"}
    assert client.post(change, weak).status_code == 200
    assert User.objects.get().must_change_password
    new = {"oldpassword": PASSWORD, "password1": "Willow-bridge-7", "password2": "Willow-bridge-7"}
    assert client.post(change, new).status_code == 302
    assert not User.objects.get().must_change_password
    assert client.get("/staff/").status_code == 200


def test_the_first_password_cannot_be_kept(client, worker):
    User.objects.update(must_change_password=True)
    sign_in(client)
    same = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    answer = client.post(reverse("account_change_password"), same)
    assert answer.status_code == 200
    assert User.objects.get().must_change_password


def test_changing_the_password_ends_the_other_sessions(client, worker):
    other = Client()
    sign_in(other)
    sign_in(client)
    new = {"oldpassword": PASSWORD, "password1": "Willow-bridge-7", "password2": "Willow-bridge-7"}
    client.post(reverse("account_change_password"), new)
    assert client.get("/staff/").status_code == 200
    assert other.get("/staff/").status_code == 302


def test_sessions_are_listed_and_ended_one_by_one(client, worker):
    other = Client(HTTP_USER_AGENT="Lost phone")
    sign_in(other)
    sign_in(client)
    assert "Lost phone" in client.get("/account/sessions/").content.decode()
    lost = UserSession.objects.get(user_agent="Lost phone")
    client.post(reverse("staff:end_session", args=[lost.pk]))
    assert other.get("/staff/").status_code == 302
    assert client.get("/staff/").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(client, worker):
    sign_in(client)
    mine = UserSession.objects.get()
    other_user = User.objects.create(username="other", display_name="o")
    other = Client()
    other.force_login(other_user)
    assert other.post(reverse("staff:end_session", args=[mine.pk])).status_code == 404
    assert client.get("/staff/").status_code == 200


def test_a_reset_ends_every_session_and_asks_for_a_change(client, worker):
    sign_in(client)
    actions.reset_password(user=worker, password="Another-one-22", by=BY, at=timezone.now())
    assert client.get("/staff/").status_code == 302
    assert not Session.objects.exists()
    assert sign_in(client, "Another-one-22").status_code == 302
    assert client.get("/staff/").url == reverse("account_change_password")


def test_somebody_who_left_signs_in_no_more(client, worker):
    sign_in(client)
    actions.leave_service(user=worker, by=BY, at=timezone.now())
    assert client.get("/staff/").status_code == 302
    assert not signed_in(client)
    sign_in(client)
    assert not signed_in(client)


def test_a_second_factor_is_set_up_and_asked_for(client, worker):
    sign_in(client)
    again = client.get("/account/two-factor/totp/activate/")
    assert again.url.startswith("/account/reauthenticate/")  # a session left open cannot add a factor
    assert client.post(again.url, {"password": "wrong"}).status_code == 200
    client.post(again.url, {"password": PASSWORD})
    page = client.get("/account/two-factor/totp/activate/")
    assert page.status_code == 200
    assert "data:image/svg+xml" in page.content.decode()
    secret = page.context["form"].secret
    done = client.post("/account/two-factor/totp/activate/", {"code": _code(secret)})
    assert done.status_code == 302
    client.post(reverse("account_logout"))
    answer = sign_in(client)
    assert answer.url.startswith("/account/two-factor/authenticate/")
    assert not signed_in(client)
    assert client.get("/staff/").status_code == 302
    wrong = client.post("/account/two-factor/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    recovery = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()[0]
    assert client.post("/account/two-factor/authenticate/", {"code": recovery}).status_code == 302
    assert signed_in(client)


def _code(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))
