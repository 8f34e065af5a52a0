"""Given a grid worker with an installed application, when the network goes, tabs are killed, the session is over or
somebody was faster, then everything written on the phone has its effect exactly once, or is shown with a choice."""

import re
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from PIL import ExifTags, Image
from playwright.sync_api import BrowserContext, Page, expect

from onegrid.cases.flow.actions import note_case
from onegrid.cases.flow.models import Case
from onegrid.cases.patrol.actions import set_plan
from onegrid.cases.patrol.models import Patrol
from onegrid.cases.visits.models import Visit
from onegrid.kit.sendings.models import Sending
from onegrid.kit.verifications import VERIFICATIONS
from onegrid.portals.worker import phone as phones
from tests.cases.conftest import AT, BY, photo, reported, road, town  # noqa: F401
from tests.cases.patrol.places import a_place
from tests.cases.visits.households import a_household
from tests.journeys.conftest import SIZES, WAIT
from tests.journeys.walks import until, width_of
from tests.journeys.wire import Wire
from tests.streets import PASSWORD, streets  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEPT = "async path => Boolean(await caches.match(path))"
KEPT_FOR = "async () => (await caches.keys()).filter(name => name.startsWith('work-pages-'))"
WAITING = """() => new Promise(done => { const open = indexedDB.open('onegrid-work'); open.onsuccess = () => {
    const rows = open.result.transaction('items').objectStore('items').getAll();
    rows.onsuccess = () => { open.result.close();
        done(rows.result.sort((a, b) => a.seq - b.seq).map(row => row.state)); }; }; })"""
# what a phone looks like that was set back to this morning's backup: what was sent waits again
SET_BACK = """rows => new Promise(done => { const open = indexedDB.open('onegrid-work'); open.onsuccess = () => {
    const work = open.result.transaction('items', 'readwrite');
    for (const row of rows) work.objectStore('items').put(row);
    work.oncomplete = () => { open.result.close(); done(); }; }; })"""
ROWS = WAITING.replace(".map(row => row.state)", ".filter(row => !row.photos.length)")

FULL = """() => { IDBObjectStore.prototype.puts = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = () => { throw new DOMException('no room', 'QuotaExceededError') }; }"""


class Phone:
    """One phone with its browser; pages are opened and killed, what it keeps stays."""

    def __init__(self, context: BrowserContext, wire: Wire) -> None:
        self.context, self.wire = context, wire

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(WAIT)
        page.goto(path)
        return page

    def signed_in(self, page: Page, username: str) -> None:
        page.fill("[name=login]", username)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")

    def online(self, yes: bool) -> None:
        self.wire.cut = not yes
        self.context.set_offline(not yes)


@pytest.fixture
def phone(request, live_server, browser):
    """phone("en") -> Phone, signed in as the worker of grid 0, with the day's pages on it."""
    closing = []

    def one(language: str, *paths: str) -> Phone:
        wire = Wire(urlsplit(live_server.url).port)
        locale = "zh-CN" if language == "zh-hans" else "en-US"
        context = browser.new_context(viewport=SIZES["phone"], base_url=wire.url, locale=locale)
        context.add_cookies([{"name": "django_language", "value": language, "url": wire.url}])
        closing.extend([context, wire])
        made = Phone(context, wire)
        page = made.open("/account/login/?next=/work/")
        made.signed_in(page, "a.grid_worker")
        page.wait_for_url("**/work/")
        for path in paths:
            until(page, KEPT, path, True)
        page.close()
        return made

    yield one
    for each in closing:
        each.close()


def send(page: Page) -> None:
    page.click("main form[data-outbox] button.btn-primary")


def kept(page: Page) -> None:
    expect(page.locator(".work-kept")).to_be_visible()


def waits(page: Page, *states: str) -> None:
    until(page, WAITING, None, list(states))


def stand_at(page: Page, street, east: float = 0) -> None:
    """Fills in the middle of the worker's grid, so many degrees further east."""
    lon, lat = street.at(0)
    for name, value in (("lon", lon + east), ("lat", lat)):
        page.locator(f"[name={name}]").evaluate("(field, at) => field.value = at", f"{value:.6f}")


def verbs(case: Case) -> list[str]:
    return list(case.steps.values_list("verb", flat=True))


def proven() -> bool:
    return not list(VERIFICATIONS.get("cases").findings(lambda _done, _total: None))


def fits(page: Page, accessible) -> None:
    accessible(page)
    assert width_of(page) <= 390


def test_a_shift_without_a_network(phone, town, accessible):  # noqa: F811
    case = reported(town.a)
    steps = f"/work/{case.number}"
    worker = phone("zh-hans", f"{steps}/verify/", f"{steps}/note/", "/work/report/", "/work/outbox/")
    worker.online(False)

    page = worker.open("/work/")
    expect(page.locator("work-state")).to_contain_text("无网络")
    page.click(f"main a[href='{steps}/']")
    page.goto(f"{steps}/verify/")
    page.set_input_files("[name=photos]", [picture("gray", 2400)])
    send(page)
    kept(page)
    accessible(page)
    page.goto(f"{steps}/note/")
    page.fill("[name=words]", "沿途已提醒商户")
    send(page)
    kept(page)
    page.goto("/work/report/")
    page.set_input_files("[name=photos]", [picture("brown")])
    page.select_option("[name=matter]", str(road().pk))
    stand_at(page, town.a, 0.004)
    page.check("[name=settled]")
    page.locator("[name=done]").evaluate("field => field.value = '已清理'")
    page.set_input_files("[name=result_photos]", [picture("green")])
    send(page)
    kept(page)
    page.goto("/work/YW20200101-00000000/")  # not on this phone
    expect(page.locator("h1")).to_contain_text("没有网络")
    accessible(page)
    page.close()  # killed

    page = worker.open("/work/outbox/")
    waits(page, "waiting", "waiting", "waiting")
    expect(page.locator(".outbox-item")).to_have_count(3)
    fits(page, accessible)
    rows = page.evaluate(ROWS)  # the note
    assert verbs(case) == ["open"] and Case.objects.count() == 1

    # back, but the answer to the first is lost, and the tab is killed in the middle
    worker.wire.deaf = True
    worker.online(True)
    until(page, f"async () => (await ({WAITING.replace('row.state', 'row.tries')})())[0] > 0", None, True)
    page.close()
    worker.wire.deaf = False
    page = worker.open("/work/outbox/")
    # not a mouse click: what waits may go by itself in this moment and take the button away
    page.locator("[data-do=send]").dispatch_event("click")
    waits(page, "sent", "sent", "sent")
    expect(page.locator("[data-part=sent] li")).to_have_count(3)
    expect(page.locator("work-state")).to_contain_text("已全部发送")
    fits(page, accessible)
    settled = Case.objects.exclude(pk=case.pk).get()
    assert verbs(case) == ["open", "verify", "note"] and verbs(settled) == ["open", "settle"]
    seen = case.evidence.get()
    assert settled.evidence.count() == 2 and seen.file.width == 1600  # made smaller on the phone
    assert f"{timezone.localtime(seen.taken_at):%H:%M}" == "09:30" and round(seen.taken_point.x, 3) == 118.025

    # the same outbox once more
    page.evaluate(SET_BACK, rows)
    page.goto("/work/")
    waits(page, "sent", "sent", "sent")
    assert verbs(case) == ["open", "verify", "note"] and Sending.objects.count() == 3 and proven()


def test_the_session_is_over_and_somebody_else_has_the_phone(phone, town):  # noqa: F811
    case = reported(town.a)
    place = a_place(town.a, at=timezone.now())
    set_plan(area_id=town.a.area.pk, place_class="small_shop", every_days=30, by=BY, at=timezone.now())
    visited = f"/work/visits/{a_household(town.a, at=timezone.now()).pk}/"
    patrolled = f"/work/patrols/{place.pk}/"
    worker = phone("en", f"/work/{case.number}/verify/", patrolled, visited, "/work/outbox/")
    worker.online(False)
    page = worker.open(f"/work/{case.number}/verify/")
    send(page)
    kept(page)
    page.goto(patrolled)
    page.check("[name=result_exits][value=problem]")
    page.fill("[name=note_exits]", "Blocked by boxes")
    page.check("[name=rest_ok]")
    send(page)
    kept(page)
    page.goto(visited)
    page.check("[name=outcome][value=met]")
    page.fill("[name=met]", "王奶奶")
    page.fill("[name=words]", "一切都好")
    send(page)
    kept(page)
    page.goto("/work/outbox/")
    expect(page.locator(".outbox-item")).to_have_count(3)
    expect(page.locator("main")).not_to_contain_text("王奶奶")  # sealed on the server, not shown again here
    Session.objects.all().delete()
    worker.online(True)
    expect(page.get_by_role("link", name="Sign in again")).to_be_visible()
    waits(page, "waiting", "waiting", "waiting")
    assert verbs(case) == ["open"]

    page.get_by_role("link", name="Sign in again").click()
    worker.signed_in(page, "a.grid_head")
    page.wait_for_url("**/work/outbox/")
    expect(page.locator("work-state")).to_contain_text("what another person wrote waits on this phone too")
    expect(page.locator(".outbox-item")).to_have_count(0)
    until(page, KEPT_FOR, None, [f"work-pages-{town.a.staff['grid_head'].pk}"])  # nothing of the worker's
    page.locator(".bar details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/**")
    until(page, KEPT_FOR, None, [])
    assert verbs(case) == ["open"]

    page.goto("/account/login/?next=/work/outbox/")
    worker.signed_in(page, "a.grid_worker")
    page.wait_for_url("**/work/outbox/")
    waits(page, "sent", "sent", "sent")
    assert verbs(case) == ["open", "verify"] and proven()
    assert (Patrol.objects.count(), Visit.objects.count(), Case.objects.count()) == (1, 1, 2)


def test_somebody_was_faster_and_what_is_wrong_is_corrected(phone, town, accessible):  # noqa: F811
    case = reported(town.a)
    worker = phone("en", f"/work/{case.number}/verify/", "/work/report/", "/work/outbox/")
    worker.online(False)
    page = worker.open(f"/work/{case.number}/verify/")
    page.fill("[name=words]", "The pit is deep")
    page.set_input_files("[name=photos]", [picture("gray")])
    send(page)
    kept(page)
    page.goto("/work/report/")
    page.fill("[name=text]", "A lamp is out")  # no place: the server will not take it
    send(page)
    kept(page)
    page.goto("/work/report/")  # somebody else has reported the same meanwhile
    page.fill("[name=text]", "路灯不亮，晚上很黑")
    stand_at(page, town.a)
    send(page)
    kept(page)
    lamp = reported(town.a, text="路灯不亮，晚上很黑", at=timezone.now())
    note_case(case_id=case.pk, words="电话核实过", by=town.a.staff["shift_leader"], at=AT)
    worker.online(True)
    waits(page, "conflict", "refused", "asked")
    page.goto("/work/outbox/")
    conflict = page.locator(".outbox-item[data-state=conflict]")
    expect(conflict).to_contain_text("Meanwhile")
    expect(conflict.locator("[data-did]")).to_contain_text("The pit is deep")
    expect(conflict.locator("[data-steps]")).to_contain_text("电话核实过")
    expect(page.locator("work-state")).to_contain_text("3 for you to decide")
    asked = page.locator(".outbox-item[data-state=asked]")
    expect(asked).to_contain_text(lamp.number)
    fits(page, accessible)
    assert verbs(case) == ["open", "note"] and Case.objects.count() == 2
    asked.get_by_role("button", name="Follow this one instead").first.click()
    waits(page, "conflict", "refused", "sent")
    assert lamp.followers.count() == 1 and Case.objects.count() == 2

    conflict.get_by_role("button", name="Send it as a note").click()
    waits(page, "refused", "sent", "sent")
    assert verbs(case) == ["open", "note", "note"] and case.evidence.count() == 1
    assert re.search("The pit is deep", case.steps.last().words)

    refused = page.locator(".outbox-item[data-state=refused]")
    refused.get_by_role("link", name="Correct it and send it again").click()
    expect(page.locator("[name=text]")).to_have_value("A lamp is out")
    send(page)  # with a network what is wrong is said at the field
    expect(page.locator("#id_address_error")).to_be_visible()
    accessible(page)
    stand_at(page, town.a, 0.004)
    send(page)
    page.wait_for_url("**/work/")
    assert Case.objects.count() == 3 and proven()

    worker.online(False)
    page.goto(f"/work/{case.number}/note/")
    page.fill("[name=words]", "x")
    send(page)
    kept(page)
    page.goto("/work/outbox/")
    page.get_by_role("button", name="Throw it away").click()
    page.locator("#ask [value=yes]").click()
    expect(page.locator(".outbox-item")).to_have_count(0)
    worker.online(True)
    assert verbs(case) == ["open", "note", "note"]


def test_a_full_phone_a_new_build_and_sending_behind_closed_pages(phone, town, monkeypatch):  # noqa: F811
    case = reported(town.a)
    steps = f"/work/{case.number}"
    worker = phone("en", f"{steps}/note/", "/work/outbox/")
    page = worker.open(f"{steps}/note/")
    tools = worker.context.new_cdp_session(page)
    page.evaluate(FULL)
    page.fill("[name=words]", "二楼有人")
    page.set_input_files("[name=photos]", [picture("gray")])
    send(page)
    expect(page.locator(".outbox-said")).to_contain_text("The phone has no room left")
    expect(page.locator("[name=words]")).to_have_value("二楼有人")
    page.evaluate("() => { IDBObjectStore.prototype.put = IDBObjectStore.prototype.puts }")

    # the network fails while the browser believes in it; then the browser sends with no page of ours open
    registrations = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"])
    )
    tools.send("ServiceWorker.enable")
    worker.wire.cut = True
    send(page)
    kept(page)
    page.close()
    worker.wire.cut = False
    page = worker.open("/account/login/")
    tools = worker.context.new_cdp_session(page)
    tools.send("ServiceWorker.enable")
    event = {"registrationId": registrations[0]["registrationId"], "tag": "outbox", "lastChance": False}
    tools.send("ServiceWorker.dispatchSyncEvent", {"origin": worker.wire.url} | event)
    waits(page, "sent")
    assert verbs(case) == ["open", "note"] and case.evidence.count() == 1 and proven()

    # a form that holds only now is not kept for later
    page.goto("/work/duty/")
    worker.online(False)
    page.get_by_role("button", name="Sign on").click()
    expect(page.locator(".outbox-said")).to_contain_text("needs a network")
    worker.online(True)

    code, assets = phones._built(settings.DIST)
    monkeypatch.setattr(phones, "_built", lambda _dist: (f"{code}\n// the next build", assets))
    page.goto("/work/")
    button = page.get_by_role("button", name="New version: load it")
    with page.expect_navigation():
        button.click()
    expect(button).to_be_hidden()
    expect(page.locator("work-state")).to_be_visible()


def picture(colour: str, size: int = 400) -> dict:
    return {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": noisy(colour, size)}


def noisy(colour: str, size: int) -> bytes:
    """A photo too large to be kept as it is, when it is wide."""
    if size <= 400:
        return photo(colour, size)
    grain = Image.effect_noise((size, size * 3 // 4), 60).convert("RGB")
    stream = BytesIO()
    claims = Image.Exif()
    claims.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:26 09:30:00"
    claims.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (37.0, 23.0, 6.0), 3: "E", 4: (118.0, 1.0, 30.0)})
    grain.save(stream, "JPEG", quality=85, exif=claims)
    return stream.getvalue()
