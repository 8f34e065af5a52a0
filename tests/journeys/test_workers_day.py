"""Given a worker with a shop to look at and a report to verify, when the day goes from signing on to signing off on a
phone, then a problem of the patrol is a case, what was put right is settled, and no position is kept afterwards."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from onegrid.accounts.presence.models import Position, Presence
from onegrid.cases.flow.models import Case
from onegrid.cases.patrol.actions import set_plan
from onegrid.cases.patrol.models import Patrol
from tests.cases.conftest import BY, photo, reported, town  # noqa: F401
from tests.cases.patrol.places import a_place
from tests.journeys.conftest import SIZES
from tests.journeys.walks import sign_in
from tests.streets import streets  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def size() -> dict:
    """A day on site is a day on a phone."""
    return SIZES["phone"]


def picture(colour: str = "red") -> dict:
    return {"name": "site.jpg", "mimeType": "image/jpeg", "buffer": photo(colour)}


def marked(page: Page, item: str, result: str) -> None:
    page.check(f"[name=result_{item}][value={result}]")


def test_from_signing_on_to_signing_off(new_page, town, accessible):  # noqa: F811
    now = timezone.now()
    a_place(town.a, at=now)
    set_plan(area_id=town.a.area.pk, place_class="small_shop", every_days=30, by=BY, at=now)
    waiting = reported(town.a, at=now, text="楼道口堆了两袋垃圾")
    page = new_page("en")
    sign_in(page, "a.grid_worker")

    page.goto("/work/")
    expect(page.get_by_text("Not on duty")).to_be_visible()
    page.click(".duty-strip a[href='/work/duty/']")
    page.wait_for_url("**/work/duty/")
    accessible(page)
    page.get_by_role("button", name="Sign on").click()
    page.wait_for_url("**/work/")
    expect(page.get_by_text("your position is being shared since")).to_be_visible()
    accessible(page)

    page.click("text=云桥便利店")
    page.wait_for_url("**/work/patrols/**")
    marked(page, "exits", "problem")
    page.fill("[name=note_exits]", "Boxes in the way out")
    page.set_input_files("[name=photos_exits]", picture())
    marked(page, "pavement", "problem")
    page.set_input_files("[name=photos_pavement]", picture("blue"))
    page.check("[name=settled_pavement]")
    page.fill("[name=done_pavement]", "Carried inside together")
    page.set_input_files("[name=after_pavement]", picture("green"))
    page.check("[name=rest_ok]")
    accessible(page)
    page.get_by_role("button", name="Send the patrol").click()
    page.wait_for_url("**/work/patrols/done/**")
    expect(page.get_by_text("put right on the spot")).to_be_visible()
    accessible(page)

    page.goto(f"/work/{waiting.number}/settle/")
    page.fill("[name=words]", "Taken to the bin")
    page.set_input_files("[name=photos]", picture("green"))
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/work/")

    page.goto("/work/duty/")
    page.get_by_role("button", name="Sign off").click()
    page.locator("#ask button[value=yes]").click()
    expect(page.get_by_text("You are not on duty")).to_be_visible()

    assert Patrol.objects.get().result == "problem"
    states = sorted(Case.objects.values_list("state", flat=True))
    assert states == ["checked", "checked", "verified"]
    kept = Position.objects.count()
    assert kept >= 1 and Presence.objects.get().ended_at is not None
    page.goto("/work/")
    expect(page.get_by_text("Not on duty")).to_be_visible()
    assert Position.objects.count() == kept
