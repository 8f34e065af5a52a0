"""First paint, script and requests of every page, on a phone as the poor one has it: a processor four times slower,
a line of 1.6 Mbit/s with 150 ms to and fro, nothing kept from before.

`onegrid bench pages` loads the demo street and goes through docs/screens/pages.py, one page after the other. After
each page it says how far it is and writes var/bench/pages.md anew, so that a run that is stopped has a table; the
next run goes on where the last one stopped, unless `--again yes` or another commit. `--docs yes` writes the table to
docs/pages.md too. A page that cannot be seen is named with its reason, and left out. Floor of the first paint: the
barest page of the same server, /health/live, seen likewise before, between and after all others; on a machine that
others load too, the ratio to it says more than the milliseconds.
`--only` names, divided by commas; `--visits` of each page, of which the middle one counts (3).
Goals: first paint under 1,500 ms; script under 120 KB gzipped, with a map 450 KB.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from django.urls import resolve
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from bench.pages_told import Seen, goes_on, kept, table
from bench.report import Report
from bench.serving import served, signed_in
from docs.screens.known import Known
from docs.screens.pages import PAGES, Way
from onegrid.accounts.identity.models import User
from onegrid.config.environment import ROOT, environment

LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--ignore-gpu-blocklist",
]
LONGEST = 45.0  # seconds one visit may take, until its page is given up
FLOOR = "/health/live"
FLOOR_EVERY = 20  # pages
SEEN = """() => {
  const all = performance.getEntriesByType('resource')
  const script = all.filter(r => r.initiatorType === 'script' || /\\.js(\\?|$)/.test(r.name))
  const paint = performance.getEntriesByName('first-contentful-paint')[0]
  return {
    paint: paint ? paint.startTime : null,
    script: script.reduce((sum, r) => sum + r.encodedBodySize, 0) / 1024,
    requests: all.length + 1,
    map: !!document.querySelector('street-map, point-picker, path-map, shape-preview, command-screen'),
  }
}"""


def run(report: Report) -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright's loop runs in this thread
    subprocess.run([Path(sys.executable).with_name("onegrid"), "demo", "load"], check=True)
    seen = _started()
    with served() as (port, _), sync_playwright() as player:
        Walk(player, f"http://127.0.0.1:{port}", seen).through(_pages())
    for name, one in seen.pages.items():
        report.add(f"{name}: first paint", 1, one["paint"], "ms", floor=seen.floor)
        report.add(f"{name}: script", 1, one["script"], "KB")
        report.add(f"{name}: requests", 1, one["requests"], "")


def _started() -> Seen:
    """What the last run has seen of this commit, or nothing."""
    folder = environment().var / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    here = commit.stdout.strip()
    found = None if os.environ.get("BENCH_AGAIN") else goes_on(folder / "pages-seen.json", here)
    return found or Seen(commit=here)


def _pages() -> dict[str, Way]:
    only = set(filter(None, os.environ.get("BENCH_ONLY", "").split(",")))
    return {name: way for name, way in PAGES.items() if not only or name in only}


class Walk:
    """One browser that goes through the pages; when it dies, the next page has a new one."""

    def __init__(self, player: Playwright, address: str, seen: Seen) -> None:
        self.player, self.address, self.seen = player, address, seen
        self.words = Known()
        self.sessions: dict[str, str] = {}
        self.visits = int(os.environ.get("BENCH_VISITS", "3"))
        self.browser = self._launched()

    def through(self, pages: dict[str, Way]) -> None:
        self.seen.asked = len(pages)
        todo = [name for name in pages if name not in self.seen.pages]
        print(f"{len(pages) - len(todo)} of {len(pages)} pages were seen before", flush=True)
        self._reached(Way("", "/"))  # the first visit of all warms the server
        for count, name in enumerate(todo):
            if count % FLOOR_EVERY == 0:
                self._bare()
            self._one(name, pages[name], f"{count + 1}/{len(todo)}")
            self._keep()
        self._bare()
        self._keep()
        self.browser.close()

    def _one(self, name: str, way: Way, place: str) -> None:
        begun = time.monotonic()
        try:
            where = self._reached(way)
            visits = [self._visit(way.user, where) for _visit in range(self.visits)]
            one = sorted(visits, key=lambda visit: visit["paint"])[len(visits) // 2]
            self.seen.pages[name] = one
            self.seen.lost.pop(name, None)
            said = f"{one['paint']:,.0f} ms, {one['script']:,.0f} KB of script, {one['requests']} requests"
        except Exception as error:  # one page that is lost does not cost the others
            self.seen.lost[name] = said = str(error).strip().splitlines()[0][:160]
        print(f"{place} {name}: {said} ({time.monotonic() - begun:.0f} s)", flush=True)

    def _keep(self) -> None:
        folder = environment().var / "bench"
        kept(folder / "pages-seen.json", self.seen)
        text = table(self.seen)
        (folder / "pages.md").write_text(text)
        if os.environ.get("BENCH_DOCS"):
            (ROOT / "docs" / "pages.md").write_text(text)

    def _bare(self) -> None:
        self.seen.loads.append(os.getloadavg()[0])
        try:
            self.seen.floors.append(median(self._visit("", FLOOR)["paint"] for _visit in range(self.visits)))
        except Exception as error:  # a table without this floor is better than none
            print(f"{FLOOR}: {str(error).strip().splitlines()[0]}", flush=True)

    def _reached(self, way: Way) -> str:
        """The address at the end of the way."""
        with self._page(way.user) as page:
            page.goto(way.start.format_map(self.words), wait_until="domcontentloaded")
            for link in way.links:
                href = page.locator(link).first.get_attribute("href", timeout=5_000)
                page.goto(str(href), wait_until="domcontentloaded")
            parts = urlsplit(page.url)
            resolve(parts.path)
            return f"{parts.path}?{parts.query}"

    def _visit(self, user: str, where: str) -> dict[str, float]:
        """An empty cache, a slow line, a slow processor. Looked at again and again from outside: the page's own
        policy forbids a script that waits in it."""
        with self._page(user) as page:
            _slowed(page)
            page.goto(where, wait_until="load")
            until = time.monotonic() + LONGEST
            while (found := page.evaluate(SEEN))["paint"] is None:
                if time.monotonic() > until:
                    raise TimeoutError(f"nothing was painted in {LONGEST:.0f} s")
                time.sleep(0.1)
            page.wait_for_timeout(500)  # what comes after the paint: pieces of script, tiles
            return dict(page.evaluate(SEEN)) | {"paint": found["paint"]}

    @contextmanager
    def _page(self, user: str) -> Iterator[Page]:
        if not self.browser.is_connected():
            self.browser = self._launched()
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": 390, "height": 844},
            locale="zh-CN",
            service_workers="block",
        )
        context.set_default_timeout(LONGEST * 1000)
        try:
            if user:
                cookie = {"name": "sessionid", "value": self._session(user), "url": self.address}
                context.add_cookies([cookie])
            yield context.new_page()
        finally:
            if self.browser.is_connected():
                context.close()

    def _session(self, user: str) -> str:
        if user not in self.sessions:
            self.sessions[user] = signed_in(User.objects.get(username=user))
        return self.sessions[user]

    def _launched(self) -> Browser:
        return self.player.chromium.launch(executable_path=_chromium(), args=FLAGS)


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def _slowed(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
