"""Duties by page: the roster, gaps, arranging, handing over, leaves."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from onegrid.accounts.duties.models import Duty, HandOver, Leave
from tests.streets import Streets, streets  # noqa: F401  a fixture

ROSTER = reverse("operator:duties")


def to(name: str, *args: int) -> str:
    return reverse(f"operator:{name}", args=args)


def body(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def clerk(client, streets: Streets):  # noqa: F811
    client.force_login(streets.a.staff["shift_leader"])
    client.cookies["django_language"] = "en"
    return streets.a.staff["shift_leader"]


def test_the_week_of_ones_own_street_opens_at_once(client, clerk, streets):  # noqa: F811
    page = body(client.get(ROSTER))
    assert streets.a.grids[0].name in page and streets.a.staff["grid_worker"].display_name in page
    assert "Every grid has somebody" in page and streets.b.grids[0].name not in page
    assert client.get(ROSTER, {"area": streets.b.area.pk}).status_code == 404
    assert client.get(ROSTER, {"week": "9999-99-99", "area": streets.a.area.pk}).status_code == 200


def test_grids_without_anybody_are_named_and_alone_when_asked(client, clerk, streets):  # noqa: F811
    Duty.objects.filter(area=streets.a.grids[0]).update(ends_at=timezone.now() - timedelta(days=30))
    page = body(client.get(ROSTER, {"gaps": "1"}))
    assert "1 grid has days without anybody" in page and page.count('data-label="Deputy"') == 1
    file = b"".join(client.get(to("duties_export")).streaming_content)
    rows = list(load_workbook(io.BytesIO(file)).active.values)
    assert rows[1][2] == "nobody" and rows[2][2] == streets.a.staff["grid_worker_2"].display_name


def test_arranging_changing_and_ending(client, clerk, streets):  # noqa: F811
    grid, head = streets.a.grids[0], streets.a.staff["grid_head"]
    sent = {
        "user": f"{head.username} x",
        "role": "main",
        "weekdays": [1],
        "from_time": "00:00",
        "to_time": "00:00",
    }
    refused = client.post(to("duty_assign", grid.pk), sent)
    assert refused.status_code == 409 and "Somebody else is main" in body(refused)
    client.post(to("duty_assign", grid.pk), {**sent, "role": "deputy"})
    made = Duty.objects.get(area=grid, role="deputy")
    assert made.user == head and head.display_name in body(client.get(to("duty_area", grid.pk)))
    hours = {"weekdays": [1, 2], "from_time": "08:00", "to_time": "18:00"}
    client.post(to("duty_hours", made.pk), hours)
    changed = Duty.objects.filter(area=grid, role="deputy").order_by("pk").last()
    assert changed.weekdays == [1, 2] and changed.from_time.hour == 8
    assert client.post(to("duty_end", changed.pk), {"reason": ""}).status_code == 422
    client.post(to("duty_end", changed.pk), {"reason": "不再需要"})
    changed.refresh_from_db()
    assert changed.ends_at is not None


def test_somebody_from_elsewhere_is_not_offered(client, clerk, streets):  # noqa: F811
    grid = streets.a.grids[0]
    other = streets.b.staff["grid_worker"].username
    sent = {"user": other, "role": "deputy", "weekdays": [1], "from_time": "00:00", "to_time": "00:00"}
    answer = client.post(to("duty_assign", grid.pk), sent)
    assert answer.status_code == 422 and not Duty.objects.filter(area=grid, role="deputy").exists()


def test_handing_over(client, clerk, streets):  # noqa: F811
    duty, head = Duty.objects.get(area=streets.a.grids[0]), streets.a.staff["grid_head"]
    client.post(to("duty_hand_over", duty.pk), {"to_user": head.username, "note": "钥匙在社区"})
    assert HandOver.objects.get().note == "钥匙在社区"
    assert "钥匙在社区" in body(client.get(to("duty_area", streets.a.grids[0].pk)))
    foreign = Duty.objects.get(area=streets.b.grids[0])
    assert client.get(to("duty_hand_over", foreign.pk)).status_code == 404


def test_a_leave_is_entered_and_cancelled(client, clerk, streets):  # noqa: F811
    worker, head = streets.a.staff["grid_worker"], streets.a.staff["grid_head"]
    begins = timezone.localtime() + timedelta(days=1)
    sent = {
        "user": worker.username,
        "starts_at": f"{begins:%Y-%m-%dT%H:%M}",
        "ends_at": f"{begins + timedelta(days=2):%Y-%m-%dT%H:%M}",
        "cover": head.username,
    }
    client.post(to("leave_new"), sent)
    leave = Leave.objects.get()
    assert (leave.user, leave.cover) == (worker, head)
    assert head.display_name in body(client.get(to("leaves")))
    assert client.post(to("leave_new"), sent).status_code == 409
    client.post(to("leave_cancel", leave.pk))
    leave.refresh_from_db()
    assert leave.cancelled_at is not None and "Nobody is away" in body(client.get(to("leaves")))


def test_a_day_is_copied_by_page(client, clerk, streets):  # noqa: F811
    Duty.objects.filter(area=streets.a.grids[0]).update(weekdays=[1])
    client.post(to("duty_copy", streets.a.area.pk), {"day": "1", "onto": ["2", "3"]})
    assert Duty.objects.get(area=streets.a.grids[0], ends_at=None).weekdays == [1, 2, 3]


def test_who_reaches_one_grid_alone_gets_an_empty_roster(client, streets):  # noqa: F811
    client.force_login(streets.a.staff["grid_worker"])
    client.cookies["django_language"] = "en"
    assert "No street or community" in body(client.get(ROSTER))
    file = b"".join(client.get(to("duties_export")).streaming_content)
    assert len(list(load_workbook(io.BytesIO(file)).active.values)) == 1
