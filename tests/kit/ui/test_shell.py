"""The shell: who sees which way, which one is lit, and the look that the reader chose."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from onegrid.kit.actors import EVERYTHING, NOTHING
from onegrid.kit.ui import NAVIGATION, NavigationEntry
from onegrid.kit.ui.context import Shell


class Person:
    is_authenticated = True
    place_name = "云桥街道"

    def __init__(self, *may: str) -> None:
        self.may = may

    def scope(self, what: str):
        return EVERYTHING if what in self.may else NOTHING


class Home(NavigationEntry):
    label, url_name, order = "Home", "staff:home", 2


class Map(NavigationEntry):
    label, url_name, order, permission = "Map", "staff:map", 1, "areas.see"

    def count(self, request):
        return 4


class Gone(NavigationEntry):
    label, url_name = "Gone", "no:such"


class Report(NavigationEntry):
    label, url_name, place = "Report", "resident:report", "public"


@pytest.fixture(autouse=True)
def _entries(monkeypatch):
    """Only these four, whatever the portals register."""
    monkeypatch.setattr(
        NAVIGATION, "_own", {"home": Home(), "map": Map(), "gone": Gone(), "report": Report()}
    )


def shell(rf, user, path="/", **cookies) -> Shell:
    request = rf.get(path)
    request.user = user
    request.COOKIES.update(cookies)
    return Shell(request)


def test_ways_are_in_order_and_only_those_that_one_may_use(rf):
    assert [way.key for way in shell(rf, Person("areas.see")).rail] == ["map", "home"]
    assert [way.key for way in shell(rf, Person()).rail] == ["home"]
    assert shell(rf, AnonymousUser()).rail == []


def test_residents_see_public_ways_without_signing_in(rf):
    assert [way.key for way in shell(rf, AnonymousUser()).public] == ["report"]


def test_only_the_nearest_way_is_lit(rf):
    lit = {way.key: way.here for way in shell(rf, Person("areas.see"), reverse("staff:map")).rail}
    assert lit == {"map": True, "home": False}
    lit = {way.key: way.here for way in shell(rf, Person("areas.see"), reverse("staff:home")).rail}
    assert lit == {"map": False, "home": True}


@pytest.mark.parametrize(("count", "read"), [(1, "1"), (99, "99"), (100, "99+")])
def test_a_count_that_stopped_says_so(rf, count, read):
    (way, *_others) = shell(rf, Person("areas.see")).rail
    assert replace(way, count=count).counted == read


def test_counts_come_with_the_way(rf):
    assert {way.key: way.count for way in shell(rf, Person("areas.see")).rail} == {"map": 4, "home": 0}


def test_the_place_is_that_of_the_person_unless_set(rf, settings):
    assert shell(rf, Person()).place_name == "云桥街道"
    assert shell(rf, AnonymousUser()).place_name == ""
    settings.SITE_NAME = "示例市"
    assert shell(rf, Person()).place_name == "示例市"


def test_a_look_that_does_not_exist_is_the_first_one(rf):
    assert shell(rf, AnonymousUser(), look_theme="purple").theme == "auto"
    assert shell(rf, AnonymousUser(), look_theme="dark").theme == "dark"
    assert shell(rf, AnonymousUser(), look_type="big").type_size == "big"


def test_the_look_is_kept_without_script(client):
    answer = client.post(reverse("ui:look"), {"theme": "dark", "next": "/follow/"})
    assert answer.status_code == 302 and answer["Location"] == "/follow/"
    assert answer.cookies["look_theme"].value == "dark"
    assert "look_type" not in answer.cookies


def test_a_bad_look_is_not_kept_and_nobody_is_sent_elsewhere(client):
    answer = client.post(reverse("ui:look"), {"theme": "purple", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    assert not answer.cookies
    assert client.get(reverse("ui:look")).status_code == 405
