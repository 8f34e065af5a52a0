"""Given an enforcement team that works in a system of its own, when a worker reports street trading, then the matter
goes seven hops (worker, grid system, centre, the team's system, its officer, back with a photo, closed), each on the
timeline and with its clock; the team's system being killed and saying things twice changes nothing twice."""

from io import BytesIO

import pytest

from onegrid.cases.catalog.actions import set_dispatch_rule
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.catalog.queries import standards_of
from onegrid.cases.flow.models import Case, EvidenceKind, StageClock
from onegrid.exchange.connectors.models import Exchange, Outcome, Ticket, TicketState, What
from tests.cases.conftest import photo, town  # noqa: F401
from tests.cases.flow.asking import as_, send
from tests.exchange.connectors.peer import BY, Door, Peer, registered, relay, work_off
from tests.streets import STARTS, streets  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def peer(tmp_path, settings):
    settings.CONNECTOR_NETWORKS = ["127.0.0.1/32"]
    running = Peer(tmp_path)
    running.start()
    yield running
    running.kill()


@pytest.fixture
def door():
    opened = Door()
    yield opened
    opened.close()


def test_street_trading_in_seven_hops(town, peer, door):  # noqa: F811
    street, staff = town.a, town.a.staff
    trading = CaseClass.objects.get(kind="event", code="09006")
    set_dispatch_rule(
        scheme="gbt47678.5-2026", kind="event", major_code="09", org_kind="street_office", by=BY, at=STARTS
    )
    system = registered(town, peer.address)
    peer.knows(system, door)

    def stands(state: str, stage: str) -> StageClock:
        """The case's state, and the one clock that runs, counted from the last step."""
        case.refresh_from_db()
        clock = StageClock.objects.get(case=case, stopped_at=None)
        assert (case.state, clock.stage) == (state, stage) and case.due_at == clock.due_at > clock.started_at
        return clock

    # 1 the worker reports what he sees, with a photo
    lon, lat = street.at(grid=0)
    told = {"text": "校门口摊贩占道，电话 13800001234", "lon": lon, "lat": lat, "photos": [_file("red")]}
    answer = as_(staff["grid_worker"]).post("/api/v1/cases", told)
    assert answer.status_code == 201, answer.content
    case = Case.objects.get()
    # 2 the grid system files it
    if case.state == "reported":
        _step(staff["grid_worker"], case, "verify")
    stands("verified", "file")
    standard = standards_of(trading)[0]
    _step(staff["shift_leader"], case, "file", class_id=trading.pk, standard_id=standard.pk)
    stands("filed", "dispatch")
    # 3 the centre dispatches it to the team
    _step(staff["dispatcher"], case, "dispatch")
    clock = stands("dispatched", "handle")
    assert case.unit == street.office

    # 4 the team's system gets it; the first try finds it dead, the second takes it, once
    peer.kill()
    relay()
    work_off()
    ticket = Ticket.objects.get()
    assert ticket.state == TicketState.WAITING and stands("dispatched", "handle") == clock
    peer.start()
    later = ticket.errands.get().not_before
    work_off(at=later)
    relay()
    work_off(at=later)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.foreign_number) == (TicketState.TAKEN, "ZF-00001")
    assert stands("dispatched", "handle") == clock  # its time runs on while it is over there

    # 5 its officer takes it and goes there; everything is said twice
    peer.temper(twice=True)
    peer.officer("ZF-00001", "ASSIGNED")
    door.until(lambda: _received(Outcome.AGAIN) == 1)
    peer.officer("ZF-00001", "ON_SITE")
    door.until(lambda: _received(Outcome.AGAIN) == 2)
    assert stands("dispatched", "handle") == clock

    # 6 the result comes back with a photo, although the system was killed before it could say so
    peer.temper(mute=True)
    peer.officer("ZF-00001", "FINISHED", "摊主已清理，道路恢复畅通")
    peer.kill()
    peer.start()
    door.until(lambda: _received(Outcome.OK) == 3)
    stands("handled", "check")
    clock.refresh_from_db()
    assert clock.stopped_at is not None
    assert case.evidence.get(kind=EvidenceKind.AFTER).file.media_type == "image/png"

    # 7 checked on site and closed
    _step(staff["grid_worker"], case, "check")
    stands("checked", "close")
    _step(staff["shift_leader"], case, "close")
    case.refresh_from_db()
    assert case.state == "closed" and not StageClock.objects.filter(case=case, stopped_at=None).exists()

    verbs = list(case.steps.exclude(verb="verify").values_list("verb", "actor_key"))
    own = system.actor_key
    people = {name: staff[name].actor_key for name in ("grid_worker", "shift_leader", "dispatcher")}
    assert verbs == [
        ("open", people["grid_worker"]), ("file", people["shift_leader"]), ("dispatch", people["dispatcher"]),
        ("note", own), ("note", own), ("note", own), ("handle", own),
        ("check", people["grid_worker"]), ("close", people["shift_leader"]),
    ]  # fmt: skip
    assert "ZF-00001" in case.steps.filter(verb="note")[0].words
    kept = str(list(Exchange.objects.values()))
    assert "占道" not in kept and "13800001234" not in kept  # the log holds sizes, not what was said


def _received(outcome: Outcome) -> int:
    return Exchange.objects.filter(what=What.RECEIVE, outcome=outcome).count()


def _step(user, case: Case, verb: str, **body) -> None:
    answer = send(as_(user), f"/cases/{case.number}/{verb}", body)
    assert answer.status_code in (200, 204), answer.content


def _file(colour: str):
    made = BytesIO(photo(colour))
    made.name = "x.jpg"
    return made
