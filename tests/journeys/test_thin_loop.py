"""Given two small streets, when a resident reports with a photo and a point, then six people bring it to its end,
each in a browser of their own, and the resident reads every step under the number and rates the result."""

import re

import pytest
from playwright.sync_api import Page, expect

from onegrid.cases.flow.models import Case, Step
from tests.cases.conftest import photo, town  # noqa: F401
from tests.journeys.walks import sign_in, sign_in_by_form
from tests.streets import streets  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LANGUAGES = {1440: "zh-hans", 390: "en"}
WORDS = {
    "zh-hans": ["已上报", "已核实", "已立案", "已派遣", "已处置", "已核查", "已结案"],
    "en": ["Reported", "Verified", "Filed", "Dispatched", "Handled", "Result checked", "Case closed"],
}


def picture(name: str, colour: str) -> dict:
    return {"name": name, "mimeType": "image/jpeg", "buffer": photo(colour)}


def send(page: Page) -> None:
    page.click("main form[method=post] button.btn-primary")


def point_at(page: Page, lonlat: tuple[float, float]) -> None:
    """A tap on the small map, where it shows this place."""
    page.wait_for_selector("point-picker[idle]", timeout=60_000)
    page.locator("point-picker").scroll_into_view_if_needed()
    where = page.evaluate("at => document.querySelector('point-picker').map.project(at)", list(lonlat))
    page.locator("point-picker canvas").click(position={"x": where["x"], "y": where["y"]}, force=True)
    expect(page.locator("[name=lon]")).not_to_have_value("")
    assert abs(float(page.input_value("[name=lon]")) - lonlat[0]) < 1e-3  # a pixel is some metres wide here


def at_desk(page: Page, number: str, verb: str, accessible) -> None:
    """From the queue to the case to the page of the step."""
    page.goto("/cases/")
    accessible(page)
    page.get_by_role("link", name=number).first.click()
    step = page.locator(f"main a[href*='/{verb}/']").first
    expect(step).to_be_visible()  # on its own page or beside the list
    accessible(page)
    step.click()
    page.wait_for_url(f"**/{verb}/**")
    accessible(page)


def test_from_report_to_close(new_page, size, town, accessible):  # noqa: F811
    language = LANGUAGES[size["width"]]
    resident = new_page(language, drawing=True)
    resident.goto("/")
    accessible(resident)
    resident.goto("/report/")
    accessible(resident)
    resident.fill("[name=text]", "路面有个大坑，晚上看不见")
    resident.set_input_files("[name=photos]", [picture("pit.jpg", "brown")])
    point_at(resident, town.a.at(0))
    send(resident)
    number = resident.locator("[data-number]").inner_text()
    code = resident.locator("[data-code]").inner_text()
    expect(resident.locator("svg path").first).to_be_attached()
    accessible(resident)
    resident.close()

    worker = sign_in_by_form(new_page(language), "a.grid_worker")
    worker.goto("/work/")
    accessible(worker)
    worker.click("main a[href^='/work/YW']")
    worker.wait_for_url("**/work/YW*/")
    accessible(worker)
    worker.click("main a[href$='/verify/']")
    worker.wait_for_url("**/verify/")
    worker.set_input_files("[name=photos]", [picture("seen.jpg", "gray")])
    accessible(worker)
    send(worker)
    worker.wait_for_url("**/work/")

    clerk = sign_in(new_page(language), "a.shift_leader")
    at_desk(clerk, number, "file", accessible)
    option = clerk.locator("select[name=class_id] option", has_text=re.compile("06013")).get_attribute(
        "value"
    )
    clerk.select_option("[name=class_id]", option)
    clerk.click("main form[method=get] button")
    clerk.locator("[name=standard_id]").first.check()
    accessible(clerk)
    send(clerk)
    clerk.wait_for_url(re.compile(r"/cases/(\?.*)?$"))

    dispatcher = sign_in(new_page(language), "a.dispatcher")
    at_desk(dispatcher, number, "dispatch", accessible)
    expect(dispatcher.locator("main .alert").first).to_contain_text(town.a.office.name)
    send(dispatcher)
    dispatcher.wait_for_url(re.compile(r"/cases/(\?.*)?$"))

    officer = sign_in(new_page(language), "a.department_officer")
    at_desk(officer, number, "handle", accessible)
    officer.fill("[name=words]", "已用沥青补平")
    officer.set_input_files("[name=photos]", [picture("done.jpg", "green")])
    send(officer)
    officer.wait_for_url(re.compile(r"/cases/(\?.*)?$"))

    worker.goto("/work/")
    worker.click("main a[href^='/work/YW']")
    worker.click("main a[href$='/check/']")
    worker.wait_for_url("**/check/")
    send(worker)
    worker.wait_for_url("**/work/")

    at_desk(clerk, number, "close", accessible)
    send(clerk)
    clerk.wait_for_url(re.compile(r"/cases/(\?.*)?$"))

    assert Case.objects.get().state == "closed"
    resident = new_page(language)
    resident.goto("/follow/")
    resident.fill("[name=number]", number)
    resident.fill("[name=code]", code)
    send(resident)
    labels = resident.locator(".step .step-label")
    expect(labels).to_have_text(WORDS[language])
    accessible(resident)
    page = resident.locator("main")
    expect(page).to_contain_text("已用沥青补平")
    expect(page).to_contain_text(town.a.office.name)
    for person in town.a.staff.values():
        expect(page).not_to_contain_text(person.display_name)
    expect(resident.locator("main img")).to_have_count(2)

    resident.check("#rate [name=verdict][value=satisfied]")
    resident.click("#rate button.btn-primary")
    expect(resident.locator("#rate")).to_have_count(0)
    accessible(resident)
    assert Step.objects.get(verb="rate").details["satisfied"] is True
