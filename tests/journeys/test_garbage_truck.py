"""Given three streets side by side and a truck that spilled through all of them, when a dispatcher uploads its track,
then the sections stand in order, the lead is found by rule, the helpers accept and show what they did, and one case
with one clock is closed for all of it."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from onegrid.cases.catalog.queries import standards_of
from onegrid.cases.flow import actions as flow
from onegrid.cases.flow.models import Case, StageClock
from onegrid.cases.paths.models import PathCase
from tests.cases.conftest import photo, town  # noqa: F401
from tests.cases.paths.ways import THROUGH, spill, third_street
from tests.journeys.test_thin_loop import picture, sign_in
from tests.journeys.walks import NO_DRAWING, english
from tests.streets import streets  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", ["desk"], indirect=True)
def test_garbage_truck_through_three_streets(new_page, size, town, accessible):  # noqa: F811
    town.c = third_street(town)

    def looked_at(page):
        accessible(page)
        assert english(page) == []

    desk = sign_in(new_page(), "a.dispatcher")
    desk.add_init_script(NO_DRAWING)
    desk.goto("/paths/new/")
    desk.fill("[name=text]", "清运车沿路滴漏，三个街道都有")
    desk.set_input_files("[name=track]", {"name": "truck.csv", "mimeType": "text/csv", "buffer": THROUGH})
    desk.select_option("[name=datum]", "cgcs2000")
    looked_at(desk)
    desk.click("main .form-actions button")
    desk.wait_for_url(re.compile(r"/paths/\d+/$"))
    rows = desk.locator("table").first.locator("tbody tr")
    expect(rows).to_have_count(3)
    for row, name in zip(rows.all(), ("甲街道", "乙街道", "丙街道"), strict=True):
        expect(row).to_contain_text(name)
    expect(rows.first).to_contain_text("甲街道城市管理办公室")
    looked_at(desk)
    path = PathCase.objects.get()

    # the ordinary steps until it is filed are other journeys'; opening is the acceptance clerk's
    clerk = sign_in(new_page(), "a.acceptor")
    clerk.goto(f"/paths/{path.pk}/")
    clerk.click(f"main form[action='/paths/{path.pk}/open/'] button")
    expect(clerk.locator("main a[href^='/cases/YW']").first).to_be_visible()
    case, now = Case.objects.get(), timezone.now()
    flow.verify_case(case_id=case.pk, by=town.a.staff["grid_worker"], at=now)
    row = standards_of(spill())[0]
    leader = town.a.staff["shift_leader"]
    flow.file_case(case_id=case.pk, class_id=spill().pk, standard_id=row.pk, by=leader, at=now)

    desk.goto(f"/paths/{path.pk}/")
    desk.click(f"main form[action='/paths/{path.pk}/send/'] button")
    expect(rows.nth(1)).to_contain_text("已请求")

    for number, letter in enumerate("bc", start=1):
        helper = sign_in(new_page(), f"{letter}.department_officer")
        helper.goto(f"/paths/{path.pk}/")
        helper.click(f"main form[action='/paths/{path.pk}/accept/'] button")
        form = helper.locator("main form[action$='/show/']")
        expect(form).to_have_count(1)
        form.locator("textarea").fill("本段已清扫，路面无污渍")
        form.locator("[type=file]").set_input_files([picture("after.jpg", "green")])
        form.locator("button").click()
        expect(helper.locator("main .photos img")).to_have_count(number)
        work = helper.locator("details", has=helper.locator("form[action$='/work/']"))
        work.locator("summary").click()
        work.locator("[name=cost]").fill("150.50")
        work.locator("button").click()
        expect(helper.locator("tfoot")).to_contain_text("150.50" if number == 1 else "301.00")
    looked_at(helper)

    lead = town.a.staff["department_officer"]
    flow.handle_case(case_id=case.pk, words="三段均已清扫", photos=[photo()], by=lead, at=timezone.now())
    flow.check_case(case_id=case.pk, by=town.a.staff["grid_worker"], at=timezone.now())
    flow.close_case(case_id=case.pk, by=leader, at=timezone.now())
    desk.goto("/paths/")
    expect(desk.locator("main .rows")).to_contain_text("甲街道 → 乙街道 → 丙街道")
    expect(desk.locator("main .rows")).to_contain_text("已结案")
    assert not StageClock.objects.exclude(case=case).exists()
    assert not StageClock.objects.filter(case=case, stopped_at=None).exists()
