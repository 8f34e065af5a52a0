"""First paint, script and requests of every page, on a phone as the poor one has it: a processor four times slower,
a line of 1.6 Mbit/s with 150 ms to and fro, nothing kept from before.

`onegrid bench pages` loads the demo street and writes the table to var/bench/pages.md too. Floor of the first paint:
the barest page of the same server, /health/live, seen likewise, before and after all others; on a machine that others
load too, the ratio to it says more than the milliseconds. A page that cannot be seen is named and left out.
`--only` names, divided by commas; `--visits` of each page, of which the middle one counts (3).
Goals: first paint under 1,500 ms; script under 120 KB, with a map 450 KB.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from django.urls import resolve
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.report import Report
from bench.serving import served, signed_in
from docs.screens.known import known
from docs.screens.pages import PAGES, Way
from onegrid.accounts.identity.models import User
from onegrid.config.environment import environment

VISITS = int(os.environ.get("BENCH_VISITS", "3"))
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--ignore-gpu-blocklist",
]
SEEN = """() => {
  const all = performance.getEntriesByType('resource')
  const script = all.filter(r => r.initiatorType === 'script' || /\\.js(\\?|$)/.test(r.name))
  const paint = performance.getEntriesByName('first-contentful-paint')[0]
  return {
    paint: paint ? paint.startTime : null,
    script: script.reduce((sum, r) => sum + r.encodedBodySize, 0) / 1024,
    requests: all.length + 1,
  }
}"""


def run(report: Report) -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright's loop runs in this thread
    subprocess.run([Path(sys.executable).with_name("onegrid"), "demo", "load"], check=True)
    only = set(filter(None, os.environ.get("BENCH_ONLY", "").split(",")))
    pages = {name: way for name, way in PAGES.items() if not only or name in only}
    with served() as (port, _), sync_playwright() as player:
        browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        address = f"http://127.0.0.1:{port}"
        bare(browser, address)  # the first visit of all warms the server
        floors, seen = [bare(browser, address) for _ in range(3)], {}
        for name, way in pages.items():
            try:
                seen[name] = of_one(browser, address, way)
            except Exception as error:  # one page that is lost does not cost the others
                print(f"{name}: {str(error).splitlines()[0]}", file=sys.stderr)
        floors += [bare(browser, address) for _ in range(3)]
        floor = median(floors)
        browser.close()
    for name, one in seen.items():
        report.add(f"{name}: first paint", 1, one["paint"], "ms", floor=floor)
        report.add(f"{name}: script", 1, one["script"], "KB")
        report.add(f"{name}: requests", 1, one["requests"], "")
    written(seen, floor)


def of_one(browser: Browser, address: str, way: Way) -> dict[str, float]:
    """Of some visits, each with an empty cache, the one in the middle by its first paint."""
    where = reached(browser, address, way)
    visits = [visit(browser, address, way.user, where) for _ in range(VISITS)]
    return sorted(visits, key=lambda one: one["paint"])[VISITS // 2]


def reached(browser: Browser, address: str, way: Way) -> str:
    """The address at the end of the way."""
    with context_of(browser, address, way.user) as context:
        page = context.new_page()
        page.goto(way.start.format(**known()), wait_until="domcontentloaded")
        for link in way.links:
            page.goto(str(page.locator(link).first.get_attribute("href")), wait_until="domcontentloaded")
        parts = urlsplit(page.url)
        resolve(parts.path)
        return f"{parts.path}?{parts.query}"


def bare(browser: Browser, address: str) -> float:
    return visit(browser, address, "", "/health/live")["paint"]


def visit(browser: Browser, address: str, user: str, where: str) -> dict[str, float]:
    with context_of(browser, address, user) as context:
        page = context.new_page()
        slowed(context, page)
        page.goto(where, wait_until="load", timeout=60_000)
        page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
        page.wait_for_timeout(500)
        return page.evaluate(SEEN)


def slowed(context: BrowserContext, page: Page) -> None:
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})


def context_of(browser: Browser, address: str, user: str) -> BrowserContext:
    context = browser.new_context(
        base_url=address, viewport={"width": 390, "height": 844}, locale="zh-CN", service_workers="block"
    )
    if user:
        session = signed_in(User.objects.get(username=user))
        context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    return context


def written(seen: dict[str, dict[str, float]], floor: float) -> None:
    """var/bench/pages.md, as docs/pages.md has it."""
    lines = [
        f"Floor of the first paint: {floor:,.0f} ms.",
        "",
        "| page | first paint, ms | × floor | script, KB | requests |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, one in seen.items():
        times = one["paint"] / floor
        lines.append(
            f"| {name} | {one['paint']:,.0f} | {times:.1f} | {one['script']:,.0f} | {one['requests']} |"
        )
    Path(environment().var / "bench").mkdir(parents=True, exist_ok=True)
    (environment().var / "bench" / "pages.md").write_text("\n".join(lines) + "\n")
