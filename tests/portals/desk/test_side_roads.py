"""The side roads through the desk's pages: forms that need to know of the case, refusals in words, other streets."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from onegrid.cases.catalog.actions import set_dispatch_rule
from onegrid.cases.flow.actions import check_case, close_case, handle_case
from onegrid.cases.flow.models import Application, Assist, Case
from tests.cases.conftest import AT, BY, brought_to, town, written  # noqa: F401
from tests.streets import streets  # noqa: F401


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def sent(town):  # noqa: F811
    """Handled by the street's office, with time left: pages act at the real time."""
    case = brought_to("dispatched", town.a)
    due = timezone.now() + timedelta(days=3)
    case.clocks.filter(stopped_at=None).update(due_at=due)
    Case.objects.filter(pk=case.pk).update(due_at=due)
    case.refresh_from_db()
    return case


def take(client, who, case, verb, **given):
    client.force_login(who)
    version = Case.objects.get(pk=case.pk).version
    return client.post(f"/cases/{case.number}/{verb}/", {"version": version} | given)


def test_an_extension_is_asked_for_and_granted(client, town, sent):  # noqa: F811
    staff = town.a.staff
    client.force_login(staff["department_officer"])
    page = client.get(f"/cases/{sent.number}/apply/").content.decode()
    assert "Extension" in page and "Suspension" in page and "Overtime appeal" not in page
    before = written()
    answer = take(client, staff["department_officer"], sent, "apply", kind="suspension", reason="冬季停工")
    assert answer.status_code == 400 and "Please say until when" in answer.content.decode()
    assert written() == before and not Application.objects.exists()
    answer = take(client, staff["department_officer"], sent, "apply", kind="extension", reason="材料未到")
    assert answer.status_code == 302
    client.force_login(staff["shift_leader"])
    assert "材料未到" in client.get(f"/cases/{sent.number}/decide/").content.decode()
    application = Application.objects.get()
    answer = take(
        client,
        staff["shift_leader"],
        sent,
        "decide",
        application_id=application.pk,
        granted="yes",
        words="同意",
    )
    assert answer.status_code == 302
    application.refresh_from_db()
    assert application.state == "granted"
    story = client.get(f"/cases/{sent.number}/").content.decode()
    assert "granted" in story and f"/cases/{sent.number}/decide/" not in story


def test_a_helping_unit_sees_the_case_and_says_what_it_did(client, town, sent):  # noqa: F811
    staff = town.a.staff
    client.force_login(staff["property_clerk"])
    assert client.get(f"/cases/{sent.number}/").status_code == 404
    answer = take(
        client, staff["department_officer"], sent, "ask_help", unit_id=town.a.firm.pk, task="请关闭水阀"
    )
    assert answer.status_code == 302
    client.force_login(staff["property_clerk"])
    assert f"/cases/{sent.number}/give_help/" in client.get(f"/cases/{sent.number}/").content.decode()
    assert take(client, staff["property_clerk"], sent, "give_help", words="已关闭").status_code == 302
    assert Assist.objects.get().result == "已关闭"
    client.force_login(town.b.staff["property_clerk"])
    assert client.get(f"/cases/{sent.number}/").status_code == 404


def test_a_helping_unit_that_is_not_needed_is_let_go(client, town, sent):  # noqa: F811
    staff, url = town.a.staff, f"/cases/{sent.number}/release-helper/"
    take(client, staff["department_officer"], sent, "ask_help", unit_id=town.a.firm.pk, task="请关闭水阀")
    assert "Let the unit go" in client.get(f"/cases/{sent.number}/").content.decode()
    version = Case.objects.get(pk=sent.pk).version
    given = {"unit": town.a.firm.pk, "version": version, "reason": "水已停"}
    client.force_login(town.b.staff["department_officer"])
    assert client.post(url, given).status_code == 404
    client.force_login(staff["leader"])
    assert client.post(url, given).status_code == 403
    assert Assist.objects.get().state == "asked"
    client.force_login(staff["department_officer"])
    before = written()
    client.post(url, {**given, "reason": ""})
    assert written() == before and Assist.objects.get().state == "asked"
    client.post(url, given)
    assert Assist.objects.get().state == "released"
    again = client.post(url, {**given, "version": ""}, follow=True).content.decode()
    assert "not asked to help" in again and "Let the unit go" not in again


def test_the_centre_names_a_unit(client, town, sent):  # noqa: F811
    leader = town.a.staff["shift_leader"]
    other = town.b.office.pk
    before = written()
    assert take(client, leader, sent, "arbitrate", unit_id=other, reason="裁定").status_code == 400
    assert written() == before
    assert take(client, leader, sent, "arbitrate", unit_id=town.a.firm.pk, reason="裁定").status_code == 302
    assert Case.objects.get(pk=sent.pk).unit == town.a.firm


@pytest.mark.parametrize(
    ("verb", "role"),
    [
        ("object", "department_officer"),
        ("escalate", "shift_leader"),
        ("hand_down", "shift_leader"),
        ("raise_alarm", "shift_leader"),
        ("press", "leader"),
        ("note", "dispatcher"),
    ],
)
def test_a_reason_is_needed_and_the_other_street_sees_nothing(client, town, sent, verb, role):  # noqa: F811
    before = written()
    answer = take(client, town.a.staff[role], sent, verb, reason=" ", words=" ")
    assert answer.status_code in (302, 400)  # 302: not possible in this state, said on the case's page
    assert take(client, town.b.staff[role], sent, verb, reason="试", words="试").status_code == 404
    assert written() == before


def test_photos_say_what_does_not_fit(client, town):  # noqa: F811
    case = brought_to("handled", town.a)
    client.force_login(town.a.staff["shift_leader"])
    assert "neither when nor where" in client.get(f"/cases/{case.number}/").content.decode()


def test_only_the_units_own_stage_is_offered_for_an_appeal(client, town, sent):  # noqa: F811
    late = timezone.now() + timedelta(days=9)
    sent.clocks.filter(stage="file").update(
        stopped_at=late
    )  # the centre was late; that is not the unit's to excuse
    officer = town.a.staff["department_officer"]
    given = {"case_id": sent.pk, "at": late}
    handle_case(**given, words="已修", by=officer)
    check_case(**given, by=town.a.staff["grid_worker"])
    close_case(**given, by=town.a.staff["shift_leader"])
    client.force_login(officer)
    form = client.get(f"/cases/{sent.number}/apply/").context["form"]
    handled = sent.clocks.get(stage="handle")
    assert form.fields["clock_id"].choices == [(handled.pk, handled.get_stage_display())]
    answer = take(client, officer, sent, "apply", kind="appeal", clock_id=handled.pk, reason="暴雨")
    assert answer.status_code == 302 and Application.objects.get().clock == handled


def test_the_unit_of_the_list_is_sent_to_wherever_it_sits(client, town):  # noqa: F811
    """A rule may name any organisation; what the form offers first, it also takes."""
    case, far = brought_to("filed", town.a), town.b.office
    set_dispatch_rule(
        scheme="gbt47678.5-2026",
        kind="event",
        major_code="06",
        class_code="06013",
        organisation=far,
        by=BY,
        at=AT,
    )
    client.force_login(town.a.staff["dispatcher"])
    first = client.get(f"/cases/{case.number}/dispatch/").context["form"].fields["unit_id"]
    assert first.initial == far.pk
    answer = take(client, town.a.staff["dispatcher"], case, "dispatch", unit_id=far.pk)
    assert answer.status_code == 302 and Case.objects.get(pk=case.pk).unit == far
