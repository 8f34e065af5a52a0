"""My record: each count with the deeds behind it; and the classes I report most as buttons."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from onegrid.cases.flow.actions import open_case, verify_case
from onegrid.cases.flow.models import Case, Channel, Step
from onegrid.cases.flow.queries.own_work import classes_used, own_steps
from onegrid.portals.worker.record import deeds
from tests.cases.conftest import reported, road, town  # noqa: F401
from tests.cases.patrol.places import a_place, patrolled, problem
from tests.cases.visits.households import a_household, visited
from tests.streets import streets  # noqa: F401

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def worker(town, client):  # noqa: F811
    client.force_login(town.a.staff["grid_worker"])
    return town.a.staff["grid_worker"]


def own_report(town, worker, at, text="路面破损") -> Case:  # noqa: F811
    lon, lat = town.a.at(0)
    return open_case(
        channel=Channel.GRID_WORKER, text=text, case_class=road(), lon=lon, lat=lat, by=worker, at=at
    )


def test_each_count_leads_to_what_it_counts(client, town, worker):  # noqa: F811
    now = timezone.now()
    in_time = reported(town.a, at=now - timedelta(minutes=5))
    verify_case(case_id=in_time.pk, by=worker, at=now)
    patrolled(a_place(town.a, at=now), worker, at=now, exits=problem())
    visited(a_household(town.a, at=now), worker, at=now)
    answer = client.get("/work/record/")
    counts = {figure["code"]: figure["count"] for figure in answer.context["figures"]}
    assert counts == {"open": 1, "verify": 1, "check": 0, "settle": 0, "patrol": 1, "visit": 1}
    page = client.get("/work/record/?kind=verify").content.decode()
    assert in_time.number in page and "within its limit" in page and "云桥便利店" not in page
    assert "王奶奶" not in answer.content.decode()


def test_late_is_said_late(town, worker):  # noqa: F811
    now = timezone.now()
    case = reported(town.a, at=now - 9 * DAY)
    verify_case(case_id=case.pk, by=worker, at=now)
    (deed,) = [one for one in deeds(worker, now - DAY) if one.kind == "verify"]
    assert deed.late is True and "past its limit" in deed.told[2]


def test_only_ones_own_and_only_since_then(town, worker):  # noqa: F811
    now = timezone.now()
    own_report(town, worker, now - 3 * DAY)
    own_report(town, town.a.staff["grid_head"], now)
    assert own_steps(worker=worker, since=now - DAY) == []
    assert [step.verb for step in own_steps(worker=worker, since=now - 4 * DAY)] == ["open"]
    assert deeds(worker, now + DAY) == []


def test_the_index_of_own_steps_is_used(town, worker):  # noqa: F811
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    rows = Step.objects.filter(
        actor_key=worker.actor_key, verb__in=["open", "verify"], at__gte=timezone.now() - 365 * DAY
    )
    assert "step_own" in rows.order_by("-at").explain()


def test_what_i_report_most_is_a_button_and_counts(client, town, worker):  # noqa: F811
    now = timezone.now()
    own_report(town, worker, now - DAY)
    assert [one.code for one in classes_used(worker=worker, at=now)] == ["06013"]
    page = client.get("/work/report/").content.decode()
    assert "What I report most" in page
    lon, lat = town.a.at(0)
    sent = {"often": str(road().pk), "text": "又一处", "lon": lon + 0.002, "lat": lat, "key": "k-often"}
    client.post("/work/report/", sent | {"different": "1"})
    assert Case.objects.get(text="又一处").case_class == road()


@pytest.mark.parametrize("address", ["/work/record/", "/work/report/"])
def test_however_much_i_did_no_more_is_asked(client, town, worker, address):  # noqa: F811
    now = timezone.now()

    def asked() -> list[str]:
        client.get(address)  # what is kept is kept
        with CaptureQueriesContext(connection) as sent:
            assert client.get(address).status_code == 200
        return [one["sql"] for one in sent]

    own_report(town, worker, now)
    few = asked()
    for _more in range(3):
        own_report(town, worker, now)
    many = asked()
    assert len(many) == len(few)
    assert not [
        sql for sql in many if "cases_step" in sql and "reporter_phone" in sql
    ]  # the case's number, not all


def test_the_record_is_of_those_who_sign_on(client, town):  # noqa: F811
    client.force_login(town.a.staff["dispatcher"])
    assert client.get("/work/record/").status_code == 403
