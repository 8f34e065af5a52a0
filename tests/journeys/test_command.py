"""Given the command screen on a wall, when a case is opened elsewhere, then it appears by itself, also after a cut.
A case is dispatched and pressed and a whistle blown from there; yesterday is played again. Axe finds nothing."""

import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from bench.ports import free_port
from onegrid.cases.flow.queries.today import TALLY
from onegrid.portals.command.parts import FAR, FAST
from tests.cases.conftest import brought_to, reported, town  # noqa: F401
from tests.cases.whistle.people import kinds_published
from tests.journeys.walks import NO_DRAWING, sign_in
from tests.journeys.wire import Wire
from tests.processes import environment, wait_for
from tests.streets import Streets, streets  # noqa: F401

expect.set_options(timeout=30_000)  # what is waited for; how quick it is, is shown by bench/live.py
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def size() -> dict:
    return {"width": 1920, "height": 1080}


@pytest.fixture
def line(live_server, settings) -> Iterator[Wire]:
    """The live process on this database, behind a wire that can be cut."""
    for kept in (FAST, FAR, TALLY):
        kept.forget()
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port), "--workers", "1"]
    web = {"ONEGRID_WEB_PORT": str(urlsplit(live_server.url).port)}
    process = subprocess.Popen([*command, "onegrid.config.live:application"], env=environment() | web)
    wire = Wire(port)
    settings.LIVE_URL = f"{wire.url}/live"
    policy = deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["connect-src"].append(wire.url)
    settings.CONTENT_SECURITY_POLICY = policy
    try:
        wait_for(lambda: answers(port))
        yield wire
    finally:
        wire.close()
        process.terminate()
        process.wait(15)


def answers(port: int) -> bool:
    with suppress(OSError):
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/live/health", timeout=2).status == 200
    return False


def seen_by(page: Page, username: str) -> Page:
    """The screen of somebody, with a table in the map's place."""
    page.add_init_script(NO_DRAWING)
    sign_in(page, username)
    page.goto("/command/")
    return page


def test_the_wall_lives(new_page, line: Wire, town: Streets, accessible):  # noqa: F811
    reported(town.a, text="昨天的", at=timezone.now() - timedelta(days=1))
    filed = brought_to("filed", town.a)
    page = seen_by(new_page("zh-hans"), "a.dispatcher")
    page.wait_for_selector("command-screen[line=open]")
    river = page.locator("[data-river='0']")
    expect(river).to_have_text("0")
    accessible(page)
    # somebody opens a case elsewhere
    first = reported(town.a, text="路面积水", grid=1, at=timezone.now())
    expect(page.locator(f".wall-newest a[data-case='{first.number}']")).to_be_visible()
    expect(river).to_have_text("1")
    # the line is cut; what was missed is there when it stands again
    line.cut = True
    expect(page.locator("[data-stale]")).to_be_visible()
    second = reported(town.a, text="井盖松动", grid=2, at=timezone.now())
    line.cut = False
    expect(page.locator("[data-stale]")).to_be_hidden()
    expect(page.locator(f".wall-newest a[data-case='{second.number}']")).to_be_visible()
    # from the screen a case is dispatched
    page.locator(f".wall-newest a[data-case='{filed.number}']").press("Enter")
    page.locator("dialog form[action$='/dispatch/'] button").click()
    expect(page.locator("dialog .alert")).to_contain_text(filed.number)
    accessible(page)
    filed.refresh_from_db()
    assert filed.state == "dispatched"
    page.keyboard.press("Escape")
    expect(page.locator("[data-river='2']")).to_have_text("1")
    # yesterday again
    page.locator("[data-play]").press("Enter")
    expect(page.locator("command-screen[replaying] [data-river='2']")).to_have_text("0")
    expect(river).to_have_text("1")
    page.locator("[data-scrub]").press("Home")
    expect(page.locator("[data-at]")).to_have_text("00:00")
    page.locator("[data-end]").press("Enter")
    expect(river).to_have_text("2")
    # a leader presses it
    leader = seen_by(new_page("en"), "a.leader")
    leader.locator(f".wall-newest a[data-case='{filed.number}']").click()
    leader.locator("dialog .wall-deed summary").click()
    leader.locator("dialog [name=reason]").fill("today, please")
    leader.locator("dialog form[action$='/press/'] button").click()
    expect(leader.locator(f"[data-alarm-list] a[data-case='{filed.number}']")).to_be_visible()
    filed.refresh_from_db()
    assert filed.pressed == 1
    # and blows a whistle for it
    kinds_published(timezone.now())
    leader.locator("dialog a[href$='/blow/']").click()
    leader.locator("dialog [name=kind][value=joint]").check()
    leader.locator("dialog [name=words]").fill("请到场联合处置")
    leader.locator("dialog [name=lead]").select_option(str(town.department.pk))
    accessible(leader)
    leader.locator("dialog form[action$='/blow/'] button").click()
    expect(leader.locator("dialog .alert")).to_contain_text("The whistle is blown")
    leader.keyboard.press("Escape")
    expect(leader.locator(".wall-whistles .wall-count")).to_have_text("1")
    # the drawer lays all alarms over the screen
    leader.locator("[data-drawer]").press("Enter")
    expect(leader.locator("[data-drawer]")).to_have_attribute("aria-expanded", "true")
    leader.keyboard.press("Escape")
    expect(leader.locator("[data-drawer]")).to_have_attribute("aria-expanded", "false")
