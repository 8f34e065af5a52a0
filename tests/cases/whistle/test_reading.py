"""Who sees which whistle, what is known before one is blown, rates, editions of kinds."""

from datetime import timedelta

import pytest
from django.db import connection

from onegrid.cases.flow.models import Case
from onegrid.cases.whistle import actions
from onegrid.cases.whistle.kinds import active_kinds, shipped
from onegrid.cases.whistle.models import KindEdition, Whistle
from onegrid.cases.whistle.queries import (
    COUNTED,
    blow_facts,
    blow_rates,
    whistle_story,
    whistles,
)
from onegrid.cases.whistle.rules import Band, Role
from onegrid.kit.errors import NotAllowed, NotFound
from tests.cases.conftest import AT, BY, brought_to, photo, town  # noqa: F401
from tests.cases.whistle.people import (
    about,
    blown,
    call_of,
    done,
    kinds_published,
    officer,
    person,
    refuses,
    supervisor,
)
from tests.streets import streets  # noqa: F401

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
pytestmark = pytest.mark.django_db


def test_who_sees_which_whistle(place):
    mine = blown(place)
    theirs = blown(
        place, area_id=place.b.grids[0].pk, by=place.b.staff["leader"], roles={place.b.office.pk: Role.LEAD}
    )
    a, b = place.a.staff, place.b.staff
    for who, seen in (
        (a["leader"], {mine.pk}), (a["dispatcher"], {mine.pk}), (b["leader"], {theirs.pk}),
        (officer(place), {mine.pk}), (b["department_officer"], {theirs.pk}), (a["department_officer"], set()),
        (supervisor(place), {mine.pk, theirs.pk}),
        (person("a.supervisor", "supervisor", area=place.a.area), {mine.pk}),  # 督查员 of the street
    ):  # fmt: skip
        assert {one.pk for one in whistles(viewer=who)} == seen
    with pytest.raises(NotAllowed):
        whistles(viewer=a["grid_worker"])
    with pytest.raises(NotFound):
        whistle_story(number=mine.number, viewer=b["leader"])
    assert whistle_story(number=mine.number, viewer=officer(place)).whistle == mine


def test_a_department_learns_the_number_of_a_case_not_the_case(place):
    case = brought_to("reported", place.a, contact_name="王奶奶", contact_phone="000-1234-5678")
    whistle = blown(place, cases=[case])
    story = whistle_story(number=whistle.number, viewer=officer(place))
    assert [one.number for one in story.cases] == [case.number] and story.seen_cases == set()
    assert whistle_story(number=whistle.number, viewer=place.a.staff["leader"]).seen_cases == {case.pk}


def test_facts_before_blowing(place):
    leader = place.a.staff["leader"]
    done(place, blown(place))
    Whistle.objects.get()
    actions.rate_whistle(
        **about(Whistle.objects.get(), place.department),
        of_department=True,
        stars=1,
        words="未到",
        by=leader,
        at=AT,
    )
    near, case = brought_to("closed", place.a), brought_to("dispatched", place.a)
    found = blow_facts(area_id=None, case_numbers=[case.number], viewer=leader, at=AT)
    assert found.near == [near] and found.cases == [case]
    assert found.people[0].name == place.a.staff["grid_worker"].display_name
    assert found.unit == place.a.office and found.own_unit and found.why
    assert found.alike[0].stars == 1 and found.advice == ["own_unit_can", "alike_went_badly"]
    blown(place, cases=[case])
    assert (
        blow_facts(area_id=None, case_numbers=[case.number], viewer=leader, at=AT).advice[0] == "runs_already"
    )
    for viewer, error in ((place.b.staff["leader"], NotFound), (officer(place), (NotAllowed, NotFound))):
        with pytest.raises(error):
            blow_facts(area_id=place.a.grids[0].pk, case_numbers=[], viewer=viewer, at=AT)


def test_the_blow_rate_looks_both_ways(place, django_assert_max_num_queries):
    blown(place)
    brought_to("reported", place.a)
    brought_to("reported", place.a, at=AT - 3 * DAY)  # read in later than it was opened
    with django_assert_max_num_queries(8):
        band, found = blow_rates(viewer=supervisor(place), at=AT + HOUR)
    assert band.mark == "unverified" and band.days == 90
    assert [(one.street, one.whistles, one.cases, one.band) for one in found] == [
        (place.a.area, 1, 2, Band.FEW), (place.b.area, 0, 0, Band.FEW),
    ]  # fmt: skip
    assert [one.rate for one in found] == [500, None]
    assert [one.street for one in blow_rates(viewer=place.a.staff["leader"], at=AT)[1]] == [place.a.area]


def test_cases_of_each_street_are_counted_in_the_index_alone(place):
    """However many there are: the newest 200,000 of five million lay in 171,000 blocks."""
    brought_to("reported", place.a)
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        values = {"since": AT - 90 * DAY, "most": 5, "streets": [place.a.area.pk]}
        cursor.execute(f"EXPLAIN {COUNTED}", values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Only Scan using case_opened_where" in plan


def test_editions_of_kinds(place):
    assert KindEdition.objects.count() == 1 and len(active_kinds()) == 4
    assert kinds_published() == KindEdition.objects.get()  # the shipped list again changes nothing
    content = shipped()
    content["kinds"][2]["limits"]["sign"]["limit"] = "3"
    whistle = blown(place)
    draft = actions.draft_kinds(content=content, by=BY, at=AT)
    assert blown(place).kind == whistle.kind  # a draft is not in force
    refuses(
        "not_allowed", lambda: actions.publish_kinds(edition_id=draft.pk, by=place.a.staff["leader"], at=AT)
    )
    actions.publish_kinds(edition_id=draft.pk, by=BY, at=AT)
    refuses("published_already", lambda: actions.publish_kinds(edition_id=draft.pk, by=BY, at=AT))
    assert call_of(blown(place), place.department).sign_due == AT + 3 * HOUR
    assert call_of(whistle, place.department).sign_due == AT + HOUR
    content["kinds"][0]["field"] = "party"
    refuses("bad_kinds", lambda: actions.draft_kinds(content=content, by=BY, at=AT))
    assert kinds_published().pk == draft.pk  # ours does not push the city's aside
    assert Case.objects.count() == 0 and photo()
