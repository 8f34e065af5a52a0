"""Goes the walk of the README through a running demo, with a stopwatch: `python docs/screens/first_hour.py`.

Resident and worker on a phone, the others at a desk, each signed in in a browser of their own, and every click one
that a reader of the README finds: by the words on the page, never by an address. `--language en` goes the English
one, `--looks FOLDER` keeps a picture of what was seen after each click. Needs what `make test` installs.
"""

import argparse
import os
import re
import shutil
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PASSWORD = "OneGrid-2026"  # of the demo only
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
WORDS = {
    "zh-hans": {
        "report": "我要上报", "what": "发生了什么", "where": "在哪里", "look": "查找地址", "send": "提交",
        "sign_in": "工作人员登录", "name": "用户名", "password": "密码", "enter": "登录",
        "today": "今日", "cases": "案件",
        "verify": "核实", "checking": "核查处置结果", "file": "立案", "dispatch": "派遣", "handle": "处置反馈",
        "check": "核查", "close": "结案", "follow": "进度查询", "number": "编号",
        "code": "查询码", "show": "查看", "ended": "已结案",
    },
    "en": {
        "report": "Report a matter", "what": "What happened", "where": "Where is it", "look": "Look up the address",
        "send": "Send the report", "sign_in": "Staff sign in here", "name": "Username", "password": "Password",
        "enter": "Sign in", "today": "Today", "cases": "Cases",
        "verify": "Verify", "checking": "Check the result", "file": "File case", "dispatch": "Dispatch",
        "handle": "Feed back", "check": "Check", "close": "Close case", "follow": "Follow",
        "number": "Number", "code": "Code", "show": "Show", "ended": "Case closed",
    },
}  # fmt: skip
MATTER, PLACE = "路面有个大坑，晚上看不见", "锦溪家园2号楼"


@dataclass
class Walk:
    """`begun`: when the watch was started; `seen`: pictures so far."""

    browser: Browser
    address: str
    language: str
    looks: Path | None
    begun: float = field(default_factory=time.monotonic)
    seen: int = 0
    number: str = ""
    code: str = ""
    people: dict[str, Page] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return WORDS[self.language][name]

    def opened(self, size: dict[str, int]) -> Page:
        context = self.browser.new_context(
            base_url=self.address,
            viewport=size,  # type: ignore[arg-type]  # a ViewportSize
            locale="en-GB" if self.language == "en" else "zh-CN",
        )
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.goto("/")
        return page

    def signed_in(self, user: str) -> Page:
        """From the start page through the link at its foot, the first time."""
        if user not in self.people:
            page = self.opened(PHONE if user == "worker" else DESK)
            page.get_by_role("link", name=self["sign_in"]).click()
            page.get_by_label(self["name"]).fill(user)
            page.get_by_label(self["password"]).fill(PASSWORD)
            page.get_by_role("button", name=self["enter"], exact=True).click()
            page.wait_for_url(re.compile("/staff/"))
            self.people[user] = page
            self.tell(f"{user} signed in", page)
        return self.people[user]

    def tell(self, what: str, page: Page) -> None:
        """The watch, and a picture of what a newcomer sees now."""
        page.wait_for_load_state()
        sys.stdout.write(f"{time.monotonic() - self.begun:7.1f} s  {what}\n")
        sys.stdout.flush()
        if self.looks:
            self.seen += 1
            page.screenshot(path=self.looks / f"{self.seen:02}.png")

    # ------------------------------------------------------------ the README's seven points

    def report(self) -> None:
        page = self.opened(PHONE)
        page.get_by_role("link", name=self["report"]).first.click()
        page.get_by_label(self["what"]).fill(MATTER)
        page.get_by_label(self["where"]).fill(PLACE)
        page.get_by_role("button", name=self["look"]).click()
        page.locator("fieldset input[type=radio]").first.check()
        self.tell("report written", page)
        page.get_by_role("button", name=self["send"], exact=True).click()
        self.number = page.locator("[data-number]").inner_text()
        self.code = page.locator("[data-code]").inner_text()
        self.tell(f"reported: {self.number}", page)

    def on_site(self, tab: str, verb: str, after: str) -> None:
        page = self.signed_in("worker")
        page.get_by_role("link", name=self["today"]).last.click()
        page.locator("main").get_by_role("link", name=self[tab]).first.click()
        page.locator("li", has_text=self.number).get_by_role("link").first.click()
        page.locator("main").get_by_role("link", name=self[verb], exact=True).first.click()
        self.tell(f"worker at {verb}", page)
        page.locator("main").get_by_role("button", name=self[verb], exact=True).click()
        page.wait_for_url(re.compile("/work/(\\?.*)?$"))
        self.tell(after, page)

    def at_desk(self, user: str, verb: str, after: str) -> None:
        page = self.signed_in(user)
        page.get_by_role("link", name=self["cases"], exact=True).first.click()
        page.locator("main").get_by_role("link", name=self.number).first.click()
        page.locator("main").get_by_role("link", name=self[verb], exact=True).first.click()
        page.wait_for_url(f"**/{verb}/**")
        self.tell(f"{user} at {verb}", page)
        if verb == "file":
            page.get_by_role("link", name="06013").click()
            page.locator("[name=standard_id]").first.check()
        if verb == "handle":
            page.locator("[name=words]").fill("已用沥青补平")
        page.locator("main").get_by_role("button", name=self[verb], exact=True).click()
        page.wait_for_url(re.compile("/cases/(\\?.*)?$"))
        self.tell(after, page)

    def follow(self) -> None:
        page = self.opened(PHONE)
        page.get_by_role("link", name=self["follow"]).last.click()
        page.get_by_label(self["number"]).fill(self.number)
        page.get_by_label(self["code"]).fill(self.code)
        page.locator("main").get_by_role("button", name=self["show"], exact=True).click()
        page.get_by_text(self["ended"]).first.wait_for()
        self.tell("the resident reads every step", page)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="http://localhost:8000")
    parser.add_argument("--language", choices=list(WORDS), default="zh-hans")
    parser.add_argument("--looks", type=Path)
    given = parser.parse_args()
    if given.looks:
        given.looks.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    with sync_playwright() as player:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = player.chromium.launch(executable_path=path, args=FLAGS)
        walk = Walk(browser, given.address, given.language, given.looks)
        walk.report()
        walk.on_site("verify", "verify", "verified")
        walk.at_desk("shift", "file", "filed")
        walk.at_desk("dispatcher", "dispatch", "dispatched")
        walk.at_desk("officer", "handle", "fed back")
        walk.on_site("checking", "check", "checked")
        walk.at_desk("shift", "close", "closed")
        walk.follow()
        browser.close()


if __name__ == "__main__":
    main()
