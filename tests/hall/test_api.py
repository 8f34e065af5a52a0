"""The boards as JSON: what is put up and nothing else, for everybody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from onegrid.hall.activities.models import Activity
from onegrid.hall.answers.actions import publish_answer, write_answer
from onegrid.hall.bulletins.actions import publish_bulletin, write_bulletin
from onegrid.hall.bulletins.models import Bulletin
from tests.hall.boards import BY, put_up
from tests.streets import Streets, streets  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def boards(streets: Streets):  # noqa: F811
    return put_up(streets.a.communities[0], timezone.now())


def read(client, address: str, status: int = 200):
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == status, address
    return answer.json()


def test_what_is_put_up_is_read_by_anybody(client, boards, streets):  # noqa: F811
    home, other = streets.a.communities[0].pk, streets.b.communities[0].pk
    (bulletin,) = read(client, f"bulletins?area={home}")
    assert (bulletin["id"], bulletin["title"], "body" in bulletin) == (boards.bulletin, "停水", False)
    assert read(client, f"bulletins/{boards.bulletin}")["body"] == "周五停水。"
    (activity,) = read(client, f"activities?area={home}")
    assert activity["title"] == "义诊" and activity["places_left"] is None
    assert read(client, f"activities/{boards.activity}")["body"] == "免费。"
    (answer,) = read(client, f"answers?q=路灯坏了谁管&area={home}")
    assert (answer["id"], answer["answer"]) == (boards.answer, "报修即可。")
    assert read(client, "answers") == [answer] and read(client, f"answers/{boards.answer}") == answer
    for noun in ("bulletins", "activities", "answers"):
        assert read(client, f"{noun}?area={other}") == []
        assert read(client, f"{noun}?area=999999", 404)["code"] == "not_found"


def test_nothing_of_people_and_no_draft_is_read(client, boards):
    whole = "".join(
        client.get(f"/api/v1/{address}").content.decode()
        for address in ("bulletins", "activities", f"activities/{boards.activity}", "answers")
    )
    assert "张三" not in whole and "几点开门" not in whole and "written_by" not in whole
    draft = write_bulletin(title="草稿", body="x", area=None, by=BY, at=timezone.now())
    kept = write_answer(question="草稿？", answer="x", area=None, by=BY, at=timezone.now())
    assert "草稿" not in "".join(map(str, read(client, "bulletins") + read(client, "answers")))
    read(client, f"bulletins/{draft.pk}", 404)
    read(client, f"answers/{kept.pk}", 404)
    Activity.objects.update(state="withdrawn")
    assert read(client, "activities") == []
    read(client, f"activities/{boards.activity}", 404)


def test_pages_and_days(client, boards):
    now, who = timezone.now(), {"by": BY, "at": timezone.now()}
    for number in range(3):
        row = write_bulletin(title=f"第{number}条", body="x", area=None, **who)
        publish_bulletin(bulletin_id=row.pk, **who)
    top = write_bulletin(title="置顶", body="x", pinned=True, area=None, **who)
    publish_bulletin(bulletin_id=top.pk, **who)
    first = read(client, "bulletins?limit=2")
    assert [one["title"] for one in first] == ["置顶", "第2条"]
    assert [one["title"] for one in read(client, f"bulletins?before={first[-1]['id']}")] == [
        "第1条",
        "第0条",
        "停水",
    ]
    Bulletin.objects.update(until=timezone.localdate(now) - timedelta(days=1))
    assert read(client, "bulletins") == []
    read(client, f"bulletins/{top.pk}", 404)
    row = write_answer(question="新的？", answer="x", area=None, **who)
    publish_answer(answer_id=row.pk, **who)
    assert [one["id"] for one in read(client, "answers")] == [row.pk, boards.answer]
    assert [one["id"] for one in read(client, f"answers?before={row.pk}")] == [boards.answer]
    for wrong in ("bulletins?limit=0", "answers?limit=101", "activities?area=x"):
        read(client, wrong, 422)
