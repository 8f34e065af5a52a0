"""Changes of components reported on site: at once where the rule allows, else decided by somebody else."""

from datetime import UTC, datetime

import pytest
from django.conf import settings

from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.registry.things.actions_changes import decide_change, propose_change
from onegrid.registry.things.changes import waiting_changes
from onegrid.registry.things.models import ChangeState, Thing, ThingChange
from onegrid.registry.things.rules import Directness, change_fault, is_direct
from tests.cases.conftest import photo

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
RULE = Directness(frozenset(["photo"]), 10.0)


@pytest.mark.parametrize(
    ("kind", "metres", "direct"),
    [
        ("photo", None, True),
        ("missing", None, False),
        ("moved", 10.0, True),
        ("moved", 10.1, False),
        ("moved", None, False),
    ],
)
def test_what_is_written_at_once(kind, metres, direct):
    assert is_direct(kind, metres, RULE) is direct


@pytest.mark.parametrize(
    ("kind", "has", "code"),
    [
        ("dance", {}, "unknown_kind"),
        ("moved", {"words": True}, "place_needed"),
        ("photo", {"words": True}, "photo_needed"),
        ("missing", {}, "words_or_photo_needed"),
        ("missing", {"words": True}, None),
        ("broken", {"photo": True}, None),
    ],
)
def test_what_a_report_needs(kind, has, code):
    assert change_fault(kind, **{"words": False, "photo": False, "place": False} | has) == code


@pytest.fixture
def lamp(things) -> Thing:
    return Thing.objects.filter(grid=things.a.grids[0]).order_by("pk")[0]


def proposed(thing, by, **more) -> ThingChange:
    given = {"kind": "missing", "words": "只剩底座", "key": "k1"} | more
    return propose_change(identifier=thing.identifier, by=by, at=AT, **given)


def rows() -> tuple:
    return (
        ThingChange.objects.count(),
        AuditEntry.objects.count(),
        list(Thing.objects.values_list("pk", "status", "point")),
    )


def test_missing_waits_and_somebody_else_takes_it(things, lamp):
    worker, dispatcher = things.a.staff["grid_worker"], things.a.staff["dispatcher"]
    change = proposed(lamp, worker)
    assert change.state == ChangeState.WAITING and proposed(lamp, worker) == change
    assert (
        waiting_changes(viewer=dispatcher) == [change]
        and waiting_changes(viewer=things.b.staff["dispatcher"]) == []
    )
    decide_change(change_id=change.pk, accept=True, by=dispatcher, at=AT)
    lamp.refresh_from_db()
    assert lamp.status == "lost" and waiting_changes(viewer=dispatcher) == []
    with pytest.raises(Refused):
        decide_change(change_id=change.pk, accept=False, answer="x", by=dispatcher, at=AT)


def test_broken_and_a_small_move_are_written_at_once(things, lamp):
    worker = things.a.staff["grid_worker"]
    assert proposed(lamp, worker, kind="broken").state == ChangeState.TAKEN
    east = lamp.point.x + 0.00005
    assert (
        proposed(lamp, worker, kind="moved", lon=east, lat=lamp.point.y, key="k2").state == ChangeState.TAKEN
    )
    far = proposed(lamp, worker, kind="moved", lon=east + 0.002, lat=lamp.point.y, key="k3")
    lamp.refresh_from_db()
    assert (lamp.status, lamp.point.x) == ("damaged", east) and far.state == ChangeState.WAITING


def test_not_taken_says_why_and_changes_nothing(things, lamp):
    change, dispatcher = proposed(lamp, things.a.staff["grid_worker"]), things.a.staff["dispatcher"]
    before = rows()
    with pytest.raises(Refused):
        decide_change(change_id=change.pk, accept=False, by=dispatcher, at=AT)
    assert rows() == before
    assert (
        decide_change(change_id=change.pk, accept=False, answer="还在", by=dispatcher, at=AT).answer == "还在"
    )
    lamp.refresh_from_db()
    assert lamp.status == "intact"


@pytest.mark.parametrize(
    ("who", "given", "error"),
    [
        ("a.grid_worker", {"key": ""}, Refused),
        ("a.grid_worker", {"words": ""}, Refused),
        ("a.grid_worker", {"kind": "mended"}, Refused),
        ("a.grid_worker", {"photo": b"MZ"}, Refused),
        ("a.grid_worker_2", {}, NotFound),
        ("b.grid_worker", {}, NotFound),
        ("a.leader", {}, NotAllowed),
    ],
)
def test_what_is_refused_writes_nothing(things, lamp, who, given, error):
    street, role = who.split(".")
    before = rows()
    with pytest.raises(error):
        proposed(lamp, getattr(things, street).staff[role], **given)
    assert rows() == before


def test_the_pages_from_the_list_to_the_decision(client, things, lamp):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(things.a.staff["grid_worker"])
    assert lamp.identifier in client.get("/work/things/").content.decode()
    address = f"/work/things/{lamp.identifier}/"
    assert "data-outbox" in client.get(address).content.decode()
    assert client.post(address, {"kind": "missing", "key": "k"}).status_code == 400
    assert client.post(address, {"kind": "missing", "words": "只剩底座", "key": "k"}).url == address
    assert "Waits for a decision" in client.get(address).content.decode()
    client.force_login(things.a.staff["dispatcher"])
    assert "只剩底座" in client.get("/things/changes/").content.decode()
    change = ThingChange.objects.get()
    client.post(f"/things/changes/{change.pk}/", {"accept": "no", "answer": ""})
    change.refresh_from_db()
    assert change.state == "waiting"
    client.post(f"/things/changes/{change.pk}/", {"accept": "yes"})
    lamp.refresh_from_db()
    assert lamp.status == "lost"


def test_a_photo_is_seen_by_who_sees_the_thing(client, things, lamp):
    change = proposed(lamp, things.a.staff["grid_worker"], kind="photo", photo=photo())
    assert change.state == "taken"
    client.force_login(things.a.staff["dispatcher"])
    assert client.get(f"/things/changes/{change.pk}/photo/").status_code == 200
    client.force_login(things.b.staff["grid_worker"])
    assert client.get(f"/work/things/photos/{change.pk}/").status_code == 404
