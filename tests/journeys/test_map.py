"""Given a street, when staff or residents open its map, then they see it, find addresses, and grids answer."""

import re

import pytest
from django.contrib.gis.geos import Polygon
from playwright.sync_api import Page, expect

from onegrid.places.addresses.actions import open_address
from onegrid.places.addresses.kinds import AddressKind
from onegrid.places.basemap.models import BaseFeature
from tests.journeys.walks import sign_in, until
from tests.streets import BY, STARTS, Streets, streets  # noqa: F401  a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DRAWN = 60_000
SHOWN = """names => names.map(
    name => document.querySelector('street-map').map.getLayoutProperty(name, 'visibility') !== 'none')"""


@pytest.fixture
def town(streets: Streets) -> Streets:  # noqa: F811  the fixture above
    """A building in grid 0 and the community's address in the tree."""
    lon, lat = streets.a.at(grid=0)
    BaseFeature.objects.create(
        layer="building",
        geometry=Polygon.from_bbox((lon, lat, lon + 0.001, lat + 0.001)),
        height_m=30,
        floors=10,
    )
    open_address(kind=AddressKind.ROAD, name="临水路", parent_id=None, lon=lon, lat=lat, by=BY, at=STARTS)
    return streets


def drawn(page: Page) -> None:
    page.wait_for_selector("street-map[state=shown][idle]", timeout=DRAWN)


def tap(page: Page, lonlat: tuple[float, float]) -> None:
    """A tap where the map shows this place."""
    where = page.evaluate("at => document.querySelector('street-map').map.project(at)", list(lonlat))
    page.locator("street-map canvas").click(position={"x": where["x"], "y": where["y"]}, force=True)


def test_staff_tap_a_grid_and_learn_who_is_on_duty(new_page, town, accessible):
    page = new_page("en", drawing=True)
    sign_in(page, "a.community_clerk")
    page.goto("/staff/map/")
    drawn(page)
    tap(page, town.a.at(grid=1))
    card = page.locator("[data-card-body]")
    expect(card.locator("h2")).to_have_text(town.a.grids[1].name)
    expect(card).to_contain_text(town.a.grids[1].code)
    expect(card).to_contain_text(town.a.staff["grid_worker_2"].display_name)
    expect(page).to_have_url(re.compile(f"grid={town.a.grids[1].pk}$"))
    expect(card.locator("a[data-call]").first).to_be_hidden()
    accessible(page)


def test_the_address_bar_brings_back_the_same_card(new_page, town):
    page = new_page(drawing=True)
    sign_in(page, "a.community_clerk")
    page.goto(f"/staff/map/#grid={town.a.grids[1].pk}")
    drawn(page)
    expect(page.locator("[data-card-body] h2")).to_have_text(town.a.grids[1].name)
    page.keyboard.press("Escape")
    expect(page.locator("[data-sheet]")).to_be_hidden()


def test_an_address_is_found_by_keyboard_and_flown_to(new_page, town):
    page = new_page(drawing=True)
    page.goto("/map/")
    drawn(page)
    page.fill("[data-search] input", "linshui")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    lon, lat = town.a.at(grid=0)
    page.wait_for_function(
        """([lon, lat]) => {
            const map = document.querySelector('street-map').map, at = map.getCenter();
            return map.getZoom() > 16 && Math.abs(at.lng - lon) < 1e-4 && Math.abs(at.lat - lat) < 1e-4;
        }""",
        arg=[lon, lat],
        timeout=DRAWN,
    )


def test_layers_switch_off_and_buildings_lie_down(new_page, town):
    page = new_page(drawing=True)
    page.goto("/map/")
    drawn(page)
    until(page, SHOWN, ["building", "building-flat"], [True, False])
    page.click("[data-do=tilt]")
    until(page, SHOWN, ["building", "building-flat"], [False, True])
    page.click(".map-layers summary")
    page.uncheck("[data-layer=grids]")
    until(page, SHOWN, ["grid-fill", "grid-name", "community-line"], [False, False, True])


def test_residents_get_public_layers_only(new_page, town, accessible):
    page = new_page("en", drawing=True)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/map/")
    drawn(page)
    tiles = {url.split("/tiles/")[1].split("/")[0] for url in asked if "/tiles/" in url}
    assert tiles == {"base", "areas"}
    tap(page, town.a.at(grid=0))
    expect(page.locator("[data-card-body] h2")).to_have_text(town.a.grids[0].name)
    expect(page.locator("[data-card-body]")).not_to_contain_text(town.a.staff["grid_worker"].display_name)
    accessible(page)


def test_paper_gets_a_picture_with_title_and_key(new_page, town):
    page = new_page("en", drawing=True)
    page.goto("/map/")
    drawn(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    picture = page.locator("img[data-paper]")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    expect(page.locator(".map-paper")).to_contain_text("Printed on")
    expect(page.locator(".bar")).to_be_hidden()


def test_without_webgl_the_grids_are_a_list(new_page, town):
    page = new_page("en", drawing=True)
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto("/map/")
    expect(page.locator("street-map")).to_have_attribute("state", "no-drawing")
    expect(page.locator(".map-list")).to_contain_text(town.a.grids[0].name)
    expect(page.locator("[data-canvas]")).to_be_hidden()


def test_a_failing_tile_says_so_and_offers_another_try(new_page, town):
    page = new_page("en", drawing=True)
    page.route("**/tiles/base/**", lambda route: route.fulfill(status=500))
    page.goto("/map/")
    expect(page.locator("[data-state=tiles-failed]")).to_be_visible(timeout=DRAWN)
    page.unroute("**/tiles/base/**")
    # not a mouse click: the map may fetch the tile by itself in this moment and take the button away
    page.locator("[data-do=retry]").dispatch_event("click")
    drawn(page)
