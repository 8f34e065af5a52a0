"""Every page of OneGrid, who opens it and the way there in the demo: read by take.py and by the bench of pages.

A key is the name of the page's address, with a word behind it when one address shows several pages. A way is an
address, then links to click, each a CSS selector whose first match is taken. Words in braces are in known.py.
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
    "resident:case": resident("/follow/{follow}/"),
    "resident:receipt": resident("/follow/{follow}/receipt/"),
    "resident:withdraw": resident("/follow/{reported}/withdraw/"),
    "resident:mine": resident("/mine/"),
    "resident:bulletins": resident("/notices/"),
    "resident:bulletin": resident("/notices/", to("/notices/")),
    "resident:activities": resident("/activities/"),
    "resident:activity": resident("/activities/", to("/activities/")),
    "resident:answers": resident("/answers/"),
    "resident:answer": resident("/answers/", to("/answers/")),
    "resident:cut": resident("/cuts/{cut}/"),
    "resident:thing": resident("/t/{label}/"),
    # ---- signing in, and what is one's own
    "account_login": Way("", "/account/login/"),
    "account_change_password": Way("clerk", "/account/password/"),
    "mfa_index": Way("clerk", "/account/two-factor/"),
    "usersessions_list": Way("clerk", "/account/sessions/"),
    "staff:home": Way("shift", "/staff/"),
    "staff:inbox": Way("dispatcher", "/staff/inbox/"),
    "staff:account": Way("clerk", "/staff/account/"),
    "staff:map": Way("shift", "/staff/map/", waits_for_map=True),
    "staff:who_answers": Way("shift", "/staff/duty/{grid}/"),
    # ---- grid worker
    "worker:tasks": worker("/work/"),
    "worker:report": worker("/work/report/"),
    "worker:route": worker("/work/route/", waits_for_map=True),
    "worker:duty": worker("/work/duty/"),
    "worker:emergency": worker("/work/emergency/"),
    "worker:outbox": worker("/work/outbox/"),
    "worker:offline": worker("/work/offline/"),
    "worker:patrols": worker("/work/patrols/"),
    "worker:patrol": worker("/work/patrols/", to("/work/patrols/")),
    "worker:patrol_plans": Way("shift", "/work/patrols/plans/"),
    "worker:visits": worker("/work/visits/"),
    "worker:visit": worker("/work/visits/", to("/work/visits/")),
    "worker:visit_plan": worker("/work/visits/new/"),
    "worker:task": worker("/work/", TASK),
    "worker:act": worker("/work/", TASK, "main a[href$='/verify/'], main a[href$='/check/']"),
    # ---- desk
    "desk:queue": Way("shift", "/cases/"),
    "desk:case": Way("shift", "/cases/?state=closed", (CASE,)),
    "desk:new": Way("acceptor", "/cases/new/"),
    "desk:board": Way("dispatcher", "/cases/board/"),
    "desk:queue beside": Way("shift", "/cases/?case={closed}"),
    "desk:ticket": Way("shift", "/cases/{closed}/ticket/"),
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
    "desk:catalog_version": Way("data", "/catalog/versions/{version}/"),
    "desk:catalog_rule_new": Way("data", "/catalog/rules/new/"),
    "desk:catalog_rules_publish": Way("data", "/catalog/rules/publish/"),
    # ---- what a street offers its residents
    "desk:hall_questions": Way("clerk", "/hall/questions/"),
    "desk:hall_question": Way("clerk", "/hall/questions/", (to("/hall/questions/"),)),
    "desk:hall_sheets bulletins": Way("clerk", "/hall/bulletins/"),
    "desk:hall_sheet": Way("clerk", "/hall/bulletins/", (to("/hall/bulletins/"),)),
    "desk:hall_new": Way("clerk", "/hall/bulletins/new/"),
    "desk:hall_sheets activities": Way("clerk", "/hall/activities/"),
    # ---- property firm
    "property:compounds": Way("property", "/property/"),
    "property:compound": firm(),
    "property:facilities": firm("main a[href$='/facilities/']"),
    "property:facility": firm("main a[href$='/facilities/']", to("/property/facilities/")),
    "property:facility_new": firm("main a[href$='/facilities/']", "main a[href$='/new/']"),
    "property:repairs": Way("property", "/property/repairs/"),
    "property:repair": Way("property", "/property/repairs/", ("main a[href^='/property/repairs/YW']",)),
    "property:cuts": firm("main a[href$='/cuts/']"),
    "property:cut": firm("main a[href$='/cuts/']", to("/property/cuts/")),
    "property:cut_new": firm("main a[href$='/cuts/']", "main a[href$='/cuts/new/']"),
    # ---- operator
    "operator:gallery": Way("operator", "/gallery/"),
    "operator:outbox": Way("operator", "/operator/outbox/"),
    "operator:clients": Way("operator", "/operator/clients/"),
    "operator:areas_imports": Way("data", "/operator/areas/"),
    "operator:orgs": Way("operator", "/operator/orgs/"),
    "operator:org": unit(),
    "operator:org_open": Way("operator", "/operator/orgs/open/"),
    "operator:org_change": unit("main a[href$='/change/']"),
    "operator:org_move": unit("main a[href$='/move/']"),
    "operator:org_close": unit("main a[href$='/close/']"),
    "operator:people": Way("operator", "/operator/people/"),
    "operator:person": person(),
    "operator:person_new": Way("operator", "/operator/people/new/"),
    "operator:people_import": Way("operator", "/operator/people/import/"),
    **{
        f"operator:person_{deed}": person(f"main a[href$='/{deed}/']")
        for deed in ("name", "phone", "password", "lock", "leave", "post", "role")
    },
    "operator:duties": Way("shift", "/operator/duties/"),
    "operator:duty_area": watch(),
    "operator:duty_assign": watch("main a[href$='/assign/']"),
    "operator:duty_copy": watch("main a[href$='/copy/']"),
    "operator:leaves": Way("shift", "/operator/duties/leaves/"),
    "operator:leave_new": Way("shift", "/operator/duties/leaves/new/"),
    "operator:calendar": Way("operator", "/operator/calendar/"),
    "operator:calendar_day": Way("operator", "/operator/calendar/day/"),
    "operator:calendar_hours": Way("operator", "/operator/calendar/hours/"),
}

# Pages without a picture, and why.
FILE, PIECE, LATER = (
    "a file",
    "a piece of a page",
    "only in the middle of something, which the demo is not in",
)
SIGNING = "pages of the sign-in, in the same frame as those that are pictured"
WITHOUT: dict[str, str] = {}
