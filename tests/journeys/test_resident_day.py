"""Given a resident with a phone, when she reports with one press for the place, follows it to its end and is not
satisfied, then each page is accessible and fits, and the matter is really open again."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from onegrid.cases.catalog.queries import standards_of
from onegrid.cases.flow import actions
from onegrid.cases.flow.models import Case
from tests.cases.conftest import photo, road, town  # noqa: F401
from tests.journeys.test_own_report import looked_at, size  # noqa: F401
from tests.journeys.walks import NO_DRAWING
from tests.streets import streets  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def brought_to_its_end(case: Case, staff: dict) -> None:
    """Six people do their step, now."""
    case_id, at = case.pk, timezone.now()
    actions.verify_case(case_id=case_id, by=staff["grid_worker"], at=at)
    actions.file_case(
        case_id=case_id, class_id=road().pk, standard_id=standards_of(road())[0].pk, by=staff["shift_leader"], at=at
    )  # fmt: skip
    actions.dispatch_case(case_id=case_id, by=staff["dispatcher"], at=at)
    done = {"words": "坑已补好", "photos": [photo("green")]}
    actions.handle_case(case_id=case_id, **done, by=staff["department_officer"], at=at)
    actions.check_case(case_id=case_id, by=staff["grid_worker"], at=at)
    actions.close_case(case_id=case_id, by=staff["shift_leader"], at=at)


def test_report_receipt_follow_and_redo(new_page, town, looked_at):  # noqa: F811
    page = new_page("zh-hans")
    page.add_init_script(NO_DRAWING)
    lon, lat = town.a.at(0)
    page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 8})

    page.goto("/report/")
    page.fill("[name=text]", "路面有个大坑")
    page.locator("[name=text]").blur()
    expect(page.locator("#kinds .suggested")).to_be_visible()
    expect(page.locator("[name=matter]")).not_to_have_value("")
    page.click("[data-locate]")
    expect(page.locator("[name=lon]")).to_have_value(f"{lon:.6f}")
    looked_at(page)
    page.click("main form[method=post] > button.btn-primary")

    expect(page.locator("[data-number]")).to_have_text(re.compile("YW"))
    case = Case.objects.get()
    expect(page.locator("[data-print]")).to_be_visible()
    looked_at(page)
    page.click(f"main a[href$='/{case.follow_code}/']")
    page.wait_for_url(f"**/{case.follow_code}/")
    expect(page.locator("main")).to_contain_text("通常办理时长")
    looked_at(page)

    brought_to_its_end(case, town.a.staff)
    page.reload()
    page.check("#rate [value=not]")
    page.fill("#rate textarea", "又坏了")
    page.check("#rate [name=redo]")
    page.click("#rate button.btn-primary")
    expect(page.locator("main .steps")).to_contain_text("又坏了")
    looked_at(page)
    case.refresh_from_db()
    assert (case.state, case.steps.filter(verb="reopen").count()) == ("filed", 1)
    assert case.steps.get(verb="reopen").words == "又坏了"
