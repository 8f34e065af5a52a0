"""Pages of supervision: what a leader sees and says, what a unit answers."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from onegrid.cases.flow.models import Case
from onegrid.oversight.scores.actions import load_rules
from onegrid.oversight.scores.models import Score, ScoreRule, ScoreRun
from onegrid.oversight.supervision.models import Errand, Instruction
from tests.cases.conftest import BY, brought_to, town  # noqa: F401
from tests.oversight.supervision.conftest import above, instructed, somebody  # noqa: F401
from tests.streets import PASSWORD, streets  # noqa: F401

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=60)


def browser(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def late(town):  # noqa: F811
    """Two overdue cases of street A (one with the office), one of street B."""
    for street in (town.a, town.b):
        brought_to("dispatched", street)
    brought_to("reported", town.a, text="井盖松动")
    Case.objects.update(due_at=LONG_AGO, approaching_at=LONG_AGO)
    return town


def numbers_on(page: str) -> set[str]:
    return set(re.findall(r'href="/cases/([^/"]+)/"', page))


def test_every_number_of_today_opens_as_many_matters(late):
    client = browser(late.a.staff["leader"])
    page = client.get("/oversee/").content.decode()
    assert "井盖松动" in page
    links = re.findall(
        r'class="figure-link[^"]*" href="([^"]+)".*?<span class="figure">(\d+)</span>', page, re.DOTALL
    )
    assert len(links) == 9
    for address, count in links:
        shown = client.get(address.replace("&amp;", "&")).content.decode()
        rows = re.findall(r'<a class="row-title"', shown)
        assert len(rows) == int(count), address
    rows = re.findall(
        r'<a class="row-title" href="(/oversee/matters/[^"]+)">[^<]*</a><span class="figures">(\d+)</span>',
        page,
    )
    assert rows
    for address, count in rows:
        assert len(numbers_on(client.get(address.replace("&amp;", "&")).content.decode())) == int(count)


def test_live_ranks_by_points_by_count_and_by_clock(late):
    """A unit with points, one without; each number opens as many matters; nobody sees another street's units."""
    load_rules(by=BY, at=LONG_AGO)
    rule = ScoreRule.objects.get(subject="department")
    days = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 10, 31)}
    run = ScoreRun.objects.create(rule=rule, **days, made_at=LONG_AGO, made_by="x", seal="x")
    for street, points in ((late.a, 91), (late.b, 72)):
        Score.objects.create(
            run=run, org=street.office, label=street.office.name, area_path=street.area.path, points=points, sample=9,
            counters={},
        )  # fmt: skip
    client = browser(late.a.staff["leader"])
    page = client.get("/oversee/ranks/").content.decode()
    assert (late.a.office.name in page, late.b.office.name in page) == (True, False)
    assert "91.00" in page and "Excellent" in page and "72.00" not in page
    assert "order=count" in page and "order=clock" in page
    for subject in ("department", "street", "community", "grid"):
        for order in ("points", "count", "clock"):
            page = client.get(f"/oversee/ranks/?subject={subject}&order={order}").content.decode()
            numbers = re.findall(r'class="btn" href="(/oversee/matters/[^"]+)">overdue now: (\d+)<', page)
            assert numbers, subject
            for address, count in numbers:
                assert len(numbers_on(client.get(address.replace("&amp;", "&")).content.decode())) == int(
                    count
                )
    workers = client.get("/oversee/ranks/?subject=worker&order=count").content.decode()
    assert "overdue now" not in workers and "Nobody to rank here" in workers


def test_a_leader_sees_his_street_and_who_stands_above_all(late, above):  # noqa: F811
    theirs = Case.objects.get(street=late.b.area)
    for user, sees in ((late.a.staff["leader"], False), (late.b.staff["leader"], True), (above, True)):
        for address in ("/oversee/", "/oversee/matters/?kind=overdue"):
            assert (theirs.number in numbers_on(browser(user).get(address).content.decode())) is sees
    asked = browser(late.a.staff["leader"]).get(f"/oversee/matters/?kind=overdue&area={late.b.area.pk}")
    assert numbers_on(asked.content.decode()) == set()
    assert browser(late.a.staff["leader"]).get(f"/oversee/matters/{theirs.number}/press/").status_code == 404


def test_pressing_with_a_word(late):
    client = browser(late.a.staff["leader"])
    case = Case.objects.get(street=late.a.area, state="dispatched")
    address = f"/oversee/matters/{case.number}/press/"
    assert client.get(address).status_code == 200
    refused = client.post(address, {"version": case.version, "reason": ""})
    assert refused.status_code == 400
    again = client.post(address, {"version": case.version + 5, "reason": "快"})
    assert (again.status_code, Case.objects.get(pk=case.pk).pressed) == (400, 0)
    done = client.post(address, {"version": case.version, "reason": "今天必须补好"}, follow=True)
    assert Case.objects.get(pk=case.pk).pressed == 1
    assert "今天必须补好" in done.content.decode()


def test_an_instruction_from_the_case_to_the_accepted_reply(late):
    leader, officer = browser(late.a.staff["leader"]), browser(late.a.staff["department_officer"])
    case = Case.objects.get(street=late.a.area, state="dispatched")
    form = leader.get(f"/oversee/instructions/new/?case={case.number}").content.decode()
    assert case.number in form
    given = {
        "words": "查明原因",
        "case_numbers": case.number,
        "urgency": "urgent",
        "unit": "work_day",
        "secrecy": "open",
    }
    wrong = leader.post("/oversee/instructions/new/", given)
    assert (wrong.status_code, Instruction.objects.count()) == (400, 0)
    sent = leader.post("/oversee/instructions/new/", given | {"unit_ids": [late.a.office.pk]}, follow=True)
    assert sent.status_code == 200
    errand = Errand.objects.get()
    assert "查明原因" in officer.get(f"/cases/{case.number}/").content.decode()
    assert "查明原因" in officer.get("/oversee/instructions/?mine=1").content.decode()
    for verb, words in (("sign", ""), ("reply", "管道破裂，已修")):
        version = Errand.objects.get().version
        page = officer.post(
            f"/oversee/errands/{errand.pk}/{verb}/", {"version": version, "words": words}, follow=True
        )
        assert page.status_code == 200
    page = leader.get(f"/oversee/instructions/{errand.instruction_id}/").content.decode()
    assert "管道破裂，已修" in page
    assert late.a.staff["department_officer"].display_name in page  # and who has read it
    leader.post(f"/oversee/errands/{errand.pk}/accept/", {"version": Errand.objects.get().version})
    assert Errand.objects.get().state == "accepted"
    stale = leader.post(f"/oversee/errands/{errand.pk}/withdraw/", {"version": 1, "words": "x"}, follow=True)
    assert "meanwhile" in stale.content.decode()
    file = leader.get("/oversee/instructions/export.csv?tab=ended")
    assert "查明原因" in b"".join(file.streaming_content).decode("utf-8-sig")


def test_files_leave_out_what_is_not_for_all(town):  # noqa: F811
    instructed(town.a, words="限定内容", secrecy="named")
    file = browser(town.a.staff["leader"]).get("/oversee/instructions/export.csv")
    assert "限定内容" not in b"".join(file.streaming_content).decode("utf-8-sig")


def test_wrong_words_in_an_address_count_as_none(town):  # noqa: F811
    client = browser(town.a.staff["leader"])
    for address in (
        "/oversee/?area=x",
        "/oversee/matters/?kind=x&after=1_x&holder=x&area=99999999999999999999",
        "/oversee/groups/?by=x&kind=y",
        "/oversee/instructions/?tab=x&after=9_9_9",
    ):
        assert client.get(address).status_code == 200, address
    assert client.get("/oversee/errands/1/nothing/").status_code == 404


@pytest.mark.parametrize(("who", "begins"), [("leader", "/oversee/"), ("shift_leader", "/staff/")])
def test_a_leader_begins_with_what_presses(town, who, begins):  # noqa: F811
    given = {"login": town.a.staff[who].username, "password": PASSWORD}
    assert Client().post("/account/login/", given)["Location"] == begins
    asked = Client().post("/account/login/?next=/staff/inbox/", given | {"next": "/staff/inbox/"})
    assert asked["Location"] == "/staff/inbox/"  # where somebody wanted to go comes first
