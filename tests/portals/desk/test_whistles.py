"""Pages of whistles by client: facts and blowing, signing in by code, deciding, the joint record; who may not, is led
away or refused; kinds drafted and published."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onegrid.cases.whistle import actions
from onegrid.cases.whistle.actions import start_kinds
from onegrid.cases.whistle.codes import street_code
from onegrid.cases.whistle.kinds import active_kinds
from onegrid.cases.whistle.models import KindEdition, Whistle
from onegrid.cases.whistle.rules import CallState, WhistleState
from onegrid.kit.actors import SystemActor
from tests.cases.conftest import AT, brought_to, town  # noqa: F401
from tests.cases.whistle.people import about, blown, call_of, done, here, kinds_published, officer, supervisor
from tests.streets import streets  # noqa: F401

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def place(town):  # noqa: F811
    kinds_published()
    return town


def browser(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def way(whistle, deed: str, org=None) -> str:
    if org is None:
        return reverse("desk:whistle_act", args=[whistle.number, deed])
    return reverse("desk:whistle_call", args=[whistle.number, call_of(whistle, org).pk, deed])


def test_from_a_case_to_the_facts_to_the_whistle(place):
    case = brought_to("dispatched", place.a)
    leader = browser(place.a.staff["leader"])
    page = leader.get(reverse("desk:case", args=[case.number]))
    address = f"{reverse('desk:whistle_new')}?case={case.number}"
    assert address in page.content.decode()
    facts = leader.get(address)
    assert "By the dispatch list a unit of the street itself" in facts.content.decode()
    given = {
        "kind": "appeal", "words": "请上门补办社保卡", "lead": place.department.pk, "address": "3号楼", "key": "k1",
        "helpers": [place.a.office.pk],
    }  # fmt: skip
    assert leader.post(address, given | {"words": ""}).status_code == 400
    assert leader.post(address, given | {"kind": "nonsense"}).status_code == 400
    assert not Whistle.objects.exists()
    answer = leader.post(address, given)
    whistle = Whistle.objects.get()
    assert answer["Location"] == reverse("desk:whistle", args=[whistle.number])
    assert whistle.state == WhistleState.RUNNING and whistle.calls.count() == 2
    assert whistle.number in leader.get(reverse("desk:case", args=[case.number])).content.decode()
    again = leader.post(address, given | {"key": "k2"})
    assert again.status_code == 400 and "A whistle runs for this case already" in again.content.decode()


def test_the_list_stands_on_few_queries(place, django_assert_max_num_queries):
    leader = browser(place.a.staff["leader"])
    for _ in range(3):
        blown(place)
    with django_assert_max_num_queries(30):
        page = leader.get(reverse("desk:whistles"))
    assert page.content.decode().count("row-title") == 3


def test_a_scanned_code_leads_to_reporting_in(place):
    whistle = blown(place, at=timezone.now())
    street, department = browser(place.a.staff["leader"]), browser(officer(place))
    page = street.get(reverse("desk:whistle_code", args=[whistle.number]))
    assert "<svg" in page.content.decode()
    code = street_code(whistle, timezone.now())
    address = reverse("desk:whistle_in", args=[whistle.number])
    answer = department.get(address, {"code": code})
    assert answer["Location"].startswith(way(whistle, "report-in", place.department))
    form = department.get(answer["Location"]).content.decode()
    assert code in form and "A photo is not needed" in form
    lon, lat = place.a.at(0)
    given = {"way": "site", "code": code, "lon": lon, "lat": lat, "words": ""}
    assert (
        department.post(way(whistle, "report-in", place.department), given | {"code": "x"}).status_code == 400
    )
    answer = department.post(way(whistle, "report-in", place.department), given)
    assert answer.status_code == 302
    assert call_of(whistle, place.department).by_code
    assert street.get(address)["Location"] == reverse("desk:whistle", args=[whistle.number])


def test_a_photo_of_the_arrival_is_seen_by_those_who_see_the_whistle(place):
    whistle = blown(place)
    actions.report_in(arrival=here(place), **about(whistle, place.department), by=officer(place), at=AT)
    address = reverse("desk:whistle_photo", args=[whistle.number, call_of(whistle, place.department).pk])
    assert browser(place.a.staff["leader"]).get(address)["Content-Type"].startswith("image/")
    assert browser(place.b.staff["leader"]).get(address).status_code == 404


def test_steps_that_are_not_ones_own_lead_back(place):
    whistle = blown(place)
    leader = browser(place.a.staff["leader"])
    answer = leader.get(way(whistle, "sign", place.department), follow=True)
    assert "not yours to take" in answer.content.decode()
    assert leader.post(way(whistle, "sign", place.department)).status_code == 403
    assert leader.get(way(whistle, "nonsense")).status_code == 404
    assert call_of(whistle, place.department).state == CallState.CALLED


def test_the_district_decides_on_its_page(place):
    whistle = blown(place)
    department, head = browser(officer(place)), browser(supervisor(place))
    department.post(way(whistle, "refuse", place.department), {"words": "不属我局职责"})
    assert whistle.number in head.get(f"{reverse('desk:whistles')}?which=refused").content.decode()
    page = head.get(way(whistle, "decide", place.department)).content.decode()
    assert "不属我局职责" in page
    given = {"outcome": "excused", "words": "改由街道"}
    refused = head.post(way(whistle, "decide", place.department), given)
    assert refused.status_code == 400 and "another department leads" in refused.content.decode()
    answer = head.post(way(whistle, "decide", place.department), given | {"instead": place.a.office.pk})
    assert answer.status_code == 302
    assert call_of(whistle, place.a.office).state == CallState.CALLED


def test_the_joint_record_and_its_tasks(place):
    whistle = blown(place, at=timezone.now())
    now = timezone.now()
    actions.report_in(arrival=here(place), **about(whistle, place.department), by=officer(place), at=now)
    leader, department = browser(place.a.staff["leader"]), browser(officer(place))
    given = {"findings": "堆物两处", "task1": "清运", "owner1": place.department.pk}
    assert leader.post(way(whistle, "record"), given).status_code == 400  # a task without a day
    day = timezone.localdate() + timedelta(days=2)
    assert leader.post(way(whistle, "record"), given | {"due1": day.isoformat()}).status_code == 302
    assert "堆物两处" in leader.get(way(whistle, "record")).content.decode()  # to be written on
    assert "清运" in department.get(way(whistle, "attest", place.department)).content.decode()
    department.post(way(whistle, "attest", place.department))
    task = whistle.record.tasks.get()
    address = reverse("desk:whistle_task", args=[whistle.number, task.pk])
    assert department.post(address, {"words": ""}).status_code == 400
    assert department.post(address, {"words": "已清运"}).status_code == 302
    task.refresh_from_db()
    assert task.done_at is not None


def test_rating_from_both_sides(place):
    whistle = done(place, blown(place))
    leader, department = browser(place.a.staff["leader"]), browser(officer(place))
    low = leader.post(way(whistle, "rate", place.department), {"stars": 1, "words": ""})
    assert low.status_code == 400
    assert leader.post(way(whistle, "rate", place.department), {"stars": 4, "words": ""}).status_code == 302
    assert department.post(way(whistle, "rate-whistle", place.department), {"stars": 5}).status_code == 302
    page = leader.get(reverse("desk:whistle", args=[whistle.number])).content.decode()
    assert "4/5" in page and "5/5" in page
    assert "rarely blows" not in leader.get(reverse("desk:whistle_rates")).content.decode()


def test_kinds_are_drafted_and_published_from_a_day(place):
    """The operator begins a draft, changes a limit, adds a kind, and publishes it from tomorrow on."""
    operator, today = browser(place.staff["operator"]), timezone.localdate()
    listed = operator.get(reverse("desk:whistle_kinds")).content.decode()
    assert (
        "In force" in listed
        and reverse("desk:whistle_kinds") in operator.get("/whistles/kinds/").content.decode()
    )
    operator.post(reverse("desk:whistle_kinds_start"))
    assert (
        operator.post(reverse("desk:whistle_kinds_start"), follow=True)
        .content.decode()
        .count("a draft of kinds")
    )
    draft = KindEdition.objects.get(status="draft")
    page = reverse("desk:whistle_kind", args=[draft.pk, "joint"])
    shown = operator.get(page).context["form"]
    given = {field.html_name: field.value() for field in shown if field.value() not in (None, False)}
    refused = operator.post(page, given | {"sign_limit": "0"})
    assert refused.status_code == 422 and "above 0 and up to 400" in refused.content.decode()
    changed = {"sign_limit": "3", "sign_mark": "unverified", "sign_source": "本街道拟定"}
    assert operator.post(page, given | changed).status_code == 302
    new = given | {"code": "flood", "name": "防汛哨", "name_en": "Flood"}
    assert (
        operator.post(reverse("desk:whistle_kind_new", args=[draft.pk]), new | {"code": "No!"}).status_code
        == 422
    )
    assert operator.post(reverse("desk:whistle_kind_new", args=[draft.pk]), new).status_code == 302
    operator.post(reverse("desk:whistle_kind_drop", args=[draft.pk, "push"]))
    own = reverse("desk:whistle_edition", args=[draft.pk])
    bad = operator.post(
        own, {"days": 30, "least": 1, "low": 9, "high": 2, "mark": "unverified", "source": "x"}
    )
    assert bad.status_code == 409
    operator.post(own, {"days": 30, "least": 1, "low": 2, "high": 9, "mark": "unverified", "source": "x"})
    assert browser(place.a.staff["leader"]).get(own).status_code == 403
    publish = reverse("desk:whistle_kinds_publish", args=[draft.pk])
    operator.post(publish, {"valid_from": today - timedelta(days=1)})
    draft.refresh_from_db()
    assert draft.status == "draft"
    operator.post(publish, {"valid_from": today + timedelta(days=1)})
    draft.refresh_from_db()
    assert (draft.status, draft.valid_from) == ("published", today + timedelta(days=1))
    codes = [kind.code for kind in active_kinds(today)]
    assert "flood" not in codes and "flood" in [kind.code for kind in active_kinds(draft.valid_from)]
    assert "push" not in draft.kinds.values_list("code", flat=True)
    kept = draft.kinds.get(code="joint").limits["sign"]
    assert kept == {"limit": "3", "unit": "urgent_hour", "mark": "unverified", "source": "本街道拟定"}
    assert operator.post(page, given | changed).status_code == 404  # published, it stands
    # the next may not begin before it, and everybody of the house reads what is published
    operator.post(reverse("desk:whistle_kinds_start"))
    after = KindEdition.objects.get(status="draft")
    operator.post(reverse("desk:whistle_kinds_publish", args=[after.pk]), {"valid_from": today})
    after.refresh_from_db()
    assert after.status == "draft" and after.settings["rate"]["days"] == 30
    operator.post(reverse("desk:whistle_kinds_discard", args=[after.pk]))
    assert not KindEdition.objects.filter(status="draft").exists()
    read = browser(place.a.staff["grid_worker"]).get(own)
    assert (
        read.status_code == 200 and "防汛" not in read.content.decode() and "Flood" in read.content.decode()
    )


def test_nobody_else_publishes_kinds(place):
    leader = browser(place.a.staff["leader"])
    before = KindEdition.objects.count()
    draft = start_kinds(by=SystemActor("test"), at=AT)
    for name, args in (
        ("whistle_kinds_start", []), ("whistle_kinds_publish", [draft.pk]), ("whistle_kinds_discard", [draft.pk]),
        ("whistle_kind_new", [draft.pk]), ("whistle_kind", [draft.pk, "joint"]),
        ("whistle_kind_drop", [draft.pk, "joint"]), ("whistle_edition", [draft.pk]),
    ):  # fmt: skip
        assert leader.post(reverse(f"desk:{name}", args=args), {"days": 1}).status_code == 403, name
    draft.refresh_from_db()
    assert KindEdition.objects.count() == before + 1 and draft.status == "draft" and draft.kinds.count() == 6
