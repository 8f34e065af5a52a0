"""Given an elder's appeal for a new social-security card that the street cannot make, when the leader looks at the
facts and blows, then the district bureau signs, contacts, reports in from afar, signs the joint record and finishes;
the case runs on with what was left, is closed, and both sides rate. Every clock is read at its hop, at a fixed time.

The shipped catalogue is one of city management and knows no social matters: the case stands under a road's class.
"""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.models import Case, StageClock
from onegrid.cases.whistle.models import Whistle
from tests.cases.conftest import AT, brought_on, brought_to, town  # noqa: F401
from tests.cases.whistle.people import bureau, kinds_published
from tests.journeys.test_thin_loop import send, sign_in
from tests.journeys.walks import english
from tests.streets import streets  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.mark.parametrize("size", [{"width": 390, "height": 844}])
def test_an_elders_social_security_card(new_page, size, town, accessible, monkeypatch):  # noqa: F811
    clock = [AT]
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock[0])
    kinds_published()
    office = bureau(town)
    case = brought_to("dispatched", town.a, text="老人社保卡丢了，走不动，想上门补办", by=Resident())
    running = StageClock.objects.get(case=case, stopped_at=None)
    due = running.due_at

    def looked_at(page: Page) -> None:
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert english(page) == []

    def to(deed: str, page: Page) -> None:
        """The page of a step, from the whistle's own."""
        page.goto(f"/whistles/{whistle.number}/")
        page.click(f"main a[href$='/{deed}/']")
        expect(page.locator("main form[method=post] button.btn-primary")).to_be_visible()

    def done(page: Page) -> None:
        send(page)
        page.wait_for_url(f"**/{whistle.number}/")

    clock[0] = AT + HOUR  # 11:00
    leader = sign_in(new_page(), "a.leader")
    leader.goto(f"/whistles/new/?case={case.number}")
    looked_at(leader)
    leader.get_by_label("群众诉求哨").check()
    leader.fill("[name=words]", "请为独居老人上门补办社保卡")
    leader.select_option("[name=lead]", str(office.pk))
    send(leader)
    leader.wait_for_url("**/whistles/SH*/")
    whistle = Whistle.objects.get()
    call = whistle.calls.get()
    case.refresh_from_db()
    assert case.holds_open == 1 and case.due_at is None
    assert call.sign_due == AT + 2 * HOUR and call.contact_due == AT + 25 * HOUR

    clock[0] = AT + HOUR + 30 * MINUTE
    clerk = sign_in(new_page(), "bureau.officer")
    clerk.goto("/whistles/")
    expect(clerk.get_by_text(whistle.number)).to_be_visible()
    to("sign", clerk)
    done(clerk)
    clock[0] += 30 * MINUTE
    to("contact", clerk)
    clerk.fill("[name=words]", "已与街道李主任通话，下午视频核验后寄卡")
    done(clerk)
    clock[0] += 3 * HOUR  # 15:00
    to("report-in", clerk)
    clerk.get_by_label("远程").check()
    clerk.fill("[name=words]", "视频核验身份，卡片已制作")
    looked_at(clerk)
    done(clerk)
    call.refresh_from_db()
    assert (call.sign_at, call.contact_at, call.report_in_at) == (
        AT + HOUR + 30 * MINUTE, AT + 2 * HOUR, AT + 5 * HOUR,
    )  # fmt: skip
    assert call.way == "remote" and call.escalated == 0 and call.tell_at > call.finish_due

    to("record", leader)
    leader.fill("[name=findings]", "老人身份已核验，卡片制作完成")
    leader.fill("[name=task1]", "把卡送到老人手中")
    leader.select_option("[name=owner1]", str(office.pk))
    leader.fill("[name=due1]", "2026-11-23")
    looked_at(leader)
    done(leader)
    to("attest", clerk)
    done(clerk)
    to("finish", clerk)
    clerk.fill("[name=words]", "卡片已制作，周一送达")
    done(clerk)
    expect(clerk.locator("main")).to_contain_text("已会签封存")

    case.refresh_from_db()
    running.refresh_from_db()
    whistle.refresh_from_db()
    assert whistle.state == "finished" and whistle.record.sealed_at == AT + 5 * HOUR
    assert case.holds_open == 0 and case.due_at == running.due_at > due
    assert running.paused == [[(AT + HOUR).isoformat(), (AT + 5 * HOUR).isoformat()]]

    brought_on(Case.objects.get(pk=case.pk), town.a, "handled", "checked", "closed")
    case.refresh_from_db()
    assert case.state == "closed"

    to("rate", leader)
    leader.locator("[name=stars][value='5']").check()
    done(leader)
    looked_at(leader)
    to("rate-whistle", clerk)
    clerk.locator("[name=stars][value='4']").check()
    done(clerk)
    expect(clerk.locator("main")).to_contain_text("4/5")
    assert sorted(whistle.ratings.values_list("stars", flat=True)) == [4, 5]
