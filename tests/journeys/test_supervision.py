"""Given a matter that is past its limit, when the leader sees it on the phone, presses, and writes an instruction,
then the unit signs and replies from the case at its desk, and the leader accepts the reply."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from onegrid.cases.flow.models import Case, StageClock
from onegrid.oversight.supervision.models import Errand
from tests.cases.conftest import brought_to, town  # noqa: F401
from tests.journeys.test_thin_loop import send, sign_in
from tests.journeys.walks import english
from tests.streets import streets  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", [{"width": 390, "height": 844}])
def test_from_an_overdue_matter_to_the_accepted_reply(new_page, size, town, accessible):  # noqa: F811
    case = brought_to("dispatched", town.a, text="雨水井盖破损，夜间危险")
    past = timezone.now() - timedelta(hours=2)
    Case.objects.filter(pk=case.pk).update(due_at=past)
    StageClock.objects.filter(case=case, stopped_at=None).update(due_at=past)

    def looked_at(page) -> None:
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert english(page) == []

    leader = sign_in(new_page(), "a.leader")
    leader.goto("/oversee/")
    expect(leader.get_by_text("雨水井盖破损")).to_be_visible()
    looked_at(leader)
    leader.click(f"main a[href='/oversee/matters/{case.number}/press/']")
    leader.fill("[name=reason]", "今晚前修好并回话")
    looked_at(leader)
    send(leader)
    expect(leader.get_by_text("今晚前修好并回话")).to_be_visible()
    assert Case.objects.get(pk=case.pk).pressed == 1

    leader.click(f"main a[href='/oversee/instructions/new/?case={case.number}']")
    leader.fill("[name=words]", "查明全街道同类隐患，报整改时间")
    leader.get_by_label(town.a.office.name).check()
    looked_at(leader)
    send(leader)
    leader.wait_for_url("**/oversee/instructions/*/")
    expect(leader.get_by_text("待签收")).to_be_visible()

    officer = sign_in(new_page(), "a.department_officer")
    officer.goto(f"/cases/{case.number}/")
    officer.get_by_role("link", name="查明全街道同类隐患").click()
    officer.get_by_role("button", name="签收").click()
    officer.get_by_role("link", name="回复", exact=True).click()
    officer.fill("[name=words]", "共 12 处，三日内改完")
    looked_at(officer)
    send(officer)
    expect(officer.get_by_text("已回复，待阅定").first).to_be_visible()

    leader.goto("/oversee/instructions/?tab=replied")
    leader.get_by_role("link", name="查明全街道同类隐患").click()
    expect(leader.get_by_text("共 12 处，三日内改完")).to_be_visible()
    looked_at(leader)
    leader.get_by_role("button", name="阅定办结").click()
    expect(leader.get_by_text("已办结").first).to_be_visible()
    assert Errand.objects.get().state == "accepted"
