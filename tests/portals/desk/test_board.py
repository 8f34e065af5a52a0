"""The dispatch board: what waits beside who may have it; sending, taking back, and who was faster, in words."""

import pytest
from django.conf import settings

from onegrid.cases.flow.actions import dispatch_case
from onegrid.cases.flow.queries.board import dispatch_board
from onegrid.kit.errors import NotAllowed
from tests.cases.conftest import AT, brought_to, reported, town, written  # noqa: F401
from tests.streets import streets  # noqa: F401


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def dispatcher(client, town):  # noqa: F811
    client.force_login(town.a.staff["dispatcher"])
    return town.a.staff["dispatcher"]


def page_of(client) -> str:
    return client.get("/cases/board/").content.decode()


def given(case, unit, **more) -> dict:
    return {"case": case.number, "version": case.version, "unit": unit.pk} | more


def test_what_waits_stands_beside_the_units_with_what_they_have_and_who_is_there(client, town, dispatcher):  # noqa: F811
    filed, busy = brought_to("filed", town.a), brought_to("dispatched", town.a)
    theirs, early = brought_to("filed", town.b), reported(town.a)
    found = dispatch_board(viewer=dispatcher, at=AT)
    assert [one.number for one in found.waiting] == [filed.number]
    assert found.waiting[0].unit == town.a.office and found.waiting[0].why
    load = next(load for load in found.units if load.unit == town.a.office)
    assert (load.open, load.overdue, load.waiting) == (1, 0, 1)
    centre = next(load for load in found.units if load.unit == town.a.centre)
    assert len(centre.people) == 3 and centre.more > 0
    assert all(load.unit != town.b.office for load in found.units)
    page = page_of(client)
    assert filed.number in page and f"Send to {town.a.office.name}" in page
    assert not any(one.number in page for one in (busy, theirs, early))


def test_the_board_is_for_those_who_dispatch(town):  # noqa: F811
    with pytest.raises(NotAllowed):
        dispatch_board(viewer=town.a.staff["leader"], at=AT)


def test_the_number_of_queries_does_not_grow(client, town, dispatcher, django_assert_max_num_queries):  # noqa: F811
    for _ in range(3):
        brought_to("filed", town.a)
    page_of(client)
    with django_assert_max_num_queries(32):
        page_of(client)


def test_send_and_take_back(client, town, dispatcher):  # noqa: F811
    case = brought_to("filed", town.a)
    assert client.post("/cases/board/send/", given(case, town.a.office)).url == "/cases/board/"
    case.refresh_from_db()
    assert (case.state, case.unit) == ("dispatched", town.a.office)
    page = page_of(client)
    assert f"is sent to {town.a.office.name}" in page and "Take the dispatch back" in page
    assert "Take the dispatch back" not in page_of(client)  # said once
    back = {"case": case.number, "version": case.version}
    client.post("/cases/board/back/", back)
    case.refresh_from_db()
    assert (case.state, case.unit) == ("filed", None) and case.number in page_of(client)


def test_another_unit_needs_a_reason(client, town, dispatcher):  # noqa: F811
    case = brought_to("filed", town.a)
    before = written()
    page = client.post("/cases/board/send/", given(case, town.a.centre), follow=True).content.decode()
    assert written() == before and "reason" in page
    client.post("/cases/board/send/", given(case, town.a.centre, words="中心自己办"))
    case.refresh_from_db()
    assert case.unit == town.a.centre


def test_who_was_faster_is_said_in_words_and_nothing_is_sent_twice(client, town, dispatcher):  # noqa: F811
    case = brought_to("filed", town.a)
    dispatch_case(case_id=case.pk, by=dispatcher, at=AT)
    before = written()
    page = client.post("/cases/board/send/", given(case, town.a.office), follow=True).content.decode()
    assert "Meanwhile" in page and dispatcher.display_name in page and written() == before
    assert (
        client.post("/cases/board/send/", given(brought_to("filed", town.b), town.b.office)).status_code
        == 404
    )


def test_what_the_unit_has_begun_is_not_taken_back(client, town, dispatcher):  # noqa: F811
    case = brought_to("handled", town.a)
    before = written()
    page = client.post("/cases/board/back/", {"case": case.number, "version": case.version}, follow=True)
    assert written() == before and "cannot be taken back any more" in page.content.decode()
