"""Given a street with cases that wait, when the desk works by keyboard alone, then a call becomes a case, the queue
is cleared, a case is moved to another unit, and tickets lie on A4; axe finds nothing on the way."""

import re

import pytest
from playwright.sync_api import Page, expect

from onegrid.cases.flow.models import Case
from onegrid.places.addresses.actions import open_address
from tests.cases.conftest import brought_to, reported, road, town  # noqa: F401
from tests.journeys.walks import focused, sign_in
from tests.streets import BY, STARTS, Streets, streets  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TABS_MOST = 80


def tab_to(page: Page, selector: str) -> None:
    """As somebody does who has no mouse."""
    for _ in range(TABS_MOST):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab")


def test_a_call_is_taken_down_by_keyboard_alone(new_page, town: Streets, accessible):  # noqa: F811
    lon, lat = town.a.at(0)
    open_address(kind="road", name="云桥路", parent_id=None, lon=lon, lat=lat, by=BY, at=STARTS)
    page = new_page("zh-hans")
    sign_in(page, "a.acceptor")
    page.goto("/cases/new/")
    expect(focused(page)).to_have_attribute("name", "text")
    page.keyboard.type("路面有个大坑，很危险")
    page.wait_for_selector("[data-take-class]")
    # the likeliest, until the clerk chooses
    expect(page.locator("[name=matter]")).to_have_value(str(road().pk))
    accessible(page)
    tab_to(page, "[name=address]")
    page.keyboard.type("云桥")
    page.wait_for_selector("[name=found_address]")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=found_address]:checked")).to_have_count(1)
    tab_to(page, "[name=contact_phone]")
    page.keyboard.type("000-0000-1234")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-code]")
    case = Case.objects.get()
    expect(page.locator("main")).to_contain_text(case.number)
    assert (case.case_class, case.address, case.reporter_phone) == (road(), "云桥路", "000-0000-1234")


def test_the_queue_is_cleared_by_keyboard_alone(new_page, size, town: Streets, accessible):  # noqa: F811
    first, second = brought_to("filed", town.a), brought_to("filed", town.a)
    page = new_page("zh-hans")
    sign_in(page, "a.dispatcher")
    page.goto("/cases/?state=filed")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    accessible(page)
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    page.keyboard.press("j")
    expect(focused(page)).to_have_text(second.number)
    page.keyboard.press("j")
    expect(focused(page)).to_have_text(first.number)
    page.keyboard.press("k")
    said = page.locator("desk-keys [data-said]")
    expect(said).to_contain_text("第 1 件，共 2 件")
    expect(said).not_to_contain_text(second.number)  # the link says it
    if size["width"] > 1200:
        page.keyboard.press("Enter")
        page.wait_for_selector("#beside-title")
        expect(page).to_have_url(re.compile(f"case={second.number}"))
        accessible(page)
        page.go_back()
        page.wait_for_selector("#beside-title", state="detached")
        expect(page).to_have_url(re.compile(r"\?state=filed$"))
        page.keyboard.press("j")
        expect(focused(page)).to_have_text(re.compile("YW"))
    page.keyboard.press("e")
    page.wait_for_url("**/dispatch/**")
    number = re.search(r"/cases/([^/]+)/", page.url)[1]
    tab_to(page, "main .form-actions button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/?state=filed")
    assert Case.objects.get(number=number).state == "dispatched"
    left = first.number if number == second.number else second.number
    expect(focused(page)).to_have_text(left)  # the next one has its place
    page.keyboard.press("/")
    expect(page.locator("input[type=search]")).to_be_focused()
    page.keyboard.type("je")
    expect(page.locator("input[type=search]")).to_have_value("je")  # while writing, letters are letters


def test_a_case_is_moved_to_another_unit_by_keys_and_tickets_are_printed(new_page, town: Streets, accessible):  # noqa: F811
    case, other = brought_to("filed", town.a), reported(town.a)
    page = new_page("en")
    sign_in(page, "a.dispatcher")
    page.goto("/cases/board/")
    accessible(page)
    tab_to(page, "[data-move]")
    page.keyboard.press("Enter")
    said = page.locator("move-board > [data-said]")
    expect(said).to_contain_text(case.number)
    for _ in range(20):
        if page.locator(".board-unit.over").get_attribute("data-unit") == str(town.a.centre.pk):
            break
        page.keyboard.press("ArrowDown")
    expect(said).to_contain_text(town.a.centre.name)
    page.keyboard.press("Enter")
    expect(page.locator("#board-why textarea")).to_be_focused()
    page.keyboard.type("the centre does it itself")
    accessible(page)
    tab_to(page, "#board-why [value=yes]")
    page.keyboard.press("Enter")
    page.wait_for_selector("form[action$='/board/back/']")
    case.refresh_from_db()
    assert (case.state, case.unit) == ("dispatched", town.a.centre)
    page.goto(f"/cases/tickets/?n={case.number},{other.number}")
    accessible(page)
    page.emulate_media(media="print")
    expect(page.locator(".ticket")).to_have_count(2)
    expect(page.locator(".bar")).to_be_hidden()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 2
