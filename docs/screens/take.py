"""Takes the pictures of this folder from a running demo: `python docs/screens/take.py [http://localhost:8000]`.

Each is reduced to a palette, so that it stays under 200 KB. Needs what `make test` installs (Chromium, playwright).
"""

import shutil
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
PASSWORD = "OneGrid-2026"  # of the demo only
MOST_BYTES = 200_000
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--ignore-gpu-blocklist",
]
DRAWN = "street-map[state=shown][idle], point-picker[idle], main:not(:has(street-map, point-picker:not([hidden])))"
# file name: account ("" is a resident), page ("CASE" follows the first case of that list), width, language
PICTURES = {
    "map-1440-zh": ("shift", "/staff/map/", 1440, "zh-hans"),
    "map-1440-en": ("shift", "/staff/map/", 1440, "en"),
    "map-390-zh": ("worker", "/staff/map/", 390, "zh-hans"),
    "map-public-390-zh": ("", "/map/", 390, "zh-hans"),
    "home-1440-zh": ("shift", "/staff/", 1440, "zh-hans"),
    "queue-1440-zh": ("shift", "/cases/", 1440, "zh-hans"),
    "case-1440-zh": ("shift", "/cases/?state=closed CASE", 1440, "zh-hans"),
    "case-1440-en": ("shift", "/cases/?state=closed CASE", 1440, "en"),
    "tasks-390-zh": ("worker", "/work/", 390, "zh-hans"),
    "report-390-zh": ("", "/report/", 390, "zh-hans"),
    "report-390-en": ("", "/report/", 390, "en"),
    "resident-390-zh": ("", "/", 390, "zh-hans"),
    "gallery-1440-en": ("operator", "/gallery/", 1440, "en"),
}


def main(address: str, only: list[str]) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, (user, path, width, language) in PICTURES.items():
            if only and name not in only:
                continue
            page = opened(browser, address, width, language)
            if user:
                sign_in(page, user)
            look_at(page, path)
            target = HERE / f"{name}.png"
            target.write_bytes(small(page.screenshot()))
            sys.stdout.write(f"{target.name:24} {target.stat().st_size // 1024:4} KB\n")
            page.context.close()
        browser.close()


def opened(browser: Browser, address: str, width: int, language: str) -> Page:
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": 900 if width > 500 else 844},
        locale="en-GB" if language == "en" else "zh-CN",
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": "django_language", "value": language, "url": address}])
    page = context.new_page()
    page.set_default_timeout(90_000)
    return page


def sign_in(page: Page, user: str) -> None:
    page.goto("/account/login/")
    page.fill("[name=login]", user)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/staff/**")


def look_at(page: Page, path: str) -> None:
    address, _, follow = path.partition(" ")
    page.goto(address)
    if follow:
        page.locator("main table a").first.click()
    page.wait_for_load_state("networkidle")
    page.wait_for_selector(DRAWN, state="attached")
    page.wait_for_timeout(500)


def small(picture: bytes) -> bytes:
    """The same with as many colours as fit into MOST_BYTES."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    for colours in (256, 96, 40, 16):
        out = BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000", sys.argv[2:])
