"""What an open page reads when its inbox fills: the count, and only what is newer, unread, and one's own."""

import pytest
from django.conf import settings
from django.utils import timezone

from onegrid.accounts.notices.actions import mark_read, notify
from onegrid.accounts.notices.models import Notice
from tests.streets import streets  # noqa: F401


@pytest.fixture
def told(client, streets):  # noqa: F811
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    me, other = streets.a.staff["dispatcher"], streets.a.staff["leader"]
    client.force_login(me)
    at = timezone.now()
    for n in range(5):
        notify([me], title=f"t{n}", link=f"/cases/{n}/", kind="x", urgent=n == 2, at=at)
    mine = list(Notice.objects.filter(recipient=me).order_by("pk"))
    notify([other], title="theirs", kind="x", at=at)
    return me, mine


def news(client, **query) -> dict:
    return client.get("/staff/inbox/news/", query).json()


def test_the_first_look_counts_and_says_nothing(client, told):
    _me, mine = told
    assert news(client) == {"count": 5, "shown": "5", "label": "Inbox (5)", "last": mine[4].pk, "new": []}


def test_what_is_newer_is_said_in_order_without_what_was_read(client, told):
    me, mine = told
    found = news(client, after=mine[1].pk)["new"]
    assert [one["text"] for one in found] == ["t2", "t3", "t4"]
    assert found[0] == {"text": "t2", "link": "/cases/2/", "tone": "bad"}
    mark_read(notice_id=mine[4].pk, by=me, at=timezone.now())
    assert [one["text"] for one in news(client, after=mine[3].pk)["new"]] == []
    assert news(client, after="x")["new"] == []


def test_every_page_of_staff_carries_the_line_of_its_inbox(client, told):
    page = client.get("/staff/").content.decode()
    assert "<live-count" in page and "kinds=accounts.NoticeWritten" in page
