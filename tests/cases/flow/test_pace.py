"""How long matters of a kind took, and messages to who waits."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onegrid.accounts.notices.models import PhoneMessage
from onegrid.cases.flow import actions
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.models import Case, Channel, ClassPace
from onegrid.cases.flow.queries.pace import pace_of
from onegrid.cases.flow.queries.public import public_case
from tests.cases.conftest import AT, brought_to, reported, road, town  # noqa: F401
from tests.streets import streets  # noqa: F401

pytestmark = pytest.mark.django_db


def closed_after(case: Case, hours: float, **more) -> None:
    """As if it had been closed so many hours after its report, a day ago."""
    ended = AT - timedelta(days=1)
    given = {"state": "closed", "ended_at": ended, "opened_at": ended - timedelta(hours=hours)} | more
    Case.objects.filter(pk=case.pk).update(case_class=road(), due_at=None, **given)


def test_half_and_nine_of_ten_are_counted_of_the_last_year(town):  # noqa: F811
    for hours in range(1, 12):
        closed_after(reported(town.a, text=f"坑{hours}"), hours)
    closed_after(reported(town.a, text="历史"), 9000, channel=Channel.IMPORT)
    closed_after(reported(town.a, text="旧"), 9000, ended_at=AT - timedelta(days=400))
    reported(town.a, text="还没办")
    assert actions.count_paces(at=AT) == 1
    row = ClassPace.objects.get()
    assert (row.code, row.closed, row.half_hours, row.most_hours) == ("06013", 11, 6.0, 10.0)
    assert pace_of(road(), AT.date()) is None  # eleven are too few to be told
    for hours in range(9):
        closed_after(reported(town.a, text=f"又一个{hours}"), 6)
    assert actions.count_paces(at=AT) == 1
    found = pace_of(road(), AT.date())
    assert found is not None and (found.closed, found.half_hours) == (20, 6.0)


def test_it_is_counted_before_anything_is_written(town):  # noqa: F811
    """What has written and walks on holds up every listener."""
    closed_after(reported(town.a), 3)
    with CaptureQueriesContext(connection) as seen:
        actions.count_paces(at=AT)
    asked = [one["sql"].split()[0] for one in seen if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert asked == ["SELECT", "DELETE", "INSERT"]
    assert seen[0]["sql"].lstrip().startswith("SELECT")  # before the transaction that writes


def test_a_message_is_read_by_the_reporter_and_told_by_phone(town):  # noqa: F811
    case = brought_to("filed", town.a, contact_phone="13800000002")
    PhoneMessage.objects.all().delete()
    by = town.a.staff["dispatcher"]
    actions.note_case(case_id=case.pk, words="内部说明", by=by, at=AT)
    assert PhoneMessage.objects.count() == 0
    actions.note_case(case_id=case.pk, words="请问是哪个门口？", told=True, by=by, at=AT)
    shown = public_case(number=case.number, follow_code=case.follow_code)
    words = [step.words for step in shown.steps]
    assert "请问是哪个门口？" in words and "内部说明" not in words
    message = PhoneMessage.objects.get()
    assert case.number in message.text and "门口" not in message.text


def test_a_follower_does_not_read_what_was_said_to_the_reporter(town):  # noqa: F811
    case = reported(town.a)
    follower = actions.follow_case(case_id=case.pk, channel=Channel.RESIDENT, by=Resident(), at=AT)
    by = town.a.staff["shift_leader"]
    actions.note_case(case_id=case.pk, words="王先生您好", told=True, by=by, at=AT)
    shown = public_case(number=case.number, follow_code=follower.follow_code)
    assert "王先生您好" not in [step.words for step in shown.steps]
