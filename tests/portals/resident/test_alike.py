"""The page between: like cases are offered, followed or passed over. As a browser without script sees it."""

import re

import pytest
from django.conf import settings
from django.core import signing
from django.utils import timezone

from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.actions import close_case, follow_case
from onegrid.cases.flow.models import Case, Follower
from onegrid.kit.throttle import Limit
from onegrid.portals.resident.alike import OFFER
from onegrid.portals.resident.limits import LOOKS
from tests.cases.conftest import AT, brought_to, photo, reported, town  # noqa: F401
from tests.portals.resident.test_report import picture, sent
from tests.streets import streets  # noqa: F401


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def first(town):  # noqa: F811
    """Somebody reported the same, today."""
    return reported(
        town.a,
        text="路灯不亮，我家就在对面",
        contact_name="王五",
        contact_phone="13912345678",
        at=timezone.now(),
    )


def hidden(page: str) -> dict:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def tokens_in(page: str) -> list[str]:
    return re.findall(r'name="follow" value="([^"]+)"', page)


def test_like_cases_are_offered_before_anything_is_sent(client, town, first):  # noqa: F811
    answer = sent(client, town.a, photos=[picture()])
    page = answer.content.decode()
    assert answer.status_code == 200 and Case.objects.count() == 1
    assert "Is it one of these?" in page and "1 person reported" in page and "1 file is kept" in page
    for private in ("我家就在对面", "王五", "13912345678", first.number, first.follow_code):
        assert private not in page
    kept = hidden(page)
    assert kept["text"] == "路灯不亮" and kept["key"] == "key-1" and kept["photos_kept"]


def test_following_gives_number_and_own_code_and_the_photos_go_along(client, town, first):  # noqa: F811
    page = sent(client, town.a, photos=[picture()]).content.decode()
    post = hidden(page) | {"follow": tokens_in(page)[0], "contact_phone": "000-0000-2001"}
    answer, again = client.post("/report/", post), client.post("/report/", post)
    follower = Follower.objects.get()
    assert follower.phone == "000-0000-2001"
    assert Case.objects.count() == 1 and first.evidence.count() == 1
    assert answer.url == again.url == f"/follow/{first.number}/{follower.follow_code}/receipt/"
    receipt = client.get(answer.url).content.decode()
    assert follower.follow_code in receipt and first.follow_code not in receipt
    followed = client.get(f"/follow/{first.number}/{follower.follow_code}/").content.decode()
    assert "The matter you follow" in followed and "路灯不亮" in followed
    for private in ("我家就在对面", "王五", first.follow_code, "withdraw/", 'name="verdict"'):
        assert private not in followed
    left = client.post(f"/follow/{first.number}/{follower.follow_code}/leave/")
    assert left.url == "/" and client.get(answer.url).status_code == 404


def test_a_follower_is_told_by_phone_and_rates_by_page(client, town):  # noqa: F811
    case = brought_to("checked", town.a)
    given = {"channel": "resident", "contact_phone": "000-0000-2001", "by": Resident(), "at": AT}
    follower = follow_case(case_id=case.pk, **given)
    way = f"/follow/{case.number}/{follower.follow_code}/"
    assert "You left a phone" in client.get(way).content.decode()
    rating = {"verdict": "not", "words": "还是不平", "redo": "on"}
    assert "nothing to rate now" in client.post(way + "rate/", rating, follow=True).content.decode()
    close_case(case_id=case.pk, by=town.a.staff["shift_leader"], at=AT)
    page = client.get(way).content.decode()
    assert 'name="verdict"' in page and 'name="redo"' not in page
    assert client.post(way + "rate/", {"verdict": "not"}).status_code == 400
    page = client.post(way + "rate/", rating, follow=True).content.decode()
    assert "You rated the result" in page and "还是不平" in page and 'name="verdict"' not in page
    case.refresh_from_db()
    assert case.state == "closed"  # a redo is the reporter's to ask for
    reporters = client.get(f"/follow/{case.number}/{case.follow_code}/").content.decode()
    assert 'name="verdict"' in reporters and "还是不平" not in reporters


def test_no_mine_is_different_sends_it_with_its_photos(client, town, first):  # noqa: F811
    page = sent(client, town.a, photos=[picture(), picture("b.jpg", photo("blue"))]).content.decode()
    post = hidden(page) | {"different": "1"}
    answer, again = client.post("/report/", post), client.post("/report/", post)
    case = Case.objects.exclude(pk=first.pk).get()
    assert answer.url == again.url == f"/follow/{case.number}/{case.follow_code}/receipt/"
    assert case.evidence.count() == 2 and case.text == "路灯不亮"


def test_a_forged_choice_follows_nothing(client, town, first):  # noqa: F811
    secret = reported(town.a, secret=True)
    forged = signing.dumps([secret.pk, "key-1"], salt="another")
    other_key = signing.dumps([first.pk, "key-of-another-form"], salt=OFFER)
    for number, token in enumerate((forged, other_key, str(secret.pk))):
        assert sent(client, town.a, key=f"k{number}", follow=token).status_code == 302
    assert not Follower.objects.exists() and Case.objects.count() == 5


def test_a_case_that_became_confidential_meanwhile_is_not_there(client, town, first):  # noqa: F811
    page = sent(client, town.a).content.decode()
    Case.objects.filter(pk=first.pk).update(secret=True)
    post = hidden(page) | {"follow": tokens_in(page)[0]}
    assert client.post("/report/", post).status_code == 404 and not Follower.objects.exists()


def test_walking_a_town_by_look_ups_ends_in_a_wait(client, town, first, monkeypatch):  # noqa: F811
    monkeypatch.setattr("onegrid.portals.resident.limits.LOOKS", Limit("like_cases", 1, LOOKS.per))
    assert [sent(client, town.a, key=f"k{n}").status_code for n in range(2)] == [200, 429]
