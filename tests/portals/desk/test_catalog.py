"""The catalogue on the desk: schemes told apart, one class, and why a matter goes where it goes."""

import pytest

from onegrid.cases.catalog.actions import load_catalog, load_mappings, remember_precedent
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.catalog.shipped import content, mappings
from tests.cases.conftest import AT, BY, brought_to, road, town  # noqa: F401
from tests.streets import streets  # noqa: F401


@pytest.fixture
def dispatcher(client, town, settings):  # noqa: F811
    client.force_login(town.a.staff["dispatcher"])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def test_the_list_shows_one_scheme_with_its_marks(dispatcher, django_assert_max_num_queries):
    load_catalog(content=content("local-yuncheng"), by=BY, at=AT)
    dispatcher.get("/catalog/")
    with django_assert_max_num_queries(16):
        begun = dispatcher.get("/catalog/").content.decode()
    assert "municipal utilities" in begun and "01001" not in begun and "Unverified" in begun
    with django_assert_max_num_queries(16):
        shown = dispatcher.get("/catalog/?kind=component&major=01").content.decode()
    # names are unverified, the limits beside them one city's own: told apart, and nothing passes for national
    assert (
        "01001" in shown
        and "Unverified" in shown
        and "Local sample" in shown
        and "National value" not in shown
    )
    of_city = dispatcher.get("/catalog/?scheme=local-yuncheng").context["shelves"]
    assert sum(shelf.count for shelf in of_city) == 58 and len(of_city) < 58
    shelf = of_city[0].major
    local = dispatcher.get(
        f"/catalog/?scheme=local-yuncheng&kind={shelf.kind}&major={shelf.code}"
    ).content.decode()
    assert "Local sample" in local and "For looking up" in local
    assert "No class here" in dispatcher.get("/catalog/?q=没有这个").content.decode()


def test_pages_follow_one_another_and_search_narrows(dispatcher):
    assert {shelf.major.kind for shelf in dispatcher.get("/catalog/?kind=event").context["shelves"]} == {
        "event"
    }
    first = dispatcher.get("/catalog/?kind=event&major=01").context["found"]
    second = dispatcher.get(f"/catalog/?kind=event&major=01&after={first.after}").context["found"]
    assert len(first.classes) == 30 and second.classes[0].code > first.classes[-1].code
    assert {row.major.code for row in (*first.classes, *second.classes)} == {"01"}
    found = dispatcher.get("/catalog/?q=06013").context["found"]
    assert [row.pk for row in found.classes] == [road().pk] and found.after is None


def test_a_class_shows_rows_limits_and_counterparts(dispatcher):
    load_catalog(content=content("gbt30428-2-2013"), by=BY, at=AT)
    load_mappings(content=mappings(), by=BY, at=AT)
    one = CaseClass.objects.get(kind="component", code="01001", version__scheme__code="gbt47678.5-2026")
    shown = dispatcher.get(f"/catalog/classes/{one.pk}/").content.decode()
    assert "Local sample" in shown and "运城市" in shown and "gbt30428.2-2013" in shown and "0101" in shown
    assert dispatcher.get("/catalog/classes/999999999/").status_code == 404


def test_why_says_which_rule_decided_and_which_lost(dispatcher, town):  # noqa: F811
    remember_precedent(
        case_class=road(), area=town.a.area, organisation=town.department, reason="主干道", by=BY, at=AT
    )
    page = dispatcher.get(f"/catalog/why/?class={road().pk}&area={town.a.grids[0].pk}&at=2026-11-21T10:00")
    shown = page.content.decode()
    assert "this rule decided" in shown and town.a.office.name in shown and "主干道" in shown
    early = dispatcher.get(f"/catalog/why/?class={road().pk}&area={town.a.grids[0].pk}&at=2025-01-01T10:00")
    assert "not in force then" in early.content.decode()
    places = dispatcher.get(f"/catalog/why/?class={road().pk}&place=甲").context["places"]
    assert town.a.area in places


def test_why_of_a_case_and_never_of_another_streets(dispatcher, client, town):  # noqa: F811
    case = brought_to("dispatched", town.a)
    assert "this rule decided" in dispatcher.get(f"/catalog/why/?case={case.number}").content.decode()
    assert f"/catalog/why/?case={case.number}" in dispatcher.get(f"/cases/{case.number}/").content.decode()
    client.force_login(town.b.staff["dispatcher"])
    assert client.get(f"/catalog/why/?case={case.number}").status_code == 404


def test_the_words_of_a_decision_stay_in_its_street(client, town, settings):  # noqa: F811
    remember_precedent(
        case_class=road(), area=town.a.area, organisation=town.department, reason="张某家门前", by=BY, at=AT
    )
    asked = f"/catalog/why/?class={road().pk}&area={town.a.grids[0].pk}"
    for who, seen in (
        (town.a.staff["leader"], True),
        (town.b.staff["leader"], False),
        (town.staff["operator"], False),
    ):
        client.force_login(who)
        page = client.get(asked)
        assert page.context["answer"] and ("张某家门前" in page.content.decode()) == seen


@pytest.mark.parametrize(
    "query", ["?class=x&area=-1", "?at=nonsense", "?at=2026-02-31T10:00", "?place=%00", "?class=999999999"]
)
def test_bad_words_in_the_address_are_no_fault(dispatcher, query):
    assert dispatcher.get("/catalog/why/" + query).status_code in (200, 400, 404)
