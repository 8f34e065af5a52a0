"""Given a gas leak at two in the morning, when the worker declares it and the leader blows an emergency whistle, then
the department is woken in its quiet hours, signs, reports in with a photo and finishes, while the street's own unit
handles the case: an emergency's clock does not stand still for a whistle. Every clock is read at its hop."""

from datetime import time, timedelta

import pytest
from playwright.sync_api import Page, expect

from onegrid.accounts.notices.models import ChannelMessage, Notice, Preference
from onegrid.cases.catalog.queries import standards_of
from onegrid.cases.flow import actions as flow
from onegrid.cases.flow.models import Case, StageClock
from onegrid.cases.whistle.actions import tell_of_silence
from onegrid.cases.whistle.models import Whistle
from tests.cases.conftest import AT, road, town  # noqa: F401
from tests.cases.whistle.people import call_of, kinds_published, officer
from tests.journeys.test_thin_loop import picture, send, sign_in
from tests.streets import streets  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NIGHT = AT.replace(hour=18)  # 02:00 of Saturday in Shanghai
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.mark.parametrize("size", [{"width": 390, "height": 844}])
def test_an_emergency_at_night(new_page, size, town, accessible, monkeypatch):  # noqa: F811
    now = [NIGHT]
    monkeypatch.setattr("django.utils.timezone.now", lambda: now[0])
    kinds_published()
    who = officer(town)
    Preference.objects.create(user=who, channels=["demo"], quiet_from=time(22), quiet_to=time(7))

    def clock_of(stage: str) -> StageClock:
        """The one that runs: of this stage, an emergency's, and it does not stand still."""
        case.refresh_from_db()
        clock = StageClock.objects.get(case=case, stopped_at=None)
        assert (clock.stage, clock.unit, clock.held_at) == (stage, "urgent_hour", None)
        assert case.holds_open == 0 and case.due_at == clock.due_at
        return clock

    def to(deed: str, page: Page) -> None:
        page.goto(f"/whistles/{whistle.number}/")
        page.click(f"main a[href$='/{deed}/']")
        expect(page.locator("main form[method=post] button.btn-primary")).to_be_visible()

    def done(page: Page) -> None:
        send(page)
        page.wait_for_url(f"**/{whistle.number}/")

    # 02:00 the worker declares it; the leaders are told at once
    worker = sign_in(new_page(), "a.grid_worker")
    worker.goto("/work/emergency/")
    worker.fill("[name=text]", "燃气味很大，楼道里有人")
    worker.locator("details:has([name=lon]) > summary").click()
    lon, lat = town.a.at(0)
    worker.fill("[name=lon]", str(lon))
    worker.fill("[name=lat]", str(lat))
    worker.check("[name=sure]")
    worker.click("main form[method=post] button.btn-danger")
    worker.wait_for_url("**/work/YW*/")
    case = Case.objects.get()
    assert clock_of("file").due_at == NIGHT + 2 * HOUR
    assert Notice.objects.filter(recipient=town.a.staff["leader"], urgent=True).exists()

    # 02:10 the leader blows: the department is woken, and the case goes on
    now[0] = NIGHT + 10 * MINUTE
    leader = sign_in(new_page(), "a.leader")
    leader.goto(f"/whistles/new/?case={case.number}")
    expect(leader.locator("main")).to_contain_text("突发应急")
    leader.get_by_label("突发应急哨").check()
    leader.fill("[name=words]", "请立即到场关阀、疏散")
    leader.select_option("[name=lead]", str(town.department.pk))
    send(leader)
    leader.wait_for_url("**/whistles/SH*/")
    whistle = Whistle.objects.get()
    call = call_of(whistle, town.department)
    assert ChannelMessage.objects.get(notice__recipient=who).not_before == whistle.blown_at == now[0]
    assert (call.sign_due, call.report_in_due) == (now[0] + 15 * MINUTE, now[0] + 30 * MINUTE)  # unverified
    assert clock_of("file").due_at == NIGHT + 2 * HOUR

    # 02:15 signed, 02:30 there with a photo
    now[0] = NIGHT + 15 * MINUTE
    department = sign_in(new_page(), who.username)
    to("sign", department)
    done(department)
    now[0] = NIGHT + 30 * MINUTE
    to("report-in", department)
    department.set_input_files("[name=photo]", [picture("valve.jpg", "gray")])
    accessible(department)
    done(department)
    expect(department.locator("main")).to_contain_text("已报到")
    call.refresh_from_db()
    assert (call.sign_at, call.report_in_at, call.escalated) == (NIGHT + 15 * MINUTE, now[0], 0)

    # meanwhile the street's own people act on the case; each stage has two hours of the clock
    staff, one = town.a.staff, {"case_id": case.pk, "at": now[0]}
    standard = standards_of(road())[0]
    flow.file_case(**one, class_id=road().pk, standard_id=standard.pk, by=staff["shift_leader"])
    flow.dispatch_case(**one, by=staff["dispatcher"])
    assert clock_of("handle").due_at == now[0] + 2 * HOUR
    flow.handle_case(**one, words="已疏散，通风", by=staff["department_officer"])

    # 03:00 the department has finished, in time at every step; nobody has to be told of silence
    now[0] = NIGHT + HOUR
    to("finish", department)
    department.fill("[name=words]", "已关阀，无人受伤")
    done(department)
    leader.goto(f"/whistles/{whistle.number}/")
    expect(leader.get_by_text("未超时", exact=True)).to_have_count(4)
    whistle.refresh_from_db()
    case.refresh_from_db()
    assert (whistle.state, case.state, case.holds_open) == ("finished", "handled", 0)
    assert not StageClock.objects.filter(case=case).exclude(paused=[]).exists()
    notes = case.steps.filter(verb="note", words__contains=whistle.number)
    assert notes.count() == 5  # blown, signed, in, finished, all
    assert tell_of_silence(at=NIGHT + 9 * HOUR) == 0
