"""Facilities and planned cuts as pages: of the firm, of the community, and of residents."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from onegrid.cases.flow.models import Case
from onegrid.registry.cuts.models import Cut
from onegrid.registry.facilities.models import Facility
from tests.cases.conftest import town  # noqa: F401
from tests.compounds import furnished_compound
from tests.streets import streets  # noqa: F401


@pytest.fixture
def compound(town):  # noqa: F811
    return furnished_compound(town.a, timezone.now())


def signed_in(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def words(answer) -> str:
    return answer.content.decode()


def test_a_firm_writes_down_what_was_done(town, compound):  # noqa: F811
    firm, lift = signed_in(town.a.staff["property_clerk"]), Facility.objects.get()
    assert "overdue by 5 days" in words(firm.get("/property/"))
    page = f"/property/facilities/{lift.pk}/"
    work = lift.upkeeps.get(work="lift_upkeep").pk
    today = timezone.localdate().isoformat()
    refused = firm.post(page, {"upkeep_id": work, "done_on": today, "outcome": "defect"})
    assert refused.status_code == 400 and "what is wrong" in words(refused)
    assert firm.post(page, {"upkeep_id": work, "done_on": today, "outcome": "fine"}).status_code == 302
    assert "due in 15 days" in words(firm.get(f"/property/compounds/{compound.pk}/facilities/"))
    assert "Write down what was done" not in words(signed_in(town.a.staff["grid_worker"]).get(page))


def test_a_facility_is_added_and_taken_down(town, compound):  # noqa: F811
    firm = signed_in(town.a.staff["property_clerk"])
    new = f"/property/compounds/{compound.pk}/facilities/new/"
    assert firm.post(new, {"kind": "rocket"}).status_code == 400
    made = firm.post(new, {"kind": "fire", "place": "地下室"})
    assert made.status_code == 302
    page = made["Location"]
    assert "地下室" in words(firm.get(page))
    assert firm.post(f"{page}take-down/", {"reason": "更换"}).status_code == 302
    assert "taken down" in words(firm.get(page))


def test_what_is_overdue_becomes_one_case(town, compound):  # noqa: F811
    firm, lift = signed_in(town.a.staff["property_clerk"]), Facility.objects.get()
    for _press in range(2):
        assert firm.post(f"/property/facilities/{lift.pk}/case/").status_code == 302
    case = Case.objects.get()
    leader = signed_in(town.a.staff["leader"])
    refused = leader.post(f"/property/facilities/{lift.pk}/case/", follow=True)
    assert "does not include reporting" in words(refused)
    assert lift.code in case.address and case.case_class.code == "01076"


def test_a_label_leads_into_the_report_form(compound):
    lift, client = Facility.objects.get(), Client(headers={"accept-language": "en"})
    assert "/report/?t=" in words(client.get(f"/t/{lift.code}/"))
    form = words(client.get(f"/report/?t={lift.code}"))
    assert f"锦绣苑1号楼1单元 电梯（{lift.code}）" in form and str(lift.thing.point.x) in form
    assert client.get("/t/NOSUCHXX/").status_code == 404
    assert client.get("/report/?t=NOSUCHXX").status_code == 200


def test_a_cut_is_planned_confirmed_and_told(town, compound):  # noqa: F811
    firm, clerk = signed_in(town.a.staff["property_clerk"]), signed_in(town.a.staff["community_clerk"])
    start = timezone.localtime() + timedelta(days=1)
    given = {
        "supply": "power", "reason": "线路检修", "starts_at": f"{start:%Y-%m-%dT%H:%M}",
        "ends_at": f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    new = f"/property/compounds/{compound.pk}/cuts/new/"
    assert firm.post(new, given | {"ends_at": given["starts_at"]}).status_code == 400
    page = firm.post(new, given)["Location"]
    cut = Cut.objects.latest("pk")
    assert "线路检修" not in words(Client(headers={"accept-language": "en"}).get("/who/?address=锦绣苑"))
    firm.post(f"{page}send/", {"version": cut.version})
    assert "wait for your word" in words(clerk.get("/property/"))
    assert firm.post(f"{page}confirm/", {"version": cut.version + 1}).status_code == 403
    assert "already" not in words(clerk.get(page))
    clerk.post(f"{page}confirm/", {"version": cut.version + 1})
    for told in ("/", "/who/?address=锦绣苑"):
        assert f"/cuts/{cut.pk}/" in words(Client(headers={"accept-language": "en"}).get(told))
    assert f"/cuts/{cut.pk}/" not in words(
        Client(headers={"accept-language": "en"}).get("/who/?address=乙北社区")
    )
    refused = firm.post(f"{page}cancel/", {"version": cut.version + 2})
    assert refused.status_code == 400
    stale = firm.post(f"{page}cancel/", {"version": 1, "reason": "改期"}, follow=True)
    assert "changed it meanwhile" in words(stale)
    firm.post(f"{page}cancel/", {"version": cut.version + 2, "reason": "改期"})
    assert "改期" in words(Client(headers={"accept-language": "en"}).get(f"/cuts/{cut.pk}/"))
    assert f"/cuts/{cut.pk}/" not in words(Client(headers={"accept-language": "en"}).get("/"))
    assert firm.get(f"{page}cancel/").status_code == 302
    assert firm.get(f"{page}nothing/").status_code == 404


def test_lists_ask_no_more_for_more_rows(town, compound, django_assert_max_num_queries):  # noqa: F811
    firm = signed_in(town.a.staff["property_clerk"])
    with django_assert_max_num_queries(30):
        firm.get(f"/property/compounds/{compound.pk}/")
