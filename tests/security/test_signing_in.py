"""Rate limits say how long to wait; ended sessions open nothing; nobody is shut out for good."""

from datetime import timedelta
from itertools import count

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from onegrid.accounts.identity import actions
from onegrid.accounts.identity.models import User
from onegrid.exchange.openplatform.actions import issue_client
from onegrid.kit.actors import SystemActor
from onegrid.kit.throttle import Limit, address_of
from onegrid.portals.resident import limits as resident_limits
from onegrid.portals.resident.forms import new_key
from onegrid.portals.staff.factors import WRONG_CODES, WRONG_OLD_PASSWORDS
from onegrid.portals.staff.signin import client_address
from tests.cases.conftest import town  # noqa: F401
from tests.streets import streets  # noqa: F401

BY = SystemActor("test")
PASSWORD = "Blue-canal-2026"
LOGIN = "/account/login/"


@pytest.fixture
def worker(db) -> User:
    return actions.create_user(
        username="Worker",
        display_name="王小河",
        password=PASSWORD,
        by=BY,
        at=timezone.now(),
        must_change_password=False,
    )


def sign_in(client: Client, password: str = PASSWORD, **more):
    return client.post(LOGIN, {"login": "worker", "password": password, **more}, HTTP_ACCEPT_LANGUAGE="en")


def guessed_from_many(username: str, failures: int) -> None:
    AccessAttempt.objects.bulk_create(
        AccessAttempt(
            username=username, ip_address=f"10.9.{number // 250}.{number % 250}", user_agent="",
            failures_since_start=5, attempt_time=timezone.now(),
        )
        for number in range(failures // 5)
    )  # fmt: skip


def test_an_account_that_is_guessed_at_from_everywhere_opens_where_it_is_known(worker):
    here, strange = Client(REMOTE_ADDR="10.0.0.1"), Client(REMOTE_ADDR="10.0.0.2")
    assert sign_in(here).status_code == 302  # before: the address is known now
    assert AccessLog.objects.filter(ip_address="10.0.0.1").exists()
    guessed_from_many("worker", settings.SIGNIN_FAILURES_PER_ACCOUNT)
    answer = sign_in(strange)
    assert answer.status_code == 429 and "for this account" in answer.content.decode()
    assert 0 < int(answer["Retry-After"]) <= 15 * 60
    assert "_auth_user_id" not in strange.session
    assert sign_in(Client(REMOTE_ADDR="10.0.0.1")).status_code == 302
    AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME * 1.01)
    assert sign_in(strange).status_code == 302  # it ends by itself


def test_an_address_that_was_known_long_ago_is_not(worker):
    assert sign_in(Client(REMOTE_ADDR="10.0.0.1")).status_code == 302
    AccessLog.objects.update(attempt_time=timezone.now() - settings.SIGNIN_KNOWN_ADDRESS * 1.01)
    guessed_from_many("worker", settings.SIGNIN_FAILURES_PER_ACCOUNT)
    assert sign_in(Client(REMOTE_ADDR="10.0.0.1")).status_code == 429


def test_an_address_that_guesses_at_many_accounts_is_told_how_long(worker):
    AccessAttempt.objects.bulk_create(
        AccessAttempt(
            username=f"u{number}", ip_address="127.0.0.1", user_agent="", failures_since_start=10,
            attempt_time=timezone.now(),
        )
        for number in range(settings.SIGNIN_FAILURES_PER_ADDRESS // 10)
    )  # fmt: skip
    answer = sign_in(Client())
    assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 15 * 60


def test_codes_of_a_second_factor_cannot_be_tried_through(worker):
    """The password is right; of a million codes ten are looked at in a quarter of an hour."""
    Authenticator.objects.create(
        user=worker, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"}
    )
    clients = [Client(REMOTE_ADDR=f"10.0.0.{number}") for number in range(3)]
    for client in clients:
        assert sign_in(client).url.startswith(reverse("mfa_authenticate"))
    answers = [
        clients[number % 3].post(reverse("mfa_authenticate"), {"code": f"{number:06}"}).status_code
        for number in range(WRONG_CODES.most + 2)
    ]
    assert answers == [200] * WRONG_CODES.most + [429] * 2
    assert all("_auth_user_id" not in client.session for client in clients)


def test_the_password_cannot_be_found_by_changing_it(worker, monkeypatch):
    """At a desk that was left open, whatever browser and process: ten tries in a quarter of an hour."""
    ticks = count(1_800_000_000, 60)
    monkeypatch.setattr(
        "allauth.core.internal.ratelimit.time.time", lambda: float(next(ticks))
    )  # not its limit
    client = Client()
    sign_in(client)
    change, new = reverse("account_change_password"), "Another-canal-2026"
    tries = [
        client.post(change, {"oldpassword": old, "password1": new, "password2": new}).status_code
        for old in ["x"] * WRONG_OLD_PASSWORDS.most + [PASSWORD]
    ]
    assert tries == [200] * WRONG_OLD_PASSWORDS.most + [429]
    assert User.objects.get().check_password(PASSWORD)


def test_too_many_changes_of_the_password_say_when_to_come_back(worker, monkeypatch):
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: 1_800_000_000.0)
    client = Client()
    sign_in(client)
    change = reverse("account_change_password")
    answers = [
        client.post(change, {"oldpassword": "x", "password1": "x", "password2": "x"}) for _ in range(6)
    ]
    assert [one.status_code for one in answers] == [200] * 5 + [429]
    assert answers[-1]["Retry-After"] == "60"
    assert "style=" not in answers[-1].content.decode()


def test_a_session_that_was_ended_opens_nothing(worker):
    """The cookie of before, sent once more: by whoever copied it."""
    client, thief = Client(), Client()
    sign_in(client)
    stolen = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get("/staff/").status_code == 200
    client.post(reverse("account_logout"))
    thief.cookies[settings.SESSION_COOKIE_NAME] = stolen
    assert thief.get("/staff/").status_code == 302
    assert thief.get("/api/v1/caller").status_code == 401


def test_a_session_that_somebody_chose_is_not_taken_over(worker):
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "chosenbyastranger0000000000000000"
    sign_in(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != "chosenbyastranger0000000000000000"
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = "chosenbyastranger0000000000000000"
    assert thief.get("/staff/").status_code == 302


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(worker):
    client = Client()
    sign_in(client)
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    assert session["httponly"] and session["samesite"] == "Lax"
    client.get(LOGIN)
    assert client.cookies["csrftoken"]["samesite"] == "Lax"


# ---------------------------------------------------------------- the others that count


def few(limit: Limit) -> Limit:
    return Limit(limit.purpose, 2, timedelta(minutes=10))


HERE = {"lon": "118.025", "lat": "37.385"}
ASKED = {
    "CODES": lambda client: client.post("/mine/sign-in/", {"phone": "13800000001"}),
    "CODE_TRIES": lambda client: client.post("/mine/code/", {"phone": "13800000001", "code": "123456"}),
    "ASKED_WHO": lambda client: client.get("/who/", HERE),
    "LOOKS": lambda client: client.post("/report/", {"text": "路灯不亮", "key": new_key(), **HERE}),
    "TYPED": lambda client: client.get("/report/places/", {"address": "云桥"}),
    "WRONG_CODES": lambda client: client.get("/follow/YW20261120-00000018/AAAA-AAAA/"),
}


@pytest.mark.parametrize("name", ASKED)
def test_what_needs_no_account_is_counted_by_address(town, client, monkeypatch, name):  # noqa: F811
    monkeypatch.setattr(resident_limits, name, few(getattr(resident_limits, name)))
    ask = ASKED[name]
    answers = [ask(client) for _ in range(6)]
    assert answers[0].status_code != 429 and answers[-1].status_code == 429
    assert 0 < int(answers[-1]["Retry-After"]) <= 600
    stranger = Client(REMOTE_ADDR="10.0.0.77")
    assert ask(stranger).status_code != 429


@pytest.mark.parametrize(
    ("proxies", "forwarded", "told_apart"),
    [
        (0, "10.1.0.{}", False),  # without a proxy the header is anybody's word
        (1, "10.1.0.{}", True),
        (1, "10.1.0.{}, 10.0.0.5", False),  # the proxy adds who asked it; what stands before is made up
        (2, "10.1.0.{}, 10.0.0.5", True),
        (1, "2001:db8:1:2::{}", False),  # one home has all addresses of a /64
        (1, "nobody-{}", False),
    ],
)
def test_whose_word_says_who_calls(client, db, settings, proxies, forwarded, told_apart):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    seen = {
        (address_of(request), client_address(request))
        for number in (1, 2)
        for request in [
            RequestFactory().get(
                "/", headers={"x-forwarded-for": forwarded.format(number), "x-real-ip": str(number)}
            )
        ]
    }
    assert len(seen) == (2 if told_apart else 1)


def test_guesses_from_all_addresses_of_one_home_add_up(worker, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    answers = [
        sign_in(Client(REMOTE_ADDR=f"2001:db8:1:2::{number + 1:x}"), "wrong").status_code
        for number in range(settings.AXES_FAILURE_LIMIT + 1)
    ]
    assert answers[-1] == 429
    assert sign_in(Client(REMOTE_ADDR="2001:db8:1:3::1")).status_code == 302


def test_an_application_has_its_own_limit(town, client, monkeypatch):  # noqa: F811
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    made = issue_client(
        name="x", organisation=town.a.centre, permissions=["cases.see"], area=town.a.area, per_minute=2, by=BY,
        at=timezone.now(),
    )  # fmt: skip
    asked = [client.get("/api/v1/cases", headers={"authorization": f"Bearer {made.key}"}) for _ in range(3)]
    assert [one.status_code for one in asked] == [200, 200, 429]
    assert 0 < int(asked[-1]["Retry-After"]) <= 60 and asked[-1].json()["code"] == "too_many_requests"
    wrong = client.get("/api/v1/cases", headers={"authorization": "Bearer og_" + "0" * 48})
    assert wrong.status_code == 401
