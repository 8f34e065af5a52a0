"""Credit codes, opening and closing, and that another street's never appear."""

from datetime import date

import pytest

from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.tiles import Tile
from onegrid.registry.establishments import queries
from onegrid.registry.establishments.actions import close_establishment, open_establishment
from onegrid.registry.establishments.loading import EstablishmentRow, load_establishments
from onegrid.registry.establishments.models import Establishment
from onegrid.registry.establishments.rules import check_character, clean_credit_code, is_credit_code
from tests.registry.things.test_sight import tile_of
from tests.streets import BY, STARTS, streets  # noqa: F401  a fixture
from tests.vector_tiles import read_tile

BODY = "91990101MA0000000"
CODE = BODY + check_character(BODY)
COLLECTIVE = "N2990101MA0000000"


@pytest.mark.parametrize(
    ("code", "good"),
    [
        ("91110000600037341L", True),  # the example of python-stdnum's documentation
        (CODE, True),
        (COLLECTIVE + check_character(COLLECTIVE), True),  # letters in the first two places
        (CODE[:-1] + ("0" if CODE[-1] != "0" else "1"), False),
        (CODE[:-1], False),
        ("91I10000600037341L", False),
        ("9111000O600037341L", False),
        ("", False),
        ("９１110000600037341L", False),
    ],
)
def test_credit_codes(code, good):
    assert is_credit_code(code) is good


def test_how_people_type_them():
    assert clean_credit_code(" 9111 0000-6000 37341l ") == "91110000600037341L"


def opened(street, grid=0, by=BY, **more):
    lon, lat = street.at(grid)
    wanted = {"kind": "shop", "name": "便民超市", "lon": lon, "lat": lat, "by": by, "at": STARTS}
    return open_establishment(**(wanted | more))


@pytest.fixture
def shops(streets):  # noqa: F811  the fixture imported above
    opened(streets.a, credit_code=CODE)
    opened(streets.a, 2, name="云桥小学", kind="school")
    opened(streets.b, name="石桥药店")
    return streets


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "casino"}, "unknown_kind"),
        ({"name": "  "}, "name_missing"),
        ({"credit_code": "123"}, "bad_credit_code"),
        ({"credit_code": CODE}, "credit_code_taken"),
        ({"lon": 100.0}, "outside_grids"),
    ],
)
def test_refused_and_nothing_written(shops, change, code):
    with pytest.raises(Refused, match=code):
        opened(shops.a, **change)
    assert Establishment.objects.count() == 3


def test_closed_is_off_the_map_and_its_code_free(shops):
    shop = Establishment.objects.get(credit_code=CODE)
    close_establishment(establishment_id=shop.pk, by=BY, at=STARTS)
    with pytest.raises(Refused, match="closed_already"):
        close_establishment(establishment_id=shop.pk, by=BY, at=STARTS)
    assert queries.establishments(viewer=shops.a.staff["grid_worker"]) == []
    assert opened(shops.a, credit_code=CODE).pk != shop.pk


def drawn(street, viewer, z=16):
    body = queries.tile(tile_of(*street.at(0), z), viewer=viewer)
    return [one["name"] for one in read_tile(body).get("establishments", [])]


def test_another_streets_never_appear(shops):
    leader, worker = shops.a.staff["leader"], shops.a.staff["grid_worker"]
    theirs = Establishment.objects.get(name="石桥药店")
    assert drawn(shops.a, leader, 12) == ["便民超市", "云桥小学"]
    assert drawn(shops.a, worker, 12) == ["便民超市"]
    assert "石桥药店" not in drawn(shops.b, leader)
    assert drawn(shops.b, shops.b.staff["leader"]) == ["石桥药店"]
    assert [one.name for one in queries.establishments(viewer=leader)] == ["便民超市", "云桥小学"]
    assert queries.establishments(viewer=leader, text="药店") == []
    assert [one.name for one in queries.establishments(viewer=leader, kind="school")] == ["云桥小学"]
    with pytest.raises(NotFound):
        queries.establishment(theirs.pk, viewer=leader)
    with pytest.raises(NotFound):
        queries.establishment(999_999_999, viewer=leader)
    assert queries.tile(Tile(10, 847, 397), viewer=leader) == b""  # too far out to say anything


def test_who_may(shops):
    with pytest.raises(NotAllowed):
        queries.establishments(viewer=shops.a.staff["property_clerk"])
    with pytest.raises(NotAllowed):
        queries.tile(Tile(16, 0, 0), viewer=shops.a.staff["property_clerk"])
    with pytest.raises(NotAllowed):
        opened(shops.a, by=shops.a.staff["leader"])
    assert opened(shops.a, by=shops.staff["data_officer"]).pk


def test_loading(streets):  # noqa: F811
    lon, lat = streets.a.at(0)
    grid = streets.a.grids[0]
    rows = [
        EstablishmentRow("shop", f"店{n}", lon, lat, grid.pk, grid.path, date(2026, 1, 1)) for n in range(3)
    ]
    assert load_establishments(rows, by=BY, at=STARTS) == 3
    assert Establishment.objects.get(name="店2").grid == grid


def test_over_http(shops, client):
    theirs = Establishment.objects.get(name="石桥药店")
    paths = ["/api/v1/establishments", "/api/v1/tiles/establishments/12/3390/1588.mvt"]
    assert {client.get(path).status_code for path in paths} == {401}
    client.force_login(shops.a.staff["leader"])
    assert [one["name"] for one in client.get(paths[0]).json()] == ["便民超市", "云桥小学"]
    assert client.get(paths[0], {"q": "小学"}).json()[0]["kind"] == "school"
    assert client.get(f"/api/v1/establishments/{theirs.pk}").status_code == 404
    client.force_login(shops.a.staff["property_clerk"])
    assert client.get(paths[0]).status_code == 403
