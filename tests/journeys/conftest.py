"""A real Chromium against a live server, at desk (1440) and phone (390) width, with an axe check."""

import os
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
DRAWING = [
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]
# For every word axe reads the colours of all that lies behind it, with a library that knows sixteen colour spaces: a
# fifth of its time. A colour that was read once says the same again.
AXE = f"""{AXE_SCRIPT};
(() => {{
  const known = new Map(), colour = axe.commons.color.Color.prototype, read = colour.parseString
  colour.parseString = function (text) {{
    if (!known.has(text)) {{
      read.call(this, text)
      known.set(text, [this.r, this.g, this.b, this.alpha])
    }}
    [this.r, this.g, this.b, this.alpha] = known.get(text)
    return this
  }}
}})()"""
# Of what passes nobody reads: it would be most of what the browser hands over.
FIND_VIOLATIONS = "axe.run({resultTypes: ['violations']}).then(({violations}) => ({violations}))"
WAIT = 60_000  # ms; a busy machine must not fail a journey, and what is there is not waited for
SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


expect.set_options(timeout=WAIT)


@pytest.fixture(scope="session")
def player() -> Iterator[Playwright]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright's sync API runs a loop in this thread
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(player) -> Iterator[Browser]:
    """Shows pages, but no map: it has no WebGL, and takes less than half of the time of one that has."""
    yield from started(player, ["chromium-headless-shell", "chromium", "chromium-browser"], ["--disable-gpu"])


@pytest.fixture(scope="session")
def drawing_browser(player) -> Iterator[Browser]:
    """Draws maps too: WebGL by software."""
    yield from started(player, ["chromium", "chromium-browser"], DRAWING)


def started(player: Playwright, names: list[str], flags: list[str]) -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, names)), None)
    assert path, "Chromium is missing: `make test` installs it"
    running = player.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
    yield running
    running.close()


@pytest.fixture(params=list(SIZES))
def size(request) -> dict:
    """Every journey that asks for it runs at both widths."""
    return SIZES[request.param]


@pytest.fixture
def new_page(request, live_server, size):
    """A function that opens one more signed-out browser: new_page(language="zh-hans", drawing=False) -> Page."""
    contexts = []

    def open_one(language: str = "zh-hans", *, drawing: bool = False) -> Page:
        browser = request.getfixturevalue("drawing_browser" if drawing else "browser")
        context = browser.new_context(
            viewport=size,
            base_url=live_server.url,
            locale="zh-CN" if language == "zh-hans" else "en-US",
            geolocation={"longitude": 118.02, "latitude": 37.38},
            permissions=["geolocation"],
            # it would go on fetching behind a test that has ended; test_offline.py lets it
            service_workers="block",
        )
        context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT)
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def accessible():
    """accessible(page): no axe violation on the whole page, or the test fails with what and where."""

    def check(page: Page) -> None:
        page.wait_for_load_state()
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE)
        results = AxeResults(page.evaluate(FIND_VIOLATIONS))
        assert results.violations_count == 0, results.generate_report()

    return check
