"""open_case: where a report lands, what is kept, what is refused, and retries."""

from datetime import date, timedelta

import pytest
from django.db import connection

from onegrid.accounts.notices.models import Notice
from onegrid.cases.catalog.models import CatalogVersion
from onegrid.cases.flow import actions
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.facts import CaseOpened
from onegrid.cases.flow.models import Case, Channel
from onegrid.kit.errors import NotAllowed, Refused
from onegrid.kit.facts.models import FactRow
from onegrid.places.areas.models import Area
from tests.cases.conftest import AT, photo, reported, road, written
from tests.streets import streets  # noqa: F401


def test_it_lands_with_the_worker_who_answers_for_the_grid(town):
    case = reported(town.a, grid=1)
    assert case.state == "reported"
    assert case.holder_user == town.a.staff["grid_worker_2"]
    assert (case.grid, case.community, case.street) == (town.a.grids[1], town.a.communities[0], town.a.area)
    assert case.area_path == town.a.grids[1].path
    assert Notice.objects.get().recipient == town.a.staff["grid_worker_2"]
    row = FactRow.objects.get(kind=CaseOpened.kind)
    assert (row.payload, row.path) == ({"case_id": case.pk}, case.area_path)


def test_the_first_step_and_its_clock(town):
    case = reported(town.a)
    step, clock = case.steps.get(), case.clocks.get()
    assert (step.position, step.verb, step.to_state, step.actor_key) == (
        1,
        "open",
        "reported",
        "public:resident",
    )
    assert (clock.stage, clock.limit, clock.unit, clock.mark) == ("verify", 4, "work_hour", "unverified")
    # Friday 10:00 + 4 working hours: two before noon, two after 14:00
    assert clock.due_at == case.due_at == AT + timedelta(hours=6)
    assert clock.calendar_version


def test_contact_is_kept_unreadable_and_can_be_found_by_phone(town):
    case = reported(town.a, contact_name="张三", contact_phone="138 0000 1111")
    with connection.cursor() as cursor:
        cursor.execute("SELECT reporter_name::text, reporter_phone::text FROM cases_case")
        stored = "".join(cursor.fetchone())
    assert "张三" not in stored and b"13800001111".hex() not in stored
    again = Case.objects.get(pk=case.pk)
    assert (again.reporter_name, again.reporter_phone, again.anonymous) == ("张三", "138 0000 1111", False)
    assert again.reporter_phone_index and reported(town.a).anonymous


def test_photos_become_evidence_of_the_first_step(town):
    case = reported(town.a, photos=[photo("red"), photo("blue")])
    assert [(row.kind, row.position) for row in case.evidence.all()] == [("scene", 1), ("scene", 2)]


def test_a_photo_alone_is_a_report(town):
    assert reported(town.a, text="", photos=[photo()]).text == ""


def test_words_for_a_place_lead_to_the_area_all_share(town):
    case = reported(town.a, lon=None, lat=None, address="菜市场北门")
    assert (case.grid, case.area_path, case.address) == (None, town.district.path, "菜市场北门")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"text": "  "}, "report_is_empty"),
        ({"text": "x" * 2001}, "text_too_long"),
        ({"text": "长" * 100_000}, "text_too_long"),
        ({"address": "x" * 201}, "address_too_long"),
        ({"photos": [b"x"] * 7}, "too_many_photos"),
        ({"lon": None, "lat": None}, "place_needed"),
        ({"lon": 0.0, "lat": 0.0}, "outside_all_grids"),
        ({"lon": float("nan"), "lat": 37.0}, "outside_all_grids"),
        ({"lon": 1e300, "lat": 37.0}, "outside_all_grids"),
        ({"photos": [b"MZ this is no picture"]}, "unsupported_file"),
        ({"photos": [photo(), b""]}, "empty_file"),
        ({"idempotency_key": "k" * 121}, "bad_idempotency_key"),
        ({"idempotency_key": ""}, "bad_idempotency_key"),
        ({"idempotency_key": "a\x00"}, "bad_idempotency_key"),
    ],
)
def test_refusals_write_nothing(town, given, code):
    before = written()
    with pytest.raises(Refused) as refusal:
        reported(town.a, **given)
    assert refusal.value.code == code and str(refusal.value.message)
    assert written() == before


def test_a_class_of_an_ended_version_is_refused(town):
    before = written()
    CatalogVersion.objects.update(valid_to=AT.date())
    with pytest.raises(Refused, match="class_not_in_force"):
        reported(town.a, case_class=road())
    assert written() == before


def test_who_may_not_report(town):
    before = written()
    with pytest.raises(NotAllowed):
        reported(town.a, by=town.staff["operator"])
    assert written() == before


def test_the_digest_depends_on_a_key_of_the_installation(town, settings):
    first = reported(town.a)
    settings.INDEX_KEY = "77" * 32
    again = reported(town.a)
    assert len(first.digest) == len(again.digest) == 64 and first.digest != again.digest


def test_a_nul_in_the_words_is_left_out(town):
    assert reported(town.a, text="a\x00b").text == "ab"


class TestRetries:
    def test_the_same_report_again_is_the_same_case(self, town):
        first = reported(town.a, idempotency_key="k", photos=[photo()])
        before = written()
        again = reported(town.a, idempotency_key="k", photos=[photo()], at=AT + timedelta(minutes=1))
        assert again == first and written() == before

    @pytest.mark.parametrize(
        "other", [{"text": "别的"}, {"photos": [photo()]}, {"contact_phone": "13800000000"}]
    )
    def test_another_report_under_the_key_is_refused(self, town, other):
        reported(town.a, idempotency_key="k")
        before = written()
        with pytest.raises(Refused, match="key_used_for_another_report"):
            reported(town.a, idempotency_key="k", **other)
        assert written() == before

    def test_channels_have_their_own_keys(self, town):
        lon, lat = town.a.at(0)
        reported(town.a, idempotency_key="k")
        actions.open_case(
            channel=Channel.IMPORT, text="x", lon=lon, lat=lat, idempotency_key="k", by=Resident(), at=AT
        )
        assert Case.objects.count() == 2


def test_numbers_never_meet(town):
    assert len({reported(town.a).number for _ in range(20)}) == 20
    assert len(set(Case.objects.values_list("follow_code", flat=True))) == 20


@pytest.mark.django_db
def test_before_any_street_is_set_up_that_is_said():
    Area.objects.update(valid_to=date(2026, 1, 2))  # those of the module, if there are any
    with pytest.raises(Refused) as refusal:
        actions.open_case(channel=Channel.RESIDENT, text="坑", address="某处", by=Resident(), at=AT)
    assert refusal.value.code == "no_area_yet"
    assert not Case.objects.exists()
