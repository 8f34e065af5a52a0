"""Every page of OneGrid, who opens it and the way there in the demo: read by take.py and by the bench of pages.

A key is the name of the page's address, with a word behind it when one address shows several pages. A way is an
address, then links to click, each a CSS selector whose first match is taken. Words in braces are in known.py.
"""

from dataclasses import dataclass

PHONE, DESK, WALL, WIDE = 390, 1440, 1920, 2560
CASE = "main a[href^='/cases/YW']"
WHISTLE = "main a[href^='/whistles/SH']"
TASK = "main a[href^='/work/YW']"


@dataclass(frozen=True)
class Way:
    """`user` of the demo ("" is a resident), the first address, the links, the width of the screen in pixels."""

    user: str
    start: str
    links: tuple[str, ...] = ()
    width: int = DESK


def resident(start: str, *links: str) -> Way:
    return Way("", start, links, PHONE)


def worker(start: str, *links: str) -> Way:
    return Way("worker", start, links, PHONE)


def step(user: str, state: str, verb: str) -> Way:
    """The form of one step of a case that is in this state."""
    return Way(user, f"/cases/?state={state}", (CASE, f"main a[href*='/{verb}/']"))


def person(*links: str) -> Way:
    """The page of a grid worker, and a form on it."""
    return Way("operator", "/operator/people/?q=罗", (to("/operator/people/"), *links))


def unit(*links: str) -> Way:
    return Way("operator", "/operator/orgs/", (to("/operator/orgs/"), *links))


def kept(noun: str, *links: str) -> Way:
    """One of what the data officer keeps, and a form on it."""
    start = f"/operator/{noun}/"
    return Way("data", start, (to(start), *links))


def watch(*links: str) -> Way:
    """The duties of one area."""
    return Way("shift", "/operator/duties/", (to("/operator/duties/areas/"), *links))


def firm(*links: str) -> Way:
    """In a compound of the firm that manages it."""
    return Way("property", "/property/", (to("/property/compounds/"), *links))


def to(start: str) -> str:
    """The first link of the page to an address of this start, with digits after it."""
    return ", ".join(f"main a[href^='{start}{digit}']" for digit in "123456789")


PAGES: dict[str, Way] = {
    # ---- residents
    "resident:home": resident("/"),
    "resident:report": resident("/report/"),
    "resident:follow": resident("/follow/"),
    "resident:map": resident("/map/"),
    "resident:who": resident("/who/"),
    "resident:case": resident("/follow/{follow}/"),
    "resident:receipt": resident("/follow/{follow}/receipt/"),
    "resident:withdraw": resident("/follow/{reported}/withdraw/"),
    "resident:bulletins": resident("/notices/"),
    "resident:bulletin": resident("/notices/", to("/notices/")),
    "resident:activities": resident("/activities/"),
    "resident:activity": resident("/activities/", to("/activities/")),
    "resident:answers": resident("/answers/"),
    "resident:answer": resident("/answers/", to("/answers/")),
    "resident:cut": resident("/cuts/{cut}/"),
    "resident:thing": resident("/t/{label}/"),
    "resident:near": resident("/near/"),
    "resident:sign_in": resident("/mine/sign-in/"),
    # ---- signing in, and what is one's own
    "account_login": Way("", "/account/login/"),
    "account_change_password": Way("clerk", "/account/password/"),
    "mfa_index": Way("clerk", "/account/two-factor/"),
    "usersessions_list": Way("clerk", "/account/sessions/"),
    "staff:home": Way("shift", "/staff/"),
    "staff:inbox": Way("dispatcher", "/staff/inbox/"),
    "staff:account": Way("clerk", "/staff/account/"),
    "staff:portrait": worker("/staff/account/portrait/"),
    "staff:map": Way("shift", "/staff/map/"),
    "staff:who_answers": Way("shift", "/staff/duty/{grid}/"),
    # ---- grid worker
    "worker:tasks": worker("/work/"),
    "worker:report": worker("/work/report/"),
    "worker:route": worker("/work/route/"),
    "worker:duty": worker("/work/duty/"),
    "worker:emergency": worker("/work/emergency/"),
    "worker:outbox": worker("/work/outbox/"),
    "worker:offline": worker("/work/offline/"),
    "worker:patrols": worker("/work/patrols/"),
    "worker:patrol": worker("/work/patrols/", to("/work/patrols/")),
    "worker:patrol_plans": Way("shift", "/work/patrols/plans/"),
    "worker:patrol_places": Way("shift", "/work/patrols/places/"),
    "worker:patrol_place": Way("shift", "/work/patrols/places/", (to("/work/patrols/places/"),)),
    "worker:patrol_place_new": Way("shift", "/work/patrols/places/new/"),
    "worker:visits": worker("/work/visits/"),
    "worker:visit": worker("/work/visits/", to("/work/visits/")),
    "worker:visit_plan": Way("head", "/work/visits/new/", (), PHONE),
    "worker:things": worker("/work/things/"),
    "worker:thing": worker("/work/things/", to("/work/things/")),
    "worker:record": worker("/work/record/"),
    "worker:score": worker("/work/score/"),
    "worker:task": worker("/work/", TASK),
    "worker:act": worker("/work/", TASK, "main a[href$='/verify/'], main a[href$='/check/']"),
    # ---- desk
    "desk:queue": Way("shift", "/cases/"),
    "desk:case": Way("shift", "/cases/?state=closed", (CASE,)),
    "desk:new": Way("acceptor", "/cases/new/"),
    "desk:board": Way("dispatcher", "/cases/board/"),
    "desk:queue beside": Way("shift", "/cases/?case={closed}"),
    "desk:ticket": Way("shift", "/cases/{closed}/ticket/"),
    "command:screen": Way("shift", "/command/", width=WALL),
    "desk:act file": step("shift", "verified", "file"),
    "desk:act dispatch": step("dispatcher", "filed", "dispatch"),
    "desk:act close": step("shift", "checked", "close"),
    "desk:offers": Way("dispatcher", "/cases/offers/"),
    "desk:paths": Way("dispatcher", "/paths/"),
    "desk:path": Way("dispatcher", "/paths/", ("main ul.rows li:last-child a[href^='/paths/']",)),
    "desk:path_new": Way("dispatcher", "/paths/new/"),
    "desk:whistles": Way("leader", "/whistles/"),
    "desk:whistle": Way("leader", "/whistles/?which=ended", ("main li:last-child a[href^='/whistles/SH']",)),
    "desk:whistle_new": Way("leader", "/whistles/new/?area={grid}"),
    "desk:whistle_code": Way(
        "leader", "/whistles/", ("main li:nth-child(4) a[href^='/whistles/SH']", "main a[href$='/code/']")
    ),
    "desk:whistle_rates": Way("district", "/whistles/rates/"),
    "desk:whistle_kinds": Way("operator", "/whistles/kinds/"),
    "desk:whistle_edition": Way("operator", "/whistles/kinds/", ("main a[href^='/whistles/kinds/']",)),
    "desk:whistle_call": Way("bureau", "/whistles/", (WHISTLE, "main a[href$='/report-in/']"), PHONE),
    "desk:whistle_act": Way("leader", "/whistles/", (WHISTLE, "main a[href$='/withdraw/']")),
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
    "desk:measures": Way("leader", "/measures/"),
    "desk:scores": Way("leader", "/scores/"),
    "desk:score": Way("leader", "/scores/", (to("/scores/"),)),
    "desk:score_rules": Way("operator", "/scores/rules/"),
    "desk:score_rule": Way("operator", "/scores/rules/", (to("/scores/rules/"),)),
    "desk:score_appeals": Way("leader", "/scores/appeals/"),
    "desk:score_signs": Way("leader", "/scores/signs/"),
    # ---- what a street offers its residents
    "desk:hall_questions": Way("clerk", "/hall/questions/"),
    "desk:hall_question": Way("clerk", "/hall/questions/", (to("/hall/questions/"),)),
    "desk:hall_sheets bulletins": Way("clerk", "/hall/bulletins/"),
    "desk:hall_sheet": Way("clerk", "/hall/bulletins/", (to("/hall/bulletins/"),)),
    "desk:hall_new": Way("clerk", "/hall/bulletins/new/"),
    "desk:hall_sheets activities": Way("clerk", "/hall/activities/"),
    "desk:hall_people": Way(
        "clerk", "/hall/activities/", (to("/hall/activities/"), "main a[href$='/people/']")
    ),
    "desk:data_requests": Way("data", "/hall/data-requests/"),
    "desk:data_request": Way("data", "/hall/data-requests/", (to("/hall/data-requests/"),)),
    "desk:thing_changes": Way("dispatcher", "/things/changes/"),
    # ---- leaders and supervisors
    "oversee:today": Way("leader", "/oversee/", (), PHONE),
    "oversee:matters": Way("leader", "/oversee/matters/?kind=pressed", (), PHONE),
    "oversee:groups": Way("leader", "/oversee/groups/?by=community", (), PHONE),
    "oversee:ranks": Way("leader", "/oversee/ranks/", (), PHONE),
    "oversee:instructions": Way("leader", "/oversee/instructions/"),
    "oversee:instruction": Way(
        "leader", "/oversee/instructions/?tab=replied", (to("/oversee/instructions/"),)
    ),
    "oversee:instruction_new": Way("leader", "/oversee/instructions/new/", (), PHONE),
    "oversee:briefs": Way("leader", "/oversee/briefs/", (), PHONE),
    "oversee:brief": Way("leader", "/oversee/briefs/", (to("/oversee/briefs/"),), PHONE),
    "oversee:brief_cases": Way(
        "leader", "/oversee/briefs/", (to("/oversee/briefs/"), "main a[href$='/reported/']"), PHONE
    ),
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
    "property:owners": firm("main a[href$='/owners/']"),
    "property:vote": firm("main a[href$='/owners/']", to("/property/votes/")),
    # ---- operator
    "operator:gallery": Way("operator", "/gallery/"),
    "operator:start": Way("operator", "/operator/start/"),
    "operator:outbox": Way("operator", "/operator/outbox/"),
    "operator:health": Way("operator", "/operator/health/"),
    "operator:clients": Way("operator", "/operator/clients/"),
    "operator:connectors": Way("operator", "/operator/connectors/"),
    "operator:connector_new": Way("operator", "/operator/connectors/new/"),
    "operator:connectors_dead": Way("operator", "/operator/connectors/dead/"),
    "operator:connector": Way("operator", "/operator/connectors/", (to("/operator/connectors/"),)),
    "operator:connector_log": Way(
        "operator", "/operator/connectors/", (to("/operator/connectors/"), "main a[href$='/log/']")
    ),
    "operator:connector_change": Way(
        "operator", "/operator/connectors/", (to("/operator/connectors/"), "main a[href$='/change/']")
    ),
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
    "operator:leaves": Way("shift", "/operator/duties/leaves/"),
    "operator:leave_new": Way("shift", "/operator/duties/leaves/new/"),
    "operator:area_tree": Way("data", "/operator/areas/tree/"),
    "operator:area": Way("data", "/operator/areas/tree/", (to("/operator/areas/tree/"),)),
    "operator:compounds": Way("data", "/operator/compounds/"),
    "operator:compound": kept("compounds"),
    "operator:compound_hand_over": kept("compounds", "main a[href$='/hand-over/']"),
    "operator:building_doors": kept("compounds", "main a[href$='/doors/']"),
    "operator:firms": Way("data", "/operator/firms/"),
    "operator:firm": kept("firms"),
    "operator:firm_new": Way("data", "/operator/firms/new/"),
    "operator:things": Way("data", "/operator/things/"),
    "operator:thing": kept("things"),
    "operator:thing_new": Way("data", "/operator/things/new/"),
    "operator:addresses": Way("data", "/operator/addresses/"),
    "operator:calendar": Way("operator", "/operator/calendar/"),
    "operator:calendar_day": Way("operator", "/operator/calendar/day/"),
    "operator:calendar_hours": Way("operator", "/operator/calendar/hours/"),
    "operator:calendar_year": Way("operator", "/operator/calendar/year/"),
}

FILE, PIECE = "a file or words for a program", "a piece of a page"
SIGNING = "one of the sign-in's pages, framed as those that have a picture"
FORM = "a short form, or a question before a deed, framed as those that have a picture"
LISTED = "the list behind a number, framed as those that have a picture"
LATER = "opens by a code or at a moment that the demo does not hold"
# Pages without a picture, and why.
WITHOUT: dict[str, tuple[str, ...]] = {
    FILE: (
        "desk:path_photo",
        "desk:catalog_export", "desk:export", "oversee:brief_newest", "oversee:brief_pdf",
        "oversee:instruction_file", "oversee:instructions_export", "desk:photo",
        "desk:thing_change_photo", "desk:whistle_photo",
        "operator:area_export",
        "desk:measures_export", "desk:score_export", "desk:scores_export",
        "operator:duties_export", "operator:orgs_export", "operator:people_export", "operator:people_template",
        "property:record_file", "resident:portrait", "staff:portrait_photo",
        "resident:photo", "resident:receipt_picture", "worker:manifest", "worker:now",
        "worker:patrol_photo", "worker:photo", "worker:service_worker", "worker:thing_photo",
    ),
    PIECE: (
        "command:now", "command:points", "command:replay",
        "desk:beside", "desk:way", "desk:whistle_in",
        "operator:areas_progress", "resident:map_card", "resident:report_places",
        "staff:inbox_news", "staff:map_card",
    ),
    SIGNING: (
        "account_inactive", "account_logout", "account_reauthenticate", "mfa_activate_totp", "mfa_authenticate",
        "mfa_deactivate_totp", "mfa_download_recovery_codes", "mfa_generate_recovery_codes", "mfa_reauthenticate",
        "mfa_view_recovery_codes",
    ),
    FORM: (
        "command:blow", "command:case", "command:people", "command:whistle",
        "desk:catalog_class_add", "desk:catalog_class_remove", "desk:catalog_discard", "desk:hall_call_off",
        "desk:on_duty", "desk:whistle_kind_new", "desk:whistle_task", "resident:ask",
        "operator:area_reopen", "operator:compound_new", "operator:firm_close", "operator:thing_move",
        "operator:thing_status", "worker:patrol_place_retire", "worker:patrol_place_take_up",
        "operator:address", "operator:address_close", "operator:address_open", "operator:address_rename",
        "operator:area_close", "operator:area_open", "operator:area_open_top", "operator:area_rename",
        "operator:clients_revoke", "operator:clients_words",
        "operator:duty_copy", "operator:duty_end", "operator:duty_hand_over", "operator:duty_hours",
        "operator:org_reopen",
        "operator:person_back", "operator:person_post_end", "operator:person_role_end", "operator:person_transfer",
        "operator:person_unlock", "property:committee_new", "property:cut_act", "property:facility_take_down",
        "property:vote_cancel", "property:vote_new",
    ),
    LISTED: ("desk:measures_list",),
    LATER: (
        "desk:catalog_class_edit", "desk:catalog_import", "desk:catalog_limits", "desk:catalog_publish",
        "desk:catalog_rule_draft",
        "desk:whistle_kind",
        "operator:areas_import", "operator:calendar_publish",
        "resident:ballot", "resident:data", "resident:mine", "resident:own_place", "resident:own_question",
        "resident:voted", "worker:patrol_done",
    ),
}  # fmt: skip

# Looks besides the one at the page's own width in Chinese: name, width, language.
AGAIN = [
    ("staff:map", DESK, "en"),
    ("staff:map", PHONE, "zh-hans"),
    ("desk:case", DESK, "en"),
    ("resident:report", PHONE, "en"),
    ("operator:gallery", DESK, "en"),
]


def file_name(name: str, width: int, language: str) -> str:
    return f"{name.replace(':', '-').replace(' ', '-')}-{width}-{language[:2]}.webp"
