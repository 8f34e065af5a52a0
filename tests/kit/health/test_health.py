from types import SimpleNamespace

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from onegrid.kit.facts import LISTENERS
from onegrid.kit.facts.models import FactRow, ListenerPosition
from onegrid.kit.health import HEALTH_CHECKS, Failing, HealthCheck, checks


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    checks.PULSE.forget()
    monkeypatch.setattr(HEALTH_CHECKS.get("migrations"), "applied", False)
    yield
    checks.PULSE.forget()


def ready(client):
    answer = client.get("/health/ready")
    return answer.status_code, answer.json()


def test_live_needs_no_database(client):
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_ready_when_all_is_well(client):
    status, body = ready(client)
    assert (status, body["status"]) == (200, "ok")
    assert {"database", "migrations", "relay", "files"} <= set(body["checks"])
    assert reverse("health:ready") == "/health/ready"
    assert default_storage.listdir("health") == ([], [])


def failing(client):
    status, body = ready(client)
    assert (status, body["status"]) == (503, "failing")
    return [name for name, word in body["checks"].items() if word == "failing"]


@pytest.mark.django_db
def test_a_migration_that_is_missing(client):
    [newest] = MigrationLoader(connection).graph.leaf_nodes("kit")
    MigrationRecorder(connection).record_unapplied(*newest)
    assert failing(client) == ["migrations"]


@pytest.mark.django_db
def test_a_store_that_cannot_be_written(client, settings, tmp_path):
    (tmp_path / "plain").write_text("a file where the folder should be")
    settings.MEDIA_ROOT = tmp_path / "plain"
    assert failing(client) == ["files"]


@pytest.fixture
def late_fact(db, monkeypatch):
    monkeypatch.setitem(LISTENERS, "kit.test", SimpleNamespace(name="kit.test", kinds=["kit.Tested"]))
    fact = FactRow.objects.create(kind="kit.Tested", payload={})
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kit_factrow SET at = at - interval '2 minutes'")
    fact.refresh_from_db()
    return fact


def test_a_relay_that_never_began(client, late_fact):
    assert failing(client) == ["relay"]


def test_a_relay_that_stands_still(client, late_fact):
    ListenerPosition.objects.create(listener="kit.test", xid=late_fact.xid)
    assert failing(client) == ["relay"]


def test_a_relay_that_has_heard_it(client, late_fact):
    ListenerPosition.objects.create(listener="kit.test", xid=late_fact.xid + 1)
    assert ready(client)[0] == 200


def test_a_relay_in_the_middle_of_a_window(client, late_fact):
    """Heard up to this fact within an open window."""
    xid = late_fact.xid
    ListenerPosition.objects.create(listener="kit.test", xid=xid, until=xid + 1, last_id=late_fact.id)
    assert ready(client)[0] == 200


def test_a_fact_of_just_now_is_not_late(client, late_fact):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kit_factrow SET at = clock_timestamp()")
    assert ready(client)[0] == 200


@pytest.mark.django_db
def test_a_rooms_own_check_fails_without_telling_why(client, monkeypatch, caplog):
    class Broken(HealthCheck):
        def run(self):
            raise Failing("password of the gateway is wrong")

    monkeypatch.setitem(HEALTH_CHECKS._own, "gateway", Broken())
    answer = client.get("/health/ready")
    assert answer.json()["checks"]["gateway"] == "failing"
    assert b"password" not in answer.content
    assert "password of the gateway" in caplog.text


@pytest.mark.django_db
def test_asking_often_does_not_check_often(client, monkeypatch):
    runs = []

    class Counted(HealthCheck):
        def run(self):
            runs.append(1)

    monkeypatch.setitem(HEALTH_CHECKS._own, "counted", Counted())
    for _ in range(5):
        client.get("/health/ready")
    assert len(runs) == 1


def test_only_reading_is_possible(client):
    assert client.post("/health/live").status_code == 405
