"""Given an enforcement team that works in a system of its own, when a worker reports street trading, then the matter
goes seven hops (worker, grid system, centre, the team's system, its officer, back with a photo, closed), each on the
timeline and with its clock; the team's system being killed and saying things twice changes nothing twice."""

import re

import pytest
from playwright.sync_api import Page, expect

from onegrid.cases.catalog.actions import set_dispatch_rule
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow.models import Case, EvidenceKind, StageClock
from onegrid.exchange.connectors.models import Exchange, Outcome, Ticket, TicketState, What
from tests.cases.conftest import town  # noqa: F401
from tests.exchange.connectors.peer import BY, Peer, registered, relay, work_off
from tests.journeys.test_thin_loop import at_desk, picture, send
from tests.journeys.walks import sign_in
from tests.processes import wait_for
from tests.streets import STARTS, streets  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = re.compile(r"/cases/(\?.*)?$")


class Site:
    """Where the team's system says what happened: the server that the browsers use."""

    def __init__(self, address: str) -> None:
        self.address = address


@pytest.fixture
def peer(tmp_path, settings):
    settings.CONNECTOR_NETWORKS = ["127.0.0.1/32"]
    running = Peer(tmp_path)
    running.start()
    yield running
    running.kill()


@pytest.mark.parametrize("size", [{"width": 390, "height": 844}])
def test_street_trading_in_seven_hops(new_page, size, town, peer, live_server):  # noqa: F811
    street, staff = town.a, town.a.staff
    trading = CaseClass.objects.get(kind="event", code="09006")
    set_dispatch_rule(
        scheme="gbt47678.5-2026", kind="event", major_code="09", org_kind="street_office", by=BY, at=STARTS
    )
    system = registered(town, peer.address)
    peer.knows(system, Site(live_server.url))

    def stands(state: str, stage: str) -> StageClock:
        """The case's state, and the one clock that runs, counted from the last step."""
        case.refresh_from_db()
        clock = StageClock.objects.get(case=case, stopped_at=None)
        assert (case.state, clock.stage) == (state, stage) and case.due_at == clock.due_at > clock.started_at
        return clock

    def step(page: Page, verb: str) -> None:
        """From the queue to the page of the step; what it asks for is filled in by whoever calls."""
        at_desk(page, case.number, verb, lambda _page: None)

    def shown(page: Page, words: str) -> None:
        page.goto(f"/cases/{case.number}/")
        expect(page.locator("main")).to_contain_text(words)

    # 1 the worker reports what he sees, with a photo
    worker = sign_in(new_page(), "a.grid_worker")
    worker.goto("/work/report/")
    worker.set_input_files("[name=photos]", [picture("stall.jpg", "red")])
    worker.fill("[name=text]", "校门口摊贩占道，电话 13800001234")
    worker.locator("details:has([name=lon]) > summary").click()
    lon, lat = street.at(grid=0)
    worker.fill("[name=lon]", str(lon))
    worker.fill("[name=lat]", str(lat))
    send(worker)
    worker.wait_for_url("**/work/")
    case = Case.objects.get()
    # 2 the grid system files it: seen in the own grid, it needs no verification
    stands("verified", "file")
    clerk = sign_in(new_page(), "a.shift_leader")
    step(clerk, "file")
    clerk.select_option("[name=class_id]", str(trading.pk))
    clerk.click("main form[method=get] button")
    clerk.locator("[name=standard_id]").first.check()
    send(clerk)
    clerk.wait_for_url(LIST)
    stands("filed", "dispatch")
    # 3 the centre dispatches it to the team
    dispatcher = sign_in(new_page(), "a.dispatcher")
    step(dispatcher, "dispatch")
    expect(dispatcher.locator("main .alert").first).to_contain_text(street.office.name)
    send(dispatcher)
    dispatcher.wait_for_url(LIST)
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
    shown(dispatcher, "ZF-00001")

    # 5 its officer takes it and goes there, on that system's own page; everything is said twice
    peer.temper(twice=True)
    officer = new_page()
    officer.goto(peer.address)
    expect(officer.locator("article")).to_contain_text("ZF-00001")
    assert "13800001234" not in officer.content()
    officer.get_by_role("button", name="派给队员").click()
    expect(officer.locator("article")).to_contain_text("已派单")
    wait_for(lambda: _received(Outcome.AGAIN) == 1)
    officer.get_by_role("button", name="到场").click()
    expect(officer.locator("article")).to_contain_text("在现场")
    wait_for(lambda: _received(Outcome.AGAIN) == 2)
    assert stands("dispatched", "handle") == clock
    shown(dispatcher, system.name)

    # 6 the result comes back with a photo, although the system was killed before it could say so
    peer.temper(mute=True)
    peer.officer("ZF-00001", "FINISHED", "摊主已清理，道路恢复畅通")
    peer.kill()
    peer.start()
    wait_for(lambda: _received(Outcome.OK) == 3)
    stands("handled", "check")
    clock.refresh_from_db()
    assert clock.stopped_at is not None
    assert case.evidence.get(kind=EvidenceKind.AFTER).file.media_type == "image/png"

    # 7 checked on site and closed
    worker.goto(f"/work/{case.number}/")
    expect(worker.locator("main")).to_contain_text("摊主已清理，道路恢复畅通")
    worker.click("main a[href$='/check/']")
    worker.wait_for_url("**/check/")
    send(worker)
    worker.wait_for_url("**/work/")
    stands("checked", "close")
    step(clerk, "close")
    send(clerk)
    clerk.wait_for_url(LIST)
    case.refresh_from_db()
    assert case.state == "closed" and not StageClock.objects.filter(case=case, stopped_at=None).exists()

    verbs = list(case.steps.values_list("verb", "actor_key"))
    own = system.actor_key
    people = {name: staff[name].actor_key for name in ("grid_worker", "shift_leader", "dispatcher")}
    assert verbs == [
        ("open", people["grid_worker"]), ("file", people["shift_leader"]), ("dispatch", people["dispatcher"]),
        ("note", own), ("note", own), ("note", own), ("handle", own),
        ("check", people["grid_worker"]), ("close", people["shift_leader"]),
    ]  # fmt: skip
    kept = str(list(Exchange.objects.values()))
    assert "占道" not in kept and "13800001234" not in kept  # the log holds sizes, not what was said


def _received(outcome: Outcome) -> int:
    return Exchange.objects.filter(what=What.RECEIVE, outcome=outcome).count()
