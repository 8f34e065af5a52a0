"""Opening, renaming, closing, loading."""

from datetime import date

import pytest

from onegrid.kit.actors import SystemActor
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.places.addresses.actions import close_address, open_address, rename_address
from onegrid.places.addresses.loading import AddressSeed, load_addresses
from onegrid.places.addresses.models import Address, AddressKey
from onegrid.places.addresses.queries import find_addresses
from tests.places.addresses.conftest import opened
from tests.streets import BY, STARTS


def test_what_is_written(tree, streets):
    room = Address.objects.get(pk=tree["room"].pk)
    assert room.full_name == "云桥路锦绣家园3号楼2单元501室"
    assert room.path.startswith(tree["building"].path)
    assert room.grid == streets.a.grids[0] and room.area_path == streets.a.grids[0].path  # its building's
    assert (tree["road"].pinyin, tree["road"].initials) == ("yunqiaolu", "yql")
    assert tree["building"].floors == 18
    assert list(Address.objects.below(tree["compound"].path).order_by("path")) == [
        tree["compound"], tree["building"], tree["unit"], tree["room"],
    ]  # fmt: skip
    assert AuditEntry.objects.filter(verb="addresses.open").count() == 9


@pytest.mark.parametrize(
    ("kind", "name", "parent", "code"),
    [
        ("cave", "山洞", "road", "unknown_kind"),
        ("room", " ", "unit", "name_missing"),
        ("road", "新路", "building", "wrong_level"),
        ("building", "3号楼", "compound", "name_taken"),
    ],
)
def test_refused_and_nothing_written(tree, kind, name, parent, code):
    before = Address.objects.count(), AddressKey.objects.count()
    with pytest.raises(Refused) as refused:
        opened(kind, name, tree[parent])
    assert refused.value.code == code
    assert (Address.objects.count(), AddressKey.objects.count()) == before


def test_two_roads_of_one_name_without_parent_are_refused(tree):
    with pytest.raises(Refused, match="name_taken"):
        opened("road", "云桥路", None)


def test_a_renamed_road_renames_what_stands_on_it(tree):
    rename_address(address_id=tree["road"].pk, name="和平路", reason="更名", by=BY, at=STARTS)
    assert Address.objects.get(pk=tree["building"].pk).full_name == "和平路锦绣家园3号楼"
    assert [hit.address.name for hit in find_addresses("hpljxjy3")] == ["3号楼"]
    assert [(hit.address.name, hit.former_name) for hit in find_addresses("云桥路")] == [("和平路", "云桥路")]


def test_renaming_refuses(tree):
    for name, code in (("云桥路", "name_unchanged"), ("石桥路", "name_taken"), ("", "name_missing")):
        with pytest.raises(Refused, match=code):
            rename_address(address_id=tree["road"].pk, name=name, reason="", by=BY, at=STARTS)
    assert Address.objects.get(pk=tree["road"].pk).name == "云桥路"
    assert not tree["road"].former_names.exists()


def test_closing_keeps_the_row_and_frees_the_name(tree):
    with pytest.raises(Refused, match="has_open_children"):
        close_address(address_id=tree["unit"].pk, by=BY, at=STARTS)
    close_address(address_id=tree["room"].pk, by=BY, at=STARTS, reason="拆除")
    with pytest.raises(Refused, match="closed"):
        close_address(address_id=tree["room"].pk, by=BY, at=STARTS)
    assert Address.objects.get(pk=tree["room"].pk).valid_to == date(2026, 1, 1)
    assert opened("room", "501室", tree["unit"]).pk != tree["room"].pk


def test_only_who_may_and_only_at_home(tree, streets):
    worker, officer = streets.a.staff["grid_worker"], streets.staff["data_officer"]
    with pytest.raises(NotAllowed):
        rename_address(address_id=tree["road"].pk, name="新路", reason="", by=worker, at=STARTS)
    with pytest.raises(NotAllowed):
        open_address(kind="road", name="新路", parent_id=None, by=worker, at=STARTS)
    rename_address(address_id=tree["road"].pk, name="新路", reason="", by=officer, at=STARTS)
    with pytest.raises(NotFound):
        close_address(address_id=999_999_999, by=BY, at=STARTS)


def seeds(day=date(2026, 1, 1)):
    yield AddressSeed("r", None, "road", "文化路", 118.021, 37.381, None, "", day)
    for number in range(1, 4):
        yield AddressSeed(number, "r", "building", f"{number}号", 118.021, 37.381, None, "", day, 6)
        for room in range(1, 3):
            yield AddressSeed((number, room), number, "room", f"{room}01室", None, None, None, "", day)


@pytest.mark.parametrize("fresh", [False, True])
def test_loaded_by_copy_is_as_opened_one_by_one(db, fresh):
    heard = []
    ids = load_addresses(seeds(), by=BY, at=STARTS, fresh=fresh, progress=heard.append)
    assert heard == [10] and set(ids) == {"r", 1, 2, 3}
    loaded = Address.objects.get(pk=ids[2])
    assert (loaded.full_name, loaded.floors, loaded.parent_id) == ("文化路2号", 6, ids["r"])
    assert (loaded.point.x, loaded.path) == (118.021, f"{ids['r']}.{ids[2]}.")
    assert [hit.address.pk for hit in find_addresses("whl2h")] == [ids[2]]
    one_by_one = opened("building", "9号", Address.objects.get(pk=ids["r"]))
    same = set(AddressKey.objects.filter(address=one_by_one).values_list("rank", "former"))
    assert same == set(AddressKey.objects.filter(address=loaded).values_list("rank", "former"))


def test_a_child_before_its_parent_loads_nothing(db):
    with pytest.raises(KeyError):
        load_addresses(reversed(list(seeds())), by=SystemActor("test"), at=STARTS)
    assert not Address.objects.exists()
