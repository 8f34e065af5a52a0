"""Signing on and off; positions only in between, seen only by who may, each look on record."""

from datetime import UTC, datetime, timedelta

import pytest

from onegrid.accounts.identity.actions import leave_service
from onegrid.accounts.presence import actions
from onegrid.accounts.presence.models import EndedBy, Position, Presence
from onegrid.accounts.presence.queries import last_position, looks_at, presence_of
from onegrid.kit.actors import SystemActor
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from tests.streets import streets  # noqa: F401

BY = SystemActor("test")
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
H, SECOND = timedelta(hours=1), timedelta(seconds=1)
HERE = {"lon": 118.025, "lat": 37.385}


@pytest.fixture
def worker(streets):  # noqa: F811
    return streets.a.staff["grid_worker"]


def on_duty(who, at=AT) -> Presence:
    return actions.sign_on(by=who, at=at)


def refused(code, call, **given):
    rows = [Presence.objects.count(), Position.objects.count(), AuditEntry.objects.count()]
    with pytest.raises(Refused) as told:
        call(**given)
    assert told.value.code == code
    assert rows == [Presence.objects.count(), Position.objects.count(), AuditEntry.objects.count()]


def test_signing_on_twice_is_one_presence_in_the_area_of_the_duty(streets, worker):  # noqa: F811
    first = on_duty(worker)
    assert on_duty(worker, AT + H) == first and first.area == streets.a.grids[0]
    assert presence_of(worker, AT + H) == first and Presence.objects.count() == 1


def test_signing_off_ends_it_once(worker):
    presence = on_duty(worker)
    off = actions.sign_off(presence_id=presence.pk, by=worker, at=AT + H)
    again = actions.sign_off(presence_id=presence.pk, by=worker, at=AT + 2 * H)
    assert off.ended_at == again.ended_at == AT + H and off.ended_by == EndedBy.PERSON
    assert presence_of(worker, AT + H) is None


def test_nobody_signs_off_for_another(streets, worker):  # noqa: F811
    presence = on_duty(worker)
    with pytest.raises(NotFound):
        actions.sign_off(presence_id=presence.pk, by=streets.a.staff["grid_worker_2"], at=AT + H)
    with pytest.raises(NotAllowed):
        on_duty(streets.a.staff["dispatcher"])
    assert presence_of(worker, AT + H) == presence and Presence.objects.count() == 1


def test_a_position_is_kept_on_duty_and_never_after(worker):
    refused("not_on_duty", actions.keep_position, **HERE, by=worker, at=AT)
    presence = on_duty(worker)
    actions.keep_position(**HERE, accuracy_m=12.0, by=worker, at=AT + H)
    here = last_position(presence, AT + H)
    assert here is not None and (here.lon, here.fresh) == (118.025, True)
    assert not last_position(presence, AT + 2 * H).fresh
    actions.sign_off(presence_id=presence.pk, by=worker, at=AT + 2 * H)
    refused("not_on_duty", actions.keep_position, **HERE, by=worker, at=AT + 2 * H)
    assert Position.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"lon": 200.0}, "bad_position"),
        ({"lat": float("nan")}, "bad_position"),
        ({"accuracy_m": -1.0}, "bad_position"),
    ],
)
def test_what_is_no_position_is_refused(worker, given, code):
    on_duty(worker)
    refused(code, actions.keep_position, **HERE | given, by=worker, at=AT + H)


def test_positions_faster_than_a_device_sends_are_refused(worker):
    on_duty(worker)
    actions.keep_position(**HERE, by=worker, at=AT + H)
    refused("too_soon", actions.keep_position, **HERE, by=worker, at=AT + H + SECOND)


def test_a_forgotten_presence_ends_by_itself_and_keeps_nothing(worker):
    presence = on_duty(worker)
    late = AT + 15 * H
    refused("not_on_duty", actions.keep_position, **HERE, by=worker, at=late)
    assert actions.end_forgotten(at=late) == 1 and actions.end_forgotten(at=late) == 0
    presence.refresh_from_db()
    assert (presence.ended_at, presence.ended_by) == (AT + 14 * H, EndedBy.CLOCK)
    assert on_duty(worker, late) != presence


def test_signing_on_over_a_forgotten_one_ends_that_first(worker):
    first = on_duty(worker)
    second = on_duty(worker, AT + 20 * H)
    first.refresh_from_db()
    assert first.ended_by == EndedBy.CLOCK and second.ended_at is None


def test_positions_go_after_their_time(worker):
    presence = on_duty(worker)
    actions.keep_position(**HERE, by=worker, at=AT + H)
    assert actions.remove_old_positions(at=AT + timedelta(days=7)) == 0
    assert actions.remove_old_positions(at=AT + timedelta(days=7, hours=2)) == 1
    assert Presence.objects.get() == presence


def test_whoever_leaves_is_on_duty_no_more(streets, worker):  # noqa: F811
    presence = on_duty(worker)
    leave_service(user=worker, by=BY, at=AT + H)
    presence.refresh_from_db()
    assert (presence.ended_at, presence.ended_by) == (AT + H, EndedBy.LEFT)


def test_who_sees_where_people_are(streets, worker):  # noqa: F811
    presence = on_duty(worker)
    actions.keep_position(**HERE, by=worker, at=AT + H)
    look = {"purpose": "就近派人", "at": AT + H}
    leader = streets.a.staff["shift_leader"]
    (seen,) = actions.look_at_positions(by=leader, **look)
    assert seen.presence == presence and seen.fresh and seen.position.point.x == 118.025
    assert actions.look_at_positions(by=streets.b.staff["dispatcher"], **look) == []
    for role in ("grid_head", "leader", "community_clerk", "grid_worker"):
        with pytest.raises(NotAllowed):
            actions.look_at_positions(by=streets.a.staff[role], **look)
    (told,) = looks_at(presence, viewer=worker)
    assert (told.who, told.purpose) == (leader.actor_label, "就近派人")
    with pytest.raises(NotAllowed):
        looks_at(presence, viewer=leader)


def test_a_look_needs_a_purpose_and_off_duty_there_is_nothing_to_see(streets, worker):  # noqa: F811
    presence, leader = on_duty(worker), streets.a.staff["shift_leader"]
    actions.keep_position(**HERE, by=worker, at=AT + H)
    refused("purpose_needed", actions.look_at_positions, purpose=" \x00", by=leader, at=AT + H)
    actions.sign_off(presence_id=presence.pk, by=worker, at=AT + 2 * H)
    assert actions.look_at_positions(purpose="就近派人", by=leader, at=AT + 2 * H) == []
    assert looks_at(presence, viewer=worker) == []
