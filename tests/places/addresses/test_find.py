"""Search as you type: what is found, in which order, and what stays hidden."""

import pytest
from django.db import connection

from onegrid.kit.actors import EVERYTHING, Reach, Scope
from onegrid.places.addresses.actions import close_address, rename_address
from onegrid.places.addresses.queries import find_addresses, nearest_address, range_query
from tests.places.addresses.conftest import opened
from tests.streets import BY, STARTS


def found(text, **more):
    return [hit.address.full_name for hit in find_addresses(text, **more)]


@pytest.mark.parametrize("text", ["云", "云桥", "云桥路", "桥路", "yunq", "yql", "YQL", " 云 桥"])
def test_a_road_by_any_beginning(tree, text):
    assert "云桥路" in found(text)


@pytest.mark.parametrize("text", ["yqlj", "云桥路锦绣", "jxjy", "锦绣家园"])
def test_a_compound_on_a_road(tree, text):
    assert found(text)[0] == "云桥路锦绣家园"


def test_the_larger_place_comes_first_and_the_shorter_name_before_the_longer(tree):
    assert found("云桥路") == ["云桥路", "云桥路锦绣家园", "云桥路锦绣家园3号楼"]


def test_no_place_twice(tree):
    hits = found("j", viewer_scope=EVERYTHING)
    assert len(hits) == len(set(hits))


@pytest.mark.parametrize("text", ["锦绣家园 3号楼", "锦绣3号楼", "云桥路 锦绣 3号"])
def test_parts_that_do_not_touch(tree, text):
    assert found(text)[0] == "云桥路锦绣家园3号楼"


@pytest.mark.parametrize("text", ["", "   ", "没有这个", "100%", "_", "'; drop table"])
def test_nothing(tree, text):
    assert found(text) == []


def test_the_limit_holds(tree):
    assert len(found("云", limit=1)) == 1


def test_a_room_is_nobodys_business(tree):
    for text in ("云桥路锦绣家园3号楼2单元501", "锦绣家园3号楼 501", "jxjy3hl2dy5"):
        assert found(text) == []


def test_a_room_is_found_in_ones_own_area_only(tree, streets):
    mine = streets.a.staff["grid_worker"].scope("addresses.see")
    assert found("锦绣家园3号楼2单元501", viewer_scope=mine) == ["云桥路锦绣家园3号楼2单元501室"]
    assert found("锦绣家园 501", viewer_scope=mine) == ["云桥路锦绣家园3号楼2单元501室"]
    assert found("锦江花园1号楼101", viewer_scope=mine) == []
    assert found("锦江花园 101", viewer_scope=mine) == []
    assert found("锦江花园1号楼101", viewer_scope=EVERYTHING) == ["石桥路锦江花园1号楼101室"]


def test_only_in_scope_keeps_public_places_inside_too(tree, streets):
    mine = Scope((Reach(streets.a.area.path),))
    inside = found("锦", viewer_scope=mine, only_in_scope=True)
    assert len(inside) == 4 and all(name.startswith("云桥路锦绣家园") for name in inside)
    assert "石桥路锦江花园" in found("锦", viewer_scope=mine)
    assert found("锦江 1号楼", viewer_scope=mine, only_in_scope=True) == []


def test_the_old_house_number_still_finds_it(tree):
    rename_address(address_id=tree["building"].pk, name="5号楼", reason="门牌更正", by=BY, at=STARTS)
    (hit,) = find_addresses("锦绣家园3号楼")
    assert (hit.address.full_name, hit.former_name) == ("云桥路锦绣家园5号楼", "云桥路锦绣家园3号楼")
    assert find_addresses("锦绣家园5号楼")[0].former_name == ""
    assert found("锦绣家园5号楼2单元", viewer_scope=EVERYTHING)[0].startswith("云桥路锦绣家园5号楼2单元")


def test_a_closed_address_is_not_offered(tree):
    close_address(address_id=tree["room"].pk, by=BY, at=STARTS)
    assert found("云桥路锦绣家园3号楼2单元501", viewer_scope=EVERYTHING) == []


def test_nearest(tree, streets):
    lon, lat = streets.a.at(0)
    near = nearest_address(lon + 0.00121, lat, within_m=50)
    assert near.address == tree["building"]
    assert near.metres == pytest.approx(0.9, abs=0.2)
    assert nearest_address(lon + 0.00100, lat).address == tree["compound"]
    assert nearest_address(lon + 0.02, lat, within_m=50) is None


def test_nearest_on_the_ground_and_not_in_degrees(tree, streets):
    """A degree of longitude is shorter: 0.0010 east is nearer than 0.0009 north."""
    lon, lat = streets.a.at(1)
    opened("compound", "东园", None, lon + 0.0010, lat)
    opened("compound", "北园", None, lon, lat + 0.0009)
    assert nearest_address(lon, lat).address.name == "东园"


def test_search_reads_index_ranges_only(tree):
    """However large the table: one range of the index a level, and no sort of everything."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        query, values = range_query("云", EVERYTHING, False, 20)
        cursor.execute("EXPLAIN " + query, values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert plan.count("address_key_range") == 7, plan
    assert "Sort" not in plan and "Seq Scan" not in plan, plan


def test_the_number_of_questions_to_the_database_is_constant(tree, django_assert_num_queries):
    with django_assert_num_queries(3):
        find_addresses("锦", viewer_scope=EVERYTHING)
