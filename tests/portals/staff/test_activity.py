"""How often a visit is written down."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from onegrid.accounts.identity.models import User


@pytest.fixture
def visitor(client, db):
    cache.clear()
    client.force_login(User.objects.create_user("worker", password="Willow-bridge-6"))
    client.get("/staff/")
    return client


def written_by(visitor, path: str) -> list[str]:
    """What was asked of visits besides the one statement that reads the session and who is behind it."""
    with CaptureQueriesContext(connection) as asked:
        visitor.get(path)
    found = [one["sql"] for one in asked if "usersessions" in one["sql"]]
    return [sql for sql in found if "FROM django_session" not in sql]


def test_many_pages_in_a_minute_are_one_visit(visitor):
    assert UserSession.objects.count() == 1
    assert written_by(visitor, "/staff/") == written_by(visitor, "/staff/inbox/") == []


def test_another_process_asks_once_and_writes_nothing(visitor):
    cache.clear()
    assert [sql.split()[0] for sql in written_by(visitor, "/staff/")] == ["SELECT"]


def test_a_minute_later_it_is_written_again(visitor):
    earlier = timezone.now() - timedelta(minutes=2)
    UserSession.objects.update(last_seen_at=earlier)
    cache.clear()
    visitor.get("/api/v1/tiles/areas/14/13576/6342.mvt")
    assert UserSession.objects.get().last_seen_at == earlier
    visitor.get("/staff/")
    assert UserSession.objects.get().last_seen_at > earlier
