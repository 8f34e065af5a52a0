"""Bulletins, activities, answers and questions, on both sides, as browsers without script see them."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from onegrid.hall.activities.models import Activity, SignUp
from onegrid.hall.answers.models import Answer, Question
from onegrid.hall.bulletins.models import Bulletin
from tests.streets import streets  # noqa: F401


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def desk(streets):  # noqa: F811
    found = Client()
    found.force_login(streets.a.staff["community_clerk"])
    found.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return found


def test_a_bulletin_from_draft_to_board(client, desk, streets):  # noqa: F811
    home = streets.a.communities[0]
    given = {"title": "停水通知", "body": "周五上午。\n\n请储水。", "area": home.pk, "pinned": "on"}
    assert "Please choose" not in desk.get("/hall/bulletins/new/").content.decode()
    answer = desk.post("/hall/bulletins/new/", given)
    row = Bulletin.objects.get()
    assert answer.url == f"/hall/bulletins/{row.pk}/" and client.get(f"/notices/{row.pk}/").status_code == 404
    desk.post(f"/hall/bulletins/{row.pk}/publish/")
    page = client.get("/notices/", {"for": home.pk}).content.decode()
    assert "停水通知" in page and "Important" in page
    assert "停水通知" not in client.get("/notices/", {"for": streets.a.communities[1].pk}).content.decode()
    assert "请储水" in client.get(f"/notices/{row.pk}/").content.decode()
    stale = desk.post(f"/hall/bulletins/{row.pk}/", given | {"seen_version": 1})
    assert stale.status_code == 400 and "has changed this" in stale.content.decode()
    wrong = desk.post("/hall/bulletins/new/", given | {"area": streets.b.area.pk})
    assert wrong.status_code == 400 and Bulletin.objects.count() == 1
    assert desk.get("/hall/nothing/").status_code == 404


def test_an_activity_with_signing_up_and_giving_back(client, desk, streets):  # noqa: F811
    now = timezone.localtime()
    day = timedelta(days=1)
    given = {
        "title": "义诊", "body": "免费测血压。", "place": "文化广场", "starts_at": f"{now + 3 * day:%Y-%m-%dT%H:%M}",
        "ends_at": f"{now + 4 * day:%Y-%m-%dT%H:%M}", "sign_up_until": f"{now + 2 * day:%Y-%m-%dT%H:%M}",
        "capacity": "1", "area": streets.a.communities[0].pk,
    }  # fmt: skip
    desk.post("/hall/activities/new/", given)
    row = Activity.objects.get()
    desk.post(f"/hall/activities/{row.pk}/publish/")
    assert "1 place left" in client.get("/activities/").content.decode()
    answer = client.post(
        f"/activities/{row.pk}/", {"name": "张三", "phone": "13800000001", "people": "1", "key": "k1"}
    )
    made = SignUp.objects.get()
    assert answer.url == f"/activities/mine/{made.code}/"
    assert "Full" in client.get("/activities/").content.decode()
    assert "All places are taken" in client.get(f"/activities/{row.pk}/").content.decode()
    masked = desk.get(f"/hall/activities/{row.pk}/people/").content.decode()
    assert "138****0001" in masked and "张三" not in masked and "13800000001" not in masked
    clear = desk.post(f"/hall/activities/{row.pk}/people/", {"purpose": "名单"}).content.decode()
    assert "13800000001" in clear and "张三" in clear
    assert "signed up" in client.get(answer.url).content.decode()
    client.post(answer.url)
    assert "You do not come" in client.get(answer.url).content.decode()
    assert desk.post(f"/hall/activities/{row.pk}/call-off/", {"reason": "下雨"}).status_code == 302
    assert "下雨" in client.get(f"/activities/{row.pk}/").content.decode()
    assert client.get("/activities/mine/NOSUCHCODE22/").status_code == 404


def test_a_question_from_asking_to_the_answers_for_all(client, desk, streets):  # noqa: F811
    home = streets.a.communities[0]
    given = {"text": "老年食堂几点开门？", "area": home.pk, "phone": "13800000001", "key": "k"}
    answer = client.post("/ask/", given)
    row = Question.objects.get()
    assert answer.url == f"/ask/{row.code}/"
    assert "Waits for an answer" in client.get(answer.url).content.decode()
    assert "老年食堂" in desk.get("/hall/questions/").content.decode()
    shown = desk.get(f"/hall/questions/{row.pk}/").content.decode()
    assert "13800000001" not in shown and "138" not in shown.split("<main", 1)[1]
    desk.post(f"/hall/questions/{row.pk}/", {"reply": "每天十一点。"})
    assert "每天十一点" in client.get(answer.url).content.decode()
    kept = desk.post(f"/hall/questions/{row.pk}/keep/", {"question": "老年食堂的开门时间？"})
    made = Answer.objects.get()
    assert kept.url == f"/hall/answers/{made.pk}/"
    desk.post(f"/hall/answers/{made.pk}/publish/")
    assert "老年食堂的开门时间" in client.get("/answers/", {"q": "食堂开门"}).content.decode()
    assert "Nothing fits" in client.get("/answers/", {"q": "护照"}).content.decode()
    again = client.post("/ask/", given | {"key": "k2"})
    assert again.status_code == 200 and "Is it answered here" in again.content.decode()
    assert client.post("/ask/", given | {"key": "k2", "anyway": "1"}).status_code == 302
    assert Question.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": ""}, "required"),
        ({"area": ""}, "required"),
        ({"phone": "电话"}, "does not look like a phone"),
    ],
)
def test_a_wrong_question_is_said_in_words(client, streets, wrong, words):  # noqa: F811
    given = {"text": "问", "area": streets.a.communities[0].pk, "key": "k"} | wrong
    answer = client.post("/ask/", given)
    assert answer.status_code == 400 and words in answer.content.decode() and not Question.objects.exists()
