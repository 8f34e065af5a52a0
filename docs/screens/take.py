"""Takes the pictures of this folder from a running demo: `python docs/screens/take.py [--address http://localhost:8000]`.

Every page of pages.py once, in Chinese, at the width it is made for; the pages of AGAIN in other looks too.
`--only NAME` takes those alone, `--missing` those that are not there yet; `--looks FOLDER` takes every page at both
widths in both languages (`--dark`: in dark colours), to look at before a release, not to keep. Needs what `make test`
installs.
"""

import argparse
import os
import re
import shutil
import sys
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import django
from PIL import Image
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onegrid.config.settings")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright's loop runs in this thread
django.setup()

from django.urls import Resolver404, resolve  # noqa: E402  the settings must be ready first

from docs.screens.known import Known  # noqa: E402  it reads the database
from docs.screens.pages import AGAIN, DESK, PAGES, PHONE, WALL, WIDE, Way, file_name  # noqa: E402  stands beside it

PASSWORD = "OneGrid-2026"  # of the demo only
HEIGHTS = {PHONE: 844, DESK: 900, WALL: 1080, WIDE: 1440}
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--ignore-gpu-blocklist",
]
DRAWN = (
    "street-map[state=shown][idle], point-picker[idle], path-map[idle], command-screen[drawn],"
    " main:not(:has(street-map, point-picker:not([hidden]), path-map:not([hidden]), .wall-map))"
)


def main() -> None:
    given = arguments()
    pages = {name: way for name, way in PAGES.items() if not given.only or name in given.only}
    looks = everything(pages) if given.looks else kept(pages)
    folder = Path(given.looks or HERE)
    folder.mkdir(parents=True, exist_ok=True)
    lost = []
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium(), args=FLAGS)
        for name, width, language in looks:
            if given.missing and (folder / file_name(name, width, language)).exists():
                continue
            try:
                taken(browser, given, folder, name, width, language)
            except Exception as error:  # one page that is lost does not cost the others
                lost.append(f"{name} at {width} in {language}: {str(error).splitlines()[0]}")
        browser.close()
    sys.exit("\n".join(lost) or 0)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="http://localhost:8000")
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--missing", action="store_true", help="only those that are not there yet")
    parser.add_argument("--looks")
    parser.add_argument("--dark", action="store_true")
    return parser.parse_args()


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def kept(pages: dict[str, Way]) -> list[tuple[str, int, str]]:
    once = [(name, way.width, "zh-hans") for name, way in pages.items()]
    return once + [look for look in AGAIN if look[0] in pages]


def everything(pages: dict[str, Way]) -> list[tuple[str, int, str]]:
    widths = {PHONE: (PHONE, DESK), DESK: (DESK, PHONE), WALL: (WALL,)}
    return [
        (n, width, lang)
        for n, way in pages.items()
        for width in widths[way.width]
        for lang in ("zh-hans", "en")
    ]


def taken(
    browser: Browser, given: argparse.Namespace, folder: Path, name: str, width: int, language: str
) -> None:
    page = opened(browser, given, width, language, PAGES[name].user)
    try:
        walk(page, PAGES[name])
        at_its_address(page, name)
        target = folder / file_name(name, width, language)
        target.write_bytes(small(page.screenshot(full_page=folder != HERE)))
        sys.stdout.write(f"{target.name:44} {target.stat().st_size // 1024:4} KB\n")
        sys.stdout.flush()
    finally:
        page.context.close()


KNOWN = Known()
SIGNED_IN: dict[str, StorageState] = {}  # signing in is slow by design: once a person


def opened(browser: Browser, given: argparse.Namespace, width: int, language: str, user: str = "") -> Page:
    context = browser.new_context(
        storage_state=SIGNED_IN.get(user),
        base_url=given.address,
        color_scheme="dark" if given.dark else "light",
        viewport={"width": width, "height": HEIGHTS[width]},
        locale="en-GB" if language == "en" else "zh-CN",
        reduced_motion="reduce",
        service_workers="block",
    )
    context.add_cookies([{"name": "django_language", "value": language, "url": given.address}])
    page = context.new_page()
    page.set_default_timeout(10_000)
    return page


def walk(page: Page, way: Way) -> None:
    """To the page, by the way a person would take."""
    if way.user and way.user not in SIGNED_IN:
        sign_in(page, way.user)
    page.goto(way.start.format_map(KNOWN))
    for link in way.links:
        target = page.locator(link).first.get_attribute("href")
        page.goto(str(target))
    page.wait_for_load_state("load")
    page.wait_for_selector(DRAWN, state="attached", timeout=20_000)
    page.wait_for_timeout(300)


def at_its_address(page: Page, name: str) -> None:
    """Refuses a picture of another page, such as one that was led away to the sign-in."""
    path = urlsplit(page.url).path
    try:
        shown = resolve(path).view_name
    except Resolver404:
        shown = "nothing"
    if shown != name.partition(" ")[0]:
        raise LookupError(f"{path} is {shown}")


def sign_in(page: Page, user: str) -> None:
    page.goto("/account/login/")
    page.fill("[name=login]", user)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile("/(staff|oversee)/"))  # leaders begin with what presses
    SIGNED_IN[user] = page.context.storage_state()


def small(picture: bytes) -> bytes:
    out = BytesIO()
    Image.open(BytesIO(picture)).convert("RGB").save(out, "WEBP", quality=60, method=6)
    return out.getvalue()


if __name__ == "__main__":
    main()
