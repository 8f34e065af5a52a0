"""The pages of visits: nothing sealed on them until it is opened for a purpose."""

import pytest
from django.conf import settings
from django.utils import timezone

from onegrid.cases.flow.models import Case
from onegrid.cases.visits.models import Visit, VisitPlan
from tests.cases.conftest import town  # noqa: F401
from tests.cases.visits.households import a_household, a_room
from tests.streets import streets  # noqa: F401


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def plan(client, town):  # noqa: F811
    client.force_login(town.a.staff["grid_worker"])
    return a_household(town.a, at=timezone.now())


SENT = {"outcome": "met", "met": "王奶奶", "words": "一切都好", "key": "form-1"}


def test_from_today_to_the_record(client, plan):
    for address in ("/work/?kind=visit", "/work/visits/", f"/work/visits/{plan.pk}/"):
        page = client.get(address).content.decode()
        assert "501室" in page and "王" not in page and "living alone" not in page
    for _press in range(2):
        assert client.post(f"/work/visits/{plan.pk}/", SENT | {"need": "扶手松了"}).url == "/work/visits/"
    assert Visit.objects.count() == Case.objects.count() == 1
    assert client.get("/work/?kind=visit").context["tasks"] == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"met": ""}, "Please say who was met."),
        ({"words": ""}, "in a few words"),
        ({"outcome": ""}, "required"),
        ({"next_on": "2020-01-01"}, "from tomorrow on"),
        ({"outcome": "moved", "need": "x"}, "Nobody lives there any more."),
    ],
)
def test_what_is_incomplete_comes_back_and_writes_nothing(client, plan, change, words):
    answer = client.post(f"/work/visits/{plan.pk}/", SENT | change)
    assert answer.status_code == 400 and words in answer.content.decode()
    assert Visit.objects.count() == 0


def test_opened_once_for_a_purpose(client, plan):
    assert client.get(f"/work/visits/{plan.pk}/open/").status_code == 405
    assert client.post(f"/work/visits/{plan.pk}/open/", {"purpose": ""}).status_code == 400
    page = client.post(f"/work/visits/{plan.pk}/open/", {"purpose": "上门"}).content.decode()
    assert "王奶奶" in page and "Elderly person living alone" in page and "000-1234-5678" in page


def test_the_head_arranges_and_ends_visits(client, town, plan):  # noqa: F811
    room = a_room(town.a, "601室")
    assert client.get("/work/visits/new/").status_code == 403
    client.force_login(town.a.staff["grid_head"])
    sent = {"address": room.full_name, "reason": "newcomer", "name": "李四"}
    assert client.post("/work/visits/new/", sent | {"address": "没有的路"}).status_code == 400
    assert client.post("/work/visits/new/", sent).status_code == 302
    assert VisitPlan.objects.filter(ended_at=None).count() == 2
    assert client.post("/work/visits/new/", sent).status_code == 400
    assert client.post(f"/work/visits/{plan.pk}/end/").status_code == 302
    assert VisitPlan.objects.filter(ended_at=None).count() == 1


def test_other_grids_and_the_centre_see_nothing(client, town, plan):  # noqa: F811
    client.force_login(town.a.staff["grid_worker_2"])
    assert client.get(f"/work/visits/{plan.pk}/").status_code == 404
    assert client.post(f"/work/visits/{plan.pk}/open/", {"purpose": "x"}).status_code == 404
    client.force_login(town.a.staff["shift_leader"])
    assert client.get("/work/visits/").status_code == 403
