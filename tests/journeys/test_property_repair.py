"""Given a compound with a lift and a firm that manages it, when a resident scans the lift's label and reports it
broken, then the firm takes it, sends somebody and feeds back with photos, the worker checks, the centre closes, and
the resident sees each step under the same number and rates the result."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from onegrid.cases.flow.models import Case
from onegrid.cases.repairs.actions import hand_over_repairs
from onegrid.kit.actors import SystemActor
from onegrid.registry.facilities.models import Facility
from tests.cases.conftest import town  # noqa: F401
from tests.compounds import furnished_compound
from tests.journeys.test_thin_loop import LANGUAGES, picture, send
from tests.journeys.walks import NO_DRAWING, english, sign_in, width_of
from tests.streets import streets  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_property_repair(new_page, size, town, accessible):  # noqa: F811
    language = LANGUAGES[size["width"]]
    furnished_compound(town.a, timezone.now())
    lift = Facility.objects.get()

    def looked_at(page):
        accessible(page)
        assert width_of(page) <= size["width"]
        assert language == "en" or english(page) == []

    resident = new_page(language)
    resident.add_init_script(NO_DRAWING)
    resident.goto(f"/t/{lift.code}/")
    looked_at(resident)
    resident.click("main a.big-choice")
    expect(resident.locator("[name=address]")).to_have_value(f"锦绣苑1号楼1单元 电梯（{lift.code}）")
    resident.fill("[name=text]", "电梯停在三楼不动了")
    send(resident)
    number = resident.locator("[data-number]").inner_text()
    code = resident.locator("[data-code]").inner_text()

    # what the relay does a second later
    case = Case.objects.get(number=number)
    hand_over_repairs(case_ids=[case.pk], by=SystemActor("repairs"), at=timezone.now())

    firm = sign_in(new_page(language), "a.property_clerk")
    firm.goto("/property/repairs/")
    looked_at(firm)
    firm.get_by_role("link", name="电梯停在三楼不动了").click()
    firm.wait_for_url(f"**/{number}/")
    looked_at(firm)
    firm.click("main a[href$='/accept/']")
    firm.wait_for_url("**/accept/")
    looked_at(firm)
    send(firm)
    firm.wait_for_url(f"**/{number}/")
    firm.click("main a[href$='/assign/']")
    firm.wait_for_url("**/assign/")
    firm.locator("[name=worker_id]").first.check()
    looked_at(firm)
    send(firm)
    firm.wait_for_url(f"**/{number}/")
    firm.click("main a[href$='/feedback/']")
    firm.wait_for_url("**/feedback/")
    firm.fill("[name=words]", "已更换门机皮带，恢复运行")
    firm.set_input_files("[name=before]", [picture("before.jpg", "gray")])
    firm.set_input_files("[name=after]", [picture("after.jpg", "green")])
    looked_at(firm)
    send(firm)
    firm.wait_for_url(f"**/{number}/")
    looked_at(firm)

    worker = sign_in(new_page(language), "a.grid_worker")
    worker.goto(f"/work/{number}/")
    worker.click("main a[href$='/check/']")
    worker.wait_for_url("**/check/")
    send(worker)
    worker.wait_for_url("**/work/")
    clerk = sign_in(new_page(language), "a.shift_leader")
    clerk.goto(f"/cases/{number}/close/")
    send(clerk)
    clerk.wait_for_url("**/cases/")

    resident.goto(f"/follow/{number}/{code}/")
    expect(resident.locator("main .steps")).to_contain_text("已更换门机皮带，恢复运行")
    resident.locator("#rate [type=radio]").first.check()
    resident.click("#rate button.btn-primary")
    expect(resident.locator("#rate")).to_have_count(0)
    looked_at(resident)
    case.refresh_from_db()
    assert case.state == "closed"
    assert case.steps.filter(verb="rate").exists()
