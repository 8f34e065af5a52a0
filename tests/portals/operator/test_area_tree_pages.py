"""Areas by page: the forest, one with its border, naming, opening, closing with what hangs on it."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from onegrid.accounts.duties.models import Duty
from onegrid.accounts.orgs.models import Organisation
from onegrid.places.areas.models import Area
from tests.streets import Streets, streets  # noqa: F401  a fixture

TREE = reverse("operator:area_tree")


def to(name: str, *args: int) -> str:
    return reverse(f"operator:{name}", args=args)


def body(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def operator(client, streets: Streets):  # noqa: F811
    client.force_login(streets.staff["operator"])
    client.cookies["django_language"] = "en"
    return streets.staff["operator"]


def test_the_forest_level_by_level_and_by_search(client, operator, streets):  # noqa: F811
    top = body(client.get(TREE))
    assert streets.district.name in top and streets.a.area.name not in top and "2 areas" in top
    assert streets.a.area.name in body(client.get(TREE, {"under": streets.district.pk}))
    found = body(client.get(TREE, {"q": "A-00", "kind": "grid"}))
    assert streets.a.grids[3].name in found and streets.b.grids[0].name not in found
    file = b"".join(client.get(to("area_export"), {"kind": "street"}).streaming_content)
    rows = list(load_workbook(io.BytesIO(file)).active.values)
    assert [row[1] for row in rows[1:]] == [streets.a.area.name, streets.b.area.name]


def test_one_area_shows_its_border_and_what_hangs_on_it(client, operator, streets):  # noqa: F811
    page = body(client.get(to("area", streets.a.area.pk)))
    assert "<svg" in page and "5 organisations serve it" in page and "4 duties are arranged there" in page


def test_a_new_name_stands_in_the_history(client, operator, streets):  # noqa: F811
    grid = streets.a.grids[0]
    client.post(to("area_rename", grid.pk), {"name": "新网格名"})
    grid.refresh_from_db()
    assert grid.name == "新网格名" and "Renamed" in body(client.get(to("area", grid.pk)))


def test_opening_one_below(client, operator, streets):  # noqa: F811
    url = to("area_open", streets.a.communities[0].pk)
    sent = {"kind": "grid", "code": "A-099", "name": "第99网格", "valid_from": f"{timezone.localdate()}"}
    client.post(url, sent)
    assert Area.objects.get(code="A-099").parent == streets.a.communities[0]
    assert client.post(url, sent).status_code == 409
    wrong = client.post(url, {**sent, "kind": "street", "code": "990101009"})
    assert wrong.status_code == 422 and not Area.objects.filter(code="990101009").exists()


def test_what_hangs_on_it_stops_the_closing(client, operator, streets):  # noqa: F811
    grid, day = streets.a.grids[0], f"{timezone.localdate()}"
    url = to("area_close", grid.pk)
    assert "1 duty is arranged there" in body(client.get(url))
    assert client.post(url, {"valid_to": day}).status_code == 409
    grid.refresh_from_db()
    assert grid.valid_to is None
    Duty.objects.filter(area=grid).update(ends_at=timezone.now())
    assert client.post(url, {"valid_to": "2026-01-02"}).status_code == 422
    client.post(url, {"valid_to": day})
    grid.refresh_from_db()
    assert f"{grid.valid_to}" == day and "A-001" in body(client.get(TREE, {"show": "closed"}))


def test_a_community_closes_with_all_below_when_nothing_hangs_on_it(client, operator, streets):  # noqa: F811
    community, day = streets.a.communities[1], f"{timezone.localdate()}"
    Duty.objects.filter(area__parent=community).update(ends_at=timezone.now())
    assert client.post(to("area_close", community.pk), {"valid_to": day}).status_code == 409
    Organisation.objects.filter(area=community).update(closed_on=day)
    assert client.post(to("area_close", community.pk), {"valid_to": day}).status_code == 409
    client.post(to("area_close", community.pk), {"valid_to": day, "with_children": "on"})
    assert not Area.objects.below(community.path).filter(valid_to=None).exists()
    assert "Reopen…" in body(client.get(to("area", community.pk)))
    assert client.post(to("area_reopen", community.pk), {"reason": ""}).status_code == 422
    assert community.name not in body(client.get(to("area_reopen", streets.a.grids[0].pk)))
    client.post(to("area_reopen", community.pk), {"reason": "误撤", "with_children": "on"})
    assert not Area.objects.below(community.path).exclude(valid_to=None).exists()
    page = body(client.get(to("area", community.pk)))
    assert "Reopened" in page and "误撤" in page


def test_who_may_not_change_areas_reads_them(client, streets):  # noqa: F811
    client.force_login(streets.a.staff["grid_worker"])
    client.cookies["django_language"] = "en"
    assert client.get(to("area", streets.b.grids[0].pk)).status_code == 200  # names and borders are public
    page = body(client.get(to("area", streets.a.grids[0].pk)))
    assert "Rename" not in page and "duty is arranged" not in page
    assert client.post(to("area_rename", streets.a.grids[0].pk), {"name": "x"}).status_code == 403
