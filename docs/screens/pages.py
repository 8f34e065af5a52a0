"""Every page of OneGrid, who opens it and the way there in the demo: read by take.py and by the bench of pages.

A key is the name of the page's address, with a word behind it when one address shows several pages. A way is an
address, then links to click, each a CSS selector whose first match is taken.
"""

from dataclasses import dataclass

PHONE, DESK, WALL = 390, 1440, 1920
CASE = "main a[href^='/cases/YW']"
TASK = "main a[href^='/work/YW']"


@dataclass(frozen=True)
class Way:
    """`user` of the demo ("" is a resident), the first address, the links, the width of the screen in pixels."""

    user: str
    start: str
    links: tuple[str, ...] = ()
    width: int = DESK
    waits_for_map: bool = False


def resident(start: str, *links: str, **more) -> Way:
    return Way("", start, links, PHONE, **more)


def worker(start: str, *links: str, **more) -> Way:
    return Way("worker", start, links, PHONE, **more)


def step(user: str, state: str, verb: str) -> Way:
    """The form of one step of a case that is in this state."""
    return Way(user, f"/cases/?state={state}", (CASE, f"main a[href*='/{verb}/']"))


def person(*links: str) -> Way:
    """The page of a grid worker, and a form on it."""
    return Way("operator", "/operator/people/?q=罗", (to("/operator/people/"), *links))


def unit(*links: str) -> Way:
    return Way("operator", "/operator/orgs/", (to("/operator/orgs/"), *links))


def watch(*links: str) -> Way:
    """The duties of one area."""
    return Way("shift", "/operator/duties/", (to("/operator/duties/areas/"), *links))


def firm(*links: str) -> Way:
    """In a compound of the firm that manages it."""
    return Way("property", "/property/", (to("/property/compounds/"), *links))


def to(start: str, end: str = "") -> str:
    """The first link of the page to an address of this start and end, with digits after the start."""
    digits = ", ".join(f"main a[href^='{start}{digit}'][href*='{end}']" for digit in "123456789")
    return digits


PAGES: dict[str, Way] = {
    # ---- residents
    "resident:home": resident("/"),
    "resident:report": resident("/report/"),
    "resident:follow": resident("/follow/"),
    "resident:map": resident("/map/", waits_for_map=True),
    "resident:who": resident("/who/"),
    # ---- signing in, and what is one's own
    "account_login": Way("", "/account/login/"),
    "account_change_password": Way("clerk", "/account/password/"),
    "mfa_index": Way("clerk", "/account/two-factor/"),
    "usersessions_list": Way("clerk", "/account/sessions/"),
    "staff:home": Way("shift", "/staff/"),
    "staff:inbox": Way("dispatcher", "/staff/inbox/"),
    "staff:account": Way("clerk", "/staff/account/"),
    "staff:map": Way("shift", "/staff/map/", waits_for_map=True),
    # ---- grid worker
    "worker:tasks": worker("/work/"),
    "worker:report": worker("/work/report/"),
    "worker:task": worker("/work/", TASK),
    "worker:act": worker("/work/", TASK, "main a[href$='/verify/'], main a[href$='/check/']"),
    "worker:outbox": worker("/work/outbox/"),
    "worker:offline": worker("/work/offline/"),
    # ---- desk
    "desk:queue": Way("shift", "/cases/"),
    "desk:case": Way("shift", "/cases/?state=closed", (CASE,)),
    "desk:new": Way("acceptor", "/cases/new/"),
    "desk:act file": step("shift", "verified", "file"),
    "desk:act dispatch": step("dispatcher", "filed", "dispatch"),
    "desk:act handle": step("officer", "dispatched", "handle"),
    "desk:act close": step("shift", "checked", "close"),
    # ---- catalogue
    "desk:catalog": Way("data", "/catalog/"),
    "desk:catalog_class": Way("data", "/catalog/?kind=event&major=06", ("main a[href*='/classes/']",)),
    "desk:catalog_why": Way(
        "dispatcher", "/cases/?state=dispatched", (CASE, "main a[href^='/catalog/why/']")
    ),
    "desk:catalog_rules": Way("data", "/catalog/rules/"),
    "desk:catalog_imports": Way("data", "/catalog/imports/"),
    # ---- operator
    "operator:gallery": Way("operator", "/gallery/"),
    "operator:outbox": Way("operator", "/operator/outbox/"),
    "operator:clients": Way("operator", "/operator/clients/"),
    "operator:areas_imports": Way("data", "/operator/areas/"),
}

# Pages without a picture, and why.
FILE, PIECE, LATER = "a file", "a piece of a page", "only in the middle of something, which the demo is not in"
SIGNING = "pages of the sign-in, in the same frame as those that are pictured"
WITHOUT: dict[str, str] = {}
