"""The pages of each role, walked by test_pages_at_desk.py and test_pages_on_phone.py: axe finds nothing, nothing is
wider than the screen, and no page speaks another language than the one chosen."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Locator, Page

from onegrid.accounts.notices.actions import notify
from onegrid.cases.catalog.actions import change_class, keep_rule_draft, start_draft, start_standard_import
from onegrid.cases.flow.models import Case
from onegrid.cases.whistle.actions import report_in, start_kinds
from onegrid.oversight.measures.actions import rebuild_measures
from onegrid.oversight.scores import actions as scores
from onegrid.oversight.scores.models import Score, ScoreRule, Sign
from onegrid.oversight.supervision.actions import sign
from onegrid.registry.cuts.models import Cut
from onegrid.registry.facilities.models import Facility
from onegrid.registry.owners.actions import issue_codes
from onegrid.registry.owners.models import Vote
from tests.cases.catalog.test_importing import workbook
from tests.cases.conftest import AT, BY, brought_to, road, town  # noqa: F401
from tests.cases.patrol.places import a_place, patrolled, problem
from tests.cases.visits.households import a_household
from tests.cases.whistle.people import about, blown, here, kinds_published, officer
from tests.compounds import furnished_compound
from tests.hall.boards import put_up
from tests.journeys.conftest import AXE
from tests.oversight.supervision.conftest import instructed, part_of
from tests.streets import PASSWORD, Streets, streets  # noqa: F401


@dataclass
class Walk:
    """Pages of one role. `{state}` in an address is the number of the case in that state."""

    user: str
    paths: list[str] = field(default_factory=list)


WALKS = [
    Walk("", ["/", "/report/", "/follow/", "/who/", "/map/", "/account/login/", "/nowhere/"]),
    Walk("", ["/follow/{closed}/{code}/", "/follow/{closed}/{code}/receipt/"]),
    Walk("", ["/follow/{reported}/{reported_code}/withdraw/"]),
    Walk(
        "",
        ["/notices/", "/notices/{bulletin}/", "/activities/", "/activities/{activity}/", "/answers/?q=路灯"],
    ),
    Walk("", ["/activities/mine/{place_code}/", "/answers/{answer}/", "/ask/", "/ask/{question_code}/"]),
    Walk("", ["/near/?for={community}", "/mine/sign-in/"]),
    Walk("a.community_clerk", ["/hall/questions/", "/hall/questions/{question}/", "/hall/bulletins/"]),
    Walk("a.community_clerk", ["/hall/activities/new/", "/hall/activities/{activity}/"]),
    Walk(
        "a.community_clerk", ["/hall/activities/{activity}/people/", "/hall/activities/{activity}/call-off/"]
    ),
    Walk("district.data_officer", ["/hall/data-requests/", "/hall/data-requests/{request}/"]),
    Walk(
        "a.grid_worker",
        ["/staff/", "/work/", "/work/{reported}/", "/work/{reported}/verify/", "/work/report/"],
    ),
    Walk(
        "a.grid_worker",
        ["/work/{reported}/raise_alarm/", "/work/{reported}/escalate/", "/work/{reported}/note/"],
    ),
    Walk("a.grid_worker", ["/work/duty/", "/work/route/", "/work/emergency/"]),
    Walk("a.grid_worker", ["/work/patrols/", "/work/patrols/{place}/", "/work/patrols/done/{patrol}/"]),
    Walk("a.community_clerk", ["/work/patrols/plans/", "/work/visits/new/"]),
    Walk("a.grid_worker", ["/work/visits/", "/work/visits/{visit}/", "/work/record/", "/work/things/"]),
    Walk("a.grid_worker", ["/work/outbox/", "/work/offline/"]),
    Walk("a.grid_worker", ["/work/{reported}/settle/", "/work/{handled}/check/", "/work/{handled}/rework/"]),
    Walk("a.shift_leader", ["/staff/", "/cases/", "/cases/{closed}/", "/cases/{verified}/file/"]),
    Walk("a.shift_leader", ["/cases/{checked}/close/", "/cases/{filed}/cancel/", "/cases/{closed}/file/"]),
    Walk("a.dispatcher", ["/cases/{filed}/dispatch/", "/staff/inbox/", "/staff/map/", "/operator/outbox/"]),
    Walk("a.dispatcher", ["/people/on-duty/", "/things/changes/", "/cases/offers/", "/cases/{filed}/offer/"]),
    Walk("a.dispatcher", ["/paths/", "/paths/new/"]),
    Walk("a.dispatcher", ["/cases/board/", "/cases/{handled}/", "/cases/tickets/?n={handled},{filed}"]),
    Walk("a.dispatcher", ["/catalog/", "/catalog/classes/{class}/", "/catalog/why/?case={dispatched}"]),
    Walk(
        "district.data_officer",
        ["/catalog/imports/", "/catalog/imports/{import}/", "/catalog/versions/{draft}/"],
    ),
    Walk(
        "district.data_officer", ["/catalog/classes/{draft_class}/edit/", "/catalog/versions/{draft}/limits/"]
    ),
    Walk(
        "district.data_officer",
        [
            "/catalog/?kind=event&major=06",
            "/catalog/versions/{draft}/add/",
            "/catalog/classes/{draft_class}/remove/",
        ],
    ),
    Walk(
        "district.data_officer", ["/catalog/versions/{draft}/publish/", "/catalog/versions/{draft}/discard/"]
    ),
    Walk(
        "district.data_officer",
        ["/catalog/rules/", "/catalog/rules/drafts/{rule_draft}/", "/catalog/rules/publish/"],
    ),
    Walk("a.department_officer", ["/cases/{dispatched}/handle/", "/cases/{dispatched}/return/"]),
    Walk("a.department_officer", ["/cases/{dispatched}/apply/", "/cases/{dispatched}/object/"]),
    Walk("a.acceptor", ["/cases/new/"]),
    Walk("a.community_clerk", ["/staff/account/", "/account/sessions/", "/account/two-factor/"]),
    Walk(
        "a.property_clerk",
        ["/property/", "/property/compounds/{compound}/", "/property/facilities/{facility}/"],
    ),
    Walk(
        "a.property_clerk",
        [
            "/property/compounds/{compound}/facilities/",
            "/property/compounds/{compound}/facilities/new/",
            "/property/compounds/{compound}/cuts/new/",
            "/property/cuts/{cut}/",
            "/property/cuts/{cut}/prolong/",
        ],
    ),
    Walk(
        "a.community_clerk",
        [
            "/property/compounds/{compound}/owners/",
            "/property/compounds/{compound}/votes/new/",
            "/property/votes/{vote}/?door=101",
        ],
    ),
    Walk(
        "a.leader",
        [
            "/oversee/",
            "/oversee/matters/?kind=overdue",
            "/oversee/groups/?by=community",
            "/oversee/ranks/",
            "/oversee/matters/{dispatched}/press/",
            "/oversee/instructions/",
            "/oversee/instructions/new/?case={dispatched}",
            "/oversee/instructions/{instruction}/",
            "/oversee/briefs/",
        ],
    ),
    Walk(
        "a.department_officer",
        ["/oversee/instructions/{instruction}/", "/oversee/errands/{errand}/ask_time/"],
    ),
    Walk("", ["/vote/{ballot}/", "/vote/done/"]),
    Walk("", ["/t/{label}/", "/cuts/{cut}/", "/report/?t={label}"]),
    Walk("a.leader", ["/staff/duty/{street}/", "/account/password/", "/cases/NONE/"]),
    Walk(
        "a.dispatcher",
        ["/command/", "/command/cases/{filed}/", "/command/cases/{filed}/blow/", "/command/people/"],
    ),
    Walk(
        "district.operator",
        [
            "/operator/orgs/",
            "/operator/orgs/{office}/",
            "/operator/orgs/open/",
            "/operator/orgs/{office}/move/",
            "/operator/orgs/{office}/close/",
        ],
    ),
    Walk(
        "district.operator",
        [
            "/operator/people/",
            "/operator/people/{worker}/",
            "/operator/people/new/",
            "/operator/people/import/",
            "/operator/people/{worker}/role/",
            "/operator/people/{worker}/leave/",
        ],
    ),
    Walk(
        "district.operator",
        [
            "/operator/calendar/",
            "/operator/calendar/day/",
            "/operator/calendar/hours/",
            "/operator/calendar/year/",
            "/operator/calendar/publish/",
        ],
    ),
    Walk(
        "a.shift_leader",
        [
            "/operator/duties/",
            "/operator/duties/areas/{grid}/",
            "/operator/duties/areas/{grid}/assign/",
            "/operator/duties/areas/{street}/copy/",
            "/operator/duties/leaves/",
            "/operator/duties/leaves/new/",
            "/work/patrols/places/",
            "/work/patrols/places/{place}/",
        ],
    ),
    Walk(
        "district.data_officer",
        [
            "/operator/addresses/",
            "/operator/compounds/",
            "/operator/compounds/{compound}/",
            "/operator/compounds/{compound}/hand-over/",
            "/operator/firms/",
            "/operator/things/",
        ],
    ),
    Walk("a.leader", ["/measures/", "/measures/list/?counter=reported", "/scores/", "/scores/{score}/"]),
    Walk("a.leader", ["/scores/appeals/", "/scores/signs/"]),
    Walk("a.grid_worker", ["/work/score/", "/scores/{score}/"]),
    Walk("district.operator", ["/scores/rules/?subject=worker", "/scores/rules/{score_draft}/"]),
    Walk(
        "district.operator",
        ["/operator/connectors/", "/operator/connectors/new/", "/operator/connectors/dead/"],
    ),
    Walk(
        "a.leader",
        ["/whistles/", "/whistles/new/", "/whistles/new/?case={dispatched}", "/whistles/{whistle}/code/"],
    ),
    Walk(
        "a.leader",
        [
            "/whistles/{whistle}/",
            "/whistles/{whistle}/record/",
            "/whistles/rates/",
            "/command/whistles/{whistle}/",
        ],
    ),
    Walk(
        "district.operator",
        ["/whistles/kinds/", "/whistles/kinds/{kinds}/", "/whistles/kinds/{kinds}/kind/joint/"],
    ),
    Walk(
        "district.department_officer",
        [
            "/whistles/{whistle}/",
            "/whistles/{whistle}/calls/{call}/finish/",
            "/whistles/{late}/calls/{late_call}/report-in/",
        ],
    ),
    Walk(
        "district.operator",
        ["/gallery/", "/operator/start/", "/operator/areas/", "/operator/outbox/?to=phones"],
    ),
]
NAMES = {"Local outbox"}  # of a channel, written in both languages
# Maps are drawn, and checked, in test_map.py and test_thin_loop.py; here their place is taken by words.
NO_DRAWING = "HTMLCanvasElement.prototype.getContext = () => null"
SEEN = """() => ({
    width: document.documentElement.scrollWidth,
    language: document.documentElement.lang,
    text: document.querySelector('main')?.innerText,
})"""
LANGUAGES = {1440: ("zh-hans", "en"), 390: ("en", "zh-hans")}


@pytest.fixture
def cases(town: Streets) -> dict[str, str]:  # noqa: F811
    """What the addresses of the walks need: a number per state, the code of the closed one, the street's id."""
    states = ("reported", "verified", "filed", "dispatched", "handled", "checked", "closed")
    found = {state: brought_to(state, town.a).number for state in states}
    notify(
        [town.a.staff["dispatcher"]], title="测试", body="一条通知", link="/", kind="note", urgent=True, at=AT
    )
    codes = dict(Case.objects.values_list("number", "follow_code"))
    found |= {"code": codes[found["closed"]], "reported_code": codes[found["reported"]]}
    found |= {"office": str(town.a.office.pk), "worker": str(town.a.staff["grid_worker"].pk)}
    found["grid"] = str(town.a.grids[0].pk)
    home = town.a.communities[0]
    found |= {"community": str(home.pk)} | {
        name: str(value) for name, value in vars(put_up(home, timezone.now())).items()
    }
    place = a_place(town.a)
    patrol = patrolled(place, town.a.staff["grid_worker"], exits=problem())
    found |= {"visit": str(a_household(town.a).pk), "place": str(place.pk), "patrol": str(patrol.pk)}
    instruction = instructed(town.a, case_numbers=[found["dispatched"]], at=timezone.now())
    errand = part_of(instruction, town.a.office)
    sign(errand_id=errand.pk, by=town.a.staff["department_officer"], at=timezone.now())
    found |= {"instruction": str(instruction.pk), "errand": str(errand.pk)}
    found |= blown_whistles(town)
    found |= judged(town)
    found |= {"street": str(town.a.area.pk), "class": str(road().pk)} | furnished(town)
    return found | written_catalog()


def blown_whistles(town: Streets) -> dict[str, str]:  # noqa: F811
    """One whose department has come, and one that nobody has signed."""
    kinds_published()
    kinds = start_kinds(by=BY, at=AT)
    came, late = blown(town), blown(town, kind="appeal")
    given = about(came, town.department)
    report_in(arrival=here(town), by=officer(town), at=AT, **given)
    call = about(late, town.department)["call_id"]
    return {
        "whistle": came.number, "call": str(given["call_id"]), "late": late.number, "late_call": str(call),
        "kinds": str(kinds.pk),
    }  # fmt: skip


def furnished(town: Streets) -> dict[str, str]:  # noqa: F811
    """A compound with what a firm looks after there."""
    compound = furnished_compound(town.a, timezone.now())
    lift, cut, vote = Facility.objects.get(), Cut.objects.get(), Vote.objects.get()
    found = {"compound": compound, "facility": lift, "cut": cut, "vote": vote}
    slip = issue_codes(vote_id=vote.pk, by=BY, at=timezone.now())[0]
    return {name: str(row.pk) for name, row in found.items()} | {"label": lift.code, "ballot": slip.code}


def judged(town: Streets) -> dict[str, str]:  # noqa: F811
    """Scores by a rule for which one matter is enough, with an appeal, a sign and a draft."""
    rebuild_measures(at=AT + timedelta(days=1))
    scores.load_rules(by=BY, at=AT)
    rule = ScoreRule.objects.get(subject="worker")
    rule.definition["sample"]["least"] = 1
    rule.save()
    day = timezone.localdate(AT)
    worker, late = town.a.staff["grid_worker"], AT + timedelta(days=1)
    scores.run_scores(rule_id=rule.pk, starts_on=day.replace(day=1), ends_on=day, by=BY, at=late)
    score = Score.objects.get(user=worker)
    scores.appeal(score_id=score.pk, reason="当天停电", by=worker, at=late)
    Sign.objects.create(
        kind="far", user=worker, area_path=town.a.grids[0].path, details={"number": "YW1", "metres": 900}, key="x",
        happened_on=day, found_at=AT,
    )  # fmt: skip
    draft = scores.start_draft(rule_id=rule.pk, by=BY, at=AT)
    return {"score": str(score.pk), "score_draft": str(draft.pk)}


def written_catalog() -> dict[str, str]:
    """A draft with something changed in it, and a workbook with problems."""
    who = {"by": BY, "at": AT}
    imported = start_standard_import(content=workbook(), file_name="立案标准.xlsx", **who)
    draft = start_draft(version_id=road().version_id, **who)
    one = draft.classes.get(kind="event", code="06012")
    change_class(class_id=one.pk, values={"priority": "urgent"}, **who)
    rule = keep_rule_draft(
        scheme=draft.scheme.code, kind="event", major_code="07", org_kind="street_office", **who
    )
    found = {"import": imported, "draft": draft, "draft_class": one, "rule_draft": rule}
    return {name: str(row.pk) for name, row in found.items()}


def sign_in(page: Page, username: str) -> Page:
    """Signs in past the form, which is no part of most journeys: the session is handed to the browser."""
    client = Client(headers={"user-agent": "Chromium"})
    answer = client.post("/account/login/", {"login": username, "password": PASSWORD})
    assert answer.status_code == 302, f"{username} is not let in"
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    kept = {"name": session.key, "value": session.value, "domain": "localhost", "path": "/", "httpOnly": True}
    page.context.add_cookies([kept])
    return page


def sign_in_by_form(page: Page, username: str) -> Page:
    page.goto("/account/login/")
    page.fill("[name=login]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile("/(staff|oversee)/"))
    return page


def until(page: Page, question: str, given: object, answer: object, seconds: float = 60) -> None:
    """Asks the page until it answers so: what has no words or state that `expect` could wait for."""
    end, said = monotonic() + seconds, None
    while monotonic() < end:
        said = page.evaluate(question, given)
        if said == answer:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{said} is not {answer}")


def width_of(page: Page) -> int:
    """What the page takes, in pixels: more than the screen has is scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth")


def focused(page: Page) -> Locator:
    """What has the focus. It moves when the browser comes to it: `expect` waits, one look may be too early."""
    return page.locator(":focus")


def walk_all(new_page, size: dict, cases: dict[str, str], accessible) -> None:
    for language, people in by_language(LANGUAGES[size["width"]]):
        page = new_page(language)
        page.add_init_script(NO_DRAWING)
        page.add_init_script(AXE)  # handed over once, not for each page
        for number, (user, paths) in enumerate(people):
            if number:
                forget(page, language)
            if user:
                sign_in(page, user)
            for path in paths:
                answer = page.goto(path.format(**cases))
                where = f"{path} as {user or 'resident'} at {size['width']} px in {language}"
                assert answer is not None and answer.status < 500, where
                accessible(page)
                seen = page.evaluate(SEEN)
                assert seen["width"] <= size["width"], f"{where} is too wide"
                assert seen["language"].lower() == language, where
                if language == "zh-hans" and path != "/gallery/":
                    assert (left := sentences(seen["text"])) == [], f"{where}: {left}"
        page.context.close()


def by_language(languages: tuple[str, str]) -> Iterator[tuple[str, list[tuple[str, list[str]]]]]:
    """Each language, and who walks which pages in it: a person all of theirs, residents each for themselves."""
    for one, language in enumerate(languages):
        together: dict[tuple[str, int], list[str]] = {}
        for number, walk in enumerate(WALKS):
            if number % 2 == one:
                together.setdefault((walk.user, 0 if walk.user else number), []).extend(walk.paths)
        yield language, [(user, paths) for (user, _number), paths in together.items()]


def forget(page: Page, language: str) -> None:
    """The browser belongs to somebody else now. A new one would fetch and start everything again for each person."""
    origin = page.evaluate("() => { sessionStorage.clear(); return origin }")
    page.goto("about:blank")  # where nothing asks or writes any more
    tools = page.context.new_cdp_session(page)
    tools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    tools.detach()
    kept = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "domain": "localhost", "path": "/"}
    page.context.clear_cookies()
    page.context.add_cookies([kept])


def english(page: Page) -> list[str]:
    """Runs of two English words or more in what the reader sees: a sentence that nobody translated."""
    return sentences(page.evaluate(SEEN)["text"])


def sentences(text: str) -> list[str]:
    return [run for run in re.findall(r"\b[A-Z]?[a-z]{2,} [a-z]{2,}\b", text) if run not in NAMES]
