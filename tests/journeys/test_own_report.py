"""Given cases that others reported, when a resident follows one, takes a report back and rates a result, and a clerk
takes down a call, then each page is accessible and says what became of it."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from onegrid.cases.flow.models import Case, Follower
from tests.cases.conftest import brought_to, reported, town  # noqa: F401
from tests.journeys.conftest import SIZES
from tests.journeys.walks import NO_DRAWING, english, sign_in, width_of
from tests.streets import streets  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def size() -> dict:
    """A phone for the resident; the clerk's page is widened in the test. Once is enough: forms, no drawing."""
    return SIZES["phone"]


@pytest.fixture
def looked_at(accessible):
    def look(page: Page) -> None:
        accessible(page)
        width = page.viewport_size or {"width": 0}
        assert width_of(page) <= width["width"]
        assert english(page) == []

    return look


def fill_place(page: Page, lonlat: tuple[float, float]) -> None:
    page.locator("details:has([name=lon])").evaluate("one => one.open = true")
    page.fill("[name=lon]", str(lonlat[0]))
    page.fill("[name=lat]", str(lonlat[1]))


def test_follow_withdraw_rate_and_take_down_a_call(new_page, town, looked_at):  # noqa: F811
    first = reported(town.a, text="路面有个大坑", at=timezone.now())
    closed = brought_to("closed", town.a, grid=0)
    page = new_page("zh-hans")
    page.add_init_script(NO_DRAWING)

    page.goto("/report/")
    page.fill("[name=text]", "路上有个大坑")
    fill_place(page, town.a.at(0))
    page.click("main form[method=post] button.btn-primary")
    expect(page.locator("button[name=follow]")).to_be_visible()
    looked_at(page)
    page.click("button[name=follow]")
    expect(page.locator("[data-number]")).to_have_text(first.number)
    expect(page.locator("[data-code]")).to_have_text(Follower.objects.get().follow_code)
    looked_at(page)
    page.click("main a.btn-primary")
    page.wait_for_url("**/follow/**")
    looked_at(page)

    page.goto(f"/follow/{first.number}/{first.follow_code}/")
    looked_at(page)
    page.fill("#note textarea", "就在三号楼门口")
    page.click("#note button.btn")
    expect(page.locator("main .steps")).to_contain_text("就在三号楼门口")

    page.goto(f"/follow/{closed.number}/{closed.follow_code}/")
    page.check("#rate [value=not]")
    page.fill("#rate textarea", "又坏了")
    page.check("#rate [name=redo]")
    page.click("#rate button.btn-primary")
    expect(page.locator("main .steps")).to_contain_text("又坏了")
    assert Case.objects.get(pk=closed.pk).state == "filed"

    sign_in(page, "a.acceptor")
    page.set_viewport_size(SIZES["desk"])
    page.goto("/cases/new/")
    page.fill("[name=text]", "路上有个大坑")
    fill_place(page, town.a.at(0))
    looked_at(page)
    page.set_viewport_size(SIZES["phone"])
    looked_at(page)
    page.click("main button.btn-primary")
    page.click("button[name=different]")
    expect(page.locator("[data-code]")).to_be_visible()
    looked_at(page)
    taken = Case.objects.get(number=page.locator("[data-number]").inner_text())
    assert (taken.channel, taken.state) == ("hotline", "reported")

    page.goto(f"/follow/{taken.number}/{taken.follow_code}/withdraw/")
    looked_at(page)
    page.fill("[name=reason]", "已经修好了")
    page.check("[name=sure]")
    page.click("main button.btn-danger")
    expect(page.locator("main .steps")).to_contain_text("已经修好了")
    assert Case.objects.get(pk=taken.pk).state == "cancelled"
