"""My matters by a code to a phone, as a browser without script sees it."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from onegrid.accounts.notices.models import PhoneMessage
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.actions import follow_case, stop_following
from onegrid.cases.flow.models import Case, Channel, Follower
from onegrid.hall.residents.models import DataRequest, PhoneSession
from onegrid.portals.resident.mine.holding import COOKIE
from tests.cases.conftest import brought_to, reported, road, town  # noqa: F401
from tests.streets import streets  # noqa: F401

PHONE = "13800000001"


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def signed_in(client, phone: str = PHONE):
    page = client.post("/mine/sign-in/", {"phone": phone}).content.decode()
    assert "138****0001" in page or phone != PHONE
    said = PhoneMessage.objects.order_by("-id")[0].sealed or ""
    code = "".join(sign for sign in said if sign.isdigit())[:6]
    return client.post("/mine/code/", {"phone": phone, "code": code})


def test_my_list_holds_what_was_left_with_my_phone_and_nothing_else(client, town):  # noqa: F811
    now = timezone.now()
    mine = reported(town.a, at=now, contact_phone="138 0000 0001", secret=True)
    other = reported(town.b, at=now, text="别人的", contact_phone="13900000002")
    old = reported(town.a, at=now - timedelta(days=400), text="旧的", contact_phone=PHONE)
    follower = follow_case(
        case_id=other.pk, channel=Channel.RESIDENT, contact_phone=PHONE, by=Resident(), at=now
    )
    answer = signed_in(client)
    assert answer.status_code == 302 and answer.url == "/mine/"
    cookie = answer.cookies[COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == 3600
    page = client.get("/mine/").content.decode()
    assert f"/follow/{mine.number}/{mine.follow_code}/" in page
    assert f"/follow/{other.number}/{follower.follow_code}/" in page
    assert other.follow_code not in page and old.number not in page and PHONE not in page
    stop_following(number=other.number, follow_code=follower.follow_code, at=now)
    assert Follower.objects.get().phone_index == ""
    assert other.number not in client.get("/mine/").content.decode()


def test_the_session_opens_no_page_of_staff_and_ends(client, town):  # noqa: F811
    signed_in(client)
    assert "/account/login" in client.get("/staff/").url
    assert client.post("/mine/leave/").url == "/"
    assert client.get("/mine/").url == "/mine/sign-in/"
    assert PhoneSession.objects.get().ended_at is not None


def test_an_unknown_phone_is_answered_like_a_known_one(client, town):  # noqa: F811
    reported(town.a, contact_phone=PHONE)
    known = client.post("/mine/sign-in/", {"phone": PHONE})
    unknown = client.post("/mine/sign-in/", {"phone": "13811110001"})
    strip = {PHONE: "", "13811110001": ""}

    def plain(answer) -> str:
        text = answer.content.decode()
        for phone in strip:
            text = text.replace(phone, "")
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text[text.index("<main") :])

    assert known.status_code == unknown.status_code == 200 and plain(known) == plain(unknown)
    assert signed_in(client, "13811110001").status_code == 302
    assert "Nothing was reported" in client.get("/mine/").content.decode()


def test_a_wrong_code_says_so_and_opens_nothing(client, town):  # noqa: F811
    client.post("/mine/sign-in/", {"phone": PHONE})
    answer = client.post("/mine/code/", {"phone": PHONE, "code": "x"})
    assert answer.status_code == 400 and "does not open anything" in answer.content.decode()
    assert COOKIE not in client.cookies and client.get("/mine/").status_code == 302
    assert client.post("/mine/sign-in/", {"phone": "电话"}).status_code == 400
    assert Case.objects.count() == 0


def test_my_data_a_request_and_its_answer(client, town):  # noqa: F811
    case = reported(town.a, at=timezone.now(), contact_name="王一", contact_phone=PHONE)
    assert client.get("/mine/data/").url == "/mine/sign-in/"
    signed_in(client)
    page = client.get("/mine/data/").content.decode()
    assert case.number in page and "王**" in page and "王一" not in page and PHONE not in page
    assert "Nobody has looked" in page
    assert client.post("/mine/data/delete/", {}).status_code == 400 and not DataRequest.objects.exists()
    assert client.post("/mine/data/delete/", {"sure": "on"}).url == "/mine/data/"
    assert client.post("/mine/data/delete/", {"sure": "on"}).status_code == 400
    row = DataRequest.objects.get()
    officer = Client()
    officer.force_login(town.staff["data_officer"])
    officer.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "15 days left" in officer.get("/hall/data-requests/").content.decode()
    shown = officer.get(f"/hall/data-requests/{row.pk}/").content.decode()
    assert PHONE not in shown and "It cannot be undone" in shown
    officer.post(f"/hall/data-requests/{row.pk}/", {"grant": "yes", "answer": "已删除"})
    assert Case.objects.get().reporter_phone is None
    assert client.get("/mine/data/").url == "/mine/sign-in/"  # the session went with the phone


def test_what_is_near_me(client, town):  # noqa: F811
    brought_to("filed", town.a, at=timezone.now(), text="王五家门口的坑")
    home = town.a.communities[0]
    page = client.get("/near/", {"for": home.pk}).content.decode()
    assert road().plain in page and "王五" not in page
    lon, lat = town.a.at(0)
    assert road().plain in client.get("/near/", {"lon": lon, "lat": lat}).content.decode()
    assert client.get("/near/", {"lon": "1", "lat": "1"}).status_code == 400
    empty = client.get("/near/", {"for": town.a.communities[1].pk}).content.decode()
    assert "Nothing was reported here lately" in empty
