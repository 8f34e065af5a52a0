"""Whether something exists is not told by how much is asked of the database: as many statements for a name, a phone,
a number that is known as for one that is not. How long each takes: `python -m tests.security.timing`.
"""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from onegrid.cases.flow.models import Case
from tests.cases.conftest import reported, town  # noqa: F401
from tests.house.matrix.walking import undone
from tests.security.other_streets import more_of
from tests.streets import streets  # noqa: F401

PHONE = "13800000001"
Ask = Callable[[Client, Case], object]


def sign_in(name: str) -> Ask:
    given = {"login": name, "password": "Wrong-one-98127"}
    return lambda client, case: client.post(reverse("account_login"), given)


def follow(number: str = "") -> Ask:
    return lambda client, case: client.post(
        "/follow/", {"number": number or case.number, "code": "ZZZZ-ZZZZ"}
    )


def followed(number: str = "", ending: str = "") -> Ask:
    return lambda client, case: client.get(f"/follow/{number or case.number}/ZZZZ-ZZZZ/{ending}")


def send_code(phone: str) -> Ask:
    return lambda client, case: client.post("/mine/sign-in/", {"phone": phone})


def try_code(phone: str) -> Ask:
    return lambda client, case: client.post("/mine/code/", {"phone": phone, "code": "000000"})


def key(given: str) -> Ask:
    return lambda client, case: client.get("/api/v1/cases", headers={"authorization": f"Bearer {given}"})


NOTHING = "YW20261120-99999999"
PAIRS: dict[str, tuple[Ask, Ask]] = {
    "sign-in: a name that is known, and one that is not": (sign_in("a.dispatcher"), sign_in("a.nobody")),
    "sign-in: a locked account, and none": (sign_in("a.leader"), sign_in("a.nobody")),
    "sign-in: an account with a second factor, and one without": (
        sign_in("a.acceptor"),
        sign_in("a.dispatcher"),
    ),
    "follow: a number, and one never given": (follow(), follow(NOTHING)),
    "a case's page: a number, and one never given": (followed(), followed(NOTHING)),
    "a receipt: a number, and one never given": (followed(ending="receipt/"), followed(NOTHING, "receipt/")),
    "my matters: a phone that left something, and one that did not": (
        send_code(PHONE),
        send_code("13800000099"),
    ),
    "my matters: a code for either": (try_code(PHONE), try_code("13800000099")),
    "Open311: a number that is confidential, and one never given": (
        lambda client, case: client.get(f"/open311/v2/requests/{case.number}.json"),
        lambda client, case: client.get(f"/open311/v2/requests/{NOTHING}.json"),
    ),
}


@pytest.fixture
def case(town) -> Case:  # noqa: F811
    a = town.a.staff
    Authenticator.objects.create(
        user=a["acceptor"], type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"}
    )
    a["leader"].is_active = False
    a["leader"].save(update_fields=["is_active"])
    made = reported(town.a, contact_name="王一", contact_phone=PHONE)
    Case.objects.filter(pk=made.pk).update(secret=True)
    made.refresh_from_db()
    return made


def asked(ask: Ask, case: Case) -> tuple[int, list[str]]:
    """Status and statements of a browser that was never here."""
    with undone(), CaptureQueriesContext(connection) as statements:
        answer = ask(Client(headers={"accept-language": "en"}), case)
    return answer.status_code, [one["sql"] for one in statements]  # type: ignore[attr-defined]  # a test answer


@pytest.mark.parametrize("pair", PAIRS)
def test_what_is_there_takes_as_many_statements_as_what_is_not(case, pair):
    there, not_there = PAIRS[pair]
    for ask in (there, not_there):
        asked(ask, case)  # what a process asks once
    here, nowhere = asked(there, case), asked(not_there, case)
    assert here[0] == nowhere[0]
    assert len(here[1]) == len(nowhere[1]), more_of(here[1], nowhere[1])
    assert len(here[1]) > 0
