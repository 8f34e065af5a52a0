"""Tiles, list, near, one: another street's things never appear."""

from math import asinh, pi, radians, tan

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onegrid.accounts.identity.models import Role
from onegrid.kit.actors import SystemActor
from onegrid.kit.errors import NotAllowed, NotFound
from onegrid.kit.tiles import Tile
from onegrid.registry.things import queries, tiles
from onegrid.registry.things.counting import count_cells
from onegrid.registry.things.models import Thing, ThingCell
from tests.streets import BY, STARTS
from tests.vector_tiles import read_tile

Z16_A = Tile(16, 54252, 25421)


def tile_of(lon, lat, z):
    side = 2**z
    return Tile(z, int((lon + 180) / 360 * side), int((1 - asinh(tan(radians(lat))) / pi) / 2 * side))


def drawn(tile, viewer, layer):
    return read_tile(queries.tile(tile, viewer=viewer)).get(layer, [])


@pytest.mark.parametrize("z", [14, 16, 18])
def test_near_zooms_show_things_of_ones_own_street_only(things, z):
    mine = drawn(tile_of(*things.a.at(0), z), things.a.staff["leader"], "things")
    assert {thing["identifier"][-6:] for thing in mine} >= {"000001", "000002", "000003"}
    assert all(int(thing["identifier"][-6:]) <= 5 for thing in mine)
    assert drawn(tile_of(*things.b.at(0), z), things.a.staff["leader"], "things") == [
        thing
        for thing in drawn(tile_of(*things.b.at(0), z), BY, "things")
        if int(thing["identifier"][-6:]) <= 5
    ]
    assert mine[0]["name"] == "供水井盖" and mine[0]["major"] == "01" and mine[0]["code"] == "01001"


def counted(tile, viewer):
    return sum(cell["count"] for cell in drawn(tile, viewer, "thing_cells"))


@pytest.mark.parametrize(("z", "of_b"), [(0, 4), (4, 4), (8, 4), (10, 4), (12, 0)])
def test_far_zooms_count_what_one_may_see(things, z, of_b):
    """A's own tile: at zoom 12 street B lies in another one."""
    tile = tile_of(*things.a.at(0), z)
    assert (tile == tile_of(*things.b.at(0), z)) is (of_b > 0)
    assert counted(tile, BY) == 5 + of_b
    assert counted(tile, things.a.staff["leader"]) == 5
    assert counted(tile, things.b.staff["leader"]) == of_b
    assert counted(tile, things.a.staff["community_clerk"]) == 3


@pytest.mark.parametrize("z", [4, 10, 12])
def test_who_sees_one_grid_gets_its_count_and_no_more(things, z):
    assert counted(tile_of(*things.a.at(0), z), things.a.staff["grid_worker"]) == 3
    assert counted(tile_of(*things.a.at(0), z), things.a.staff["grid_worker_2"]) == 0


def test_who_is_in_charge_sees_by_organisation(things):
    """The office's officer has no area: the grant reaches what the office is the authority of."""
    officer = things.a.staff["department_officer"]
    assert counted(tile_of(*things.a.at(0), 10), officer) == 0
    Thing.objects.filter(identifier__endswith="1").update(authority=things.a.office)
    count_cells(by=BY, at=STARTS)
    assert counted(tile_of(*things.a.at(0), 10), officer) == 1
    assert [thing.identifier[-1] for thing in queries.things(viewer=officer)] == ["1"]


@pytest.mark.parametrize("who", ["leader", "grid_worker"])
@pytest.mark.parametrize("z", [15, 17, 18])
def test_an_overfull_tile_is_counted(things, monkeypatch, who, z):
    """From the kept counts where they serve, by counting where not (a single grid, the nearest zooms)."""
    tile, viewer = tile_of(*things.a.at(0), z), things.a.staff[who]
    single = drawn(tile, viewer, "things")
    monkeypatch.setattr(tiles, "MOST_SINGLE", len(single) - 1)
    assert len(single) >= 3 and drawn(tile, viewer, "things") == []
    assert counted(tile, viewer) in (len(single), len(single) - 1, 3)  # a margin is drawn, but not counted


def test_an_overfull_tile_reads_no_thing(things, monkeypatch):
    """What is kept says that there are too many: a tile of a hundred thousand costs no more than any other."""
    monkeypatch.setattr(tiles, "MOST_SINGLE", 2)
    with CaptureQueriesContext(connection) as asked:
        assert counted(tile_of(*things.a.at(0), 15), BY) >= 3
    assert not [query["sql"] for query in asked.captured_queries if "registry_thing t" in query["sql"]]


def test_removed_things_are_gone_from_the_map(things):
    Thing.objects.filter(identifier__endswith="1").update(status="removed")
    assert len(drawn(tile_of(*things.a.at(0), 16), things.a.staff["leader"], "things")) == 2
    assert "000001" not in {t.identifier[-6:] for t in queries.things_near(*things.a.at(0), viewer=BY)}


def test_cells_add_up_at_every_zoom(things):
    totals = {}
    for cell in ThingCell.objects.all():
        totals[cell.zoom] = totals.get(cell.zoom, 0) + cell.count
    assert totals == dict.fromkeys(range(4, 20), 9)


def test_list_is_mine_only_and_paged(things):
    leader = things.a.staff["leader"]
    first = queries.things(viewer=leader, limit=3)
    rest = queries.things(viewer=leader, after=first[-1].pk, limit=3)
    assert [int(thing.identifier[-6:]) for thing in [*first, *rest]] == [1, 2, 3, 4, 5]
    assert queries.things(viewer=leader, class_code="01002") == []


def test_near_is_mine_only_and_nearest_first(things):
    lon, lat = things.a.at(0)
    near = queries.things_near(lon, lat, viewer=things.a.staff["grid_worker"], within_m=15)
    assert [round(thing.metres, 1) for thing in near] == [0.0, 8.9]
    assert queries.things_near(*things.b.at(0), viewer=things.a.staff["leader"]) == []
    assert len(queries.things_near(*things.b.at(0), viewer=things.b.staff["leader"])) == 4


def test_one_thing_of_another_street_is_unknown(things):
    worker = things.a.staff["grid_worker"]
    assert queries.thing("99010101001000001", viewer=worker).thing_class.name == "供水井盖"
    for identifier in ("99010101001000009", "99010101001000004", "99010101001999999", "nothing"):
        with pytest.raises(NotFound):
            queries.thing(identifier, viewer=worker)


def test_without_the_permission_nothing_at_all(things):
    Role.objects.filter(code="leader").update(permissions=["cases.see"])
    leader = things.a.staff["leader"]
    for question in (
        lambda: queries.tile(Z16_A, viewer=leader),
        lambda: queries.things(viewer=leader),
        lambda: queries.thing("99010101001000001", viewer=leader),
        lambda: queries.things_near(*things.a.at(0), viewer=leader),
    ):
        with pytest.raises(NotAllowed):
            question()


def test_over_http(things, client):
    lon, lat = things.a.at(0)
    tile = tile_of(lon, lat, 16)
    paths = [
        f"/api/v1/tiles/things/{tile.z}/{tile.x}/{tile.y}.mvt",
        "/api/v1/things",
        "/api/v1/things/classes",
        f"/api/v1/things/near?lon={lon}&lat={lat}",
        "/api/v1/things/99010101001000001",
    ]
    for path in paths:
        refused = client.get(path)
        assert refused.status_code == 401 and refused["Content-Type"] == "application/problem+json"
    client.force_login(things.a.staff["grid_worker"])
    for path in paths:
        assert client.get(path).status_code == 200, path
    tile_answer = client.get(paths[0])
    assert tile_answer["Cache-Control"] == "private, no-cache" and "Cookie" in tile_answer["Vary"]
    assert [thing["identifier"][-1] for thing in client.get("/api/v1/things").json()] == ["1", "2", "3"]
    hidden = client.get("/api/v1/things/99010101001000009")
    assert hidden.status_code == 404 and hidden.json()["code"] == "not_found"
    wrong = client.get("/api/v1/things/near?lon=900&lat=x")
    assert wrong.status_code == 422 and wrong["Content-Type"] == "application/problem+json"
    assert wrong.json()["code"] == "unreadable_input" and len(wrong.json()["details"]["fields"]) == 2
    assert client.get("/api/v1/tiles/things/1/5/0.mvt").status_code == 404


def test_a_console_actor_sees_everything(things):
    assert len(queries.things(viewer=SystemActor("console"))) == 9
