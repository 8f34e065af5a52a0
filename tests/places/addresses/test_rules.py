"""What an address is found by."""

import pytest

from onegrid.places.addresses.rules import initials, keys, pinyin, plain, words


@pytest.mark.parametrize(
    ("text", "same"),
    [("１２ 号", "12号"), ("A座", "a座"), ("云桥路, 3号楼", "云桥路3号楼"), ("xi'an", "xian"), ("  ", "")],
)
def test_what_makes_no_difference(text, same):
    assert plain(text) == same


@pytest.mark.parametrize(
    ("name", "spelt", "letters"),
    [
        ("云桥路12号", "yunqiaolu12hao", "yql12h"),
        ("重庆路", "chongqinglu", "cql"),  # 重 is also read zhong
        ("绿荫苑", "lvyinyuan", "lyy"),
        ("ABC大厦", "abcdasha", "abcds"),
    ],
)
def test_spelling(name, spelt, letters):
    assert (pinyin(name), initials(name)) == (spelt, letters)


def test_a_building_is_found_from_every_level_on():
    found = keys(["云桥路", "锦绣家园", "3号楼"], ["road", "compound", "building"])
    assert {
        "云桥路锦绣家园3号楼",
        "锦绣家园3号楼",
        "3号楼",
        "yqljxjy3hl",
        "jxjy3hl",
        "jinxiujiayuan3haolou",
    } <= found
    assert "号楼" not in found


def test_a_name_is_found_from_inside():
    assert {"云桥路", "桥路", "yql", "yunqiaolu"} == keys(["云桥路"], ["road"])


def test_a_room_has_few_keys():
    names, kinds = ["云桥路", "锦绣家园", "3号楼", "501室"], ["road", "compound", "building", "room"]
    assert keys(names, kinds) == {
        "云桥路锦绣家园3号楼501室", "锦绣家园3号楼501室", "yqljxjy3hl501s", "jxjy3hl501s",
    }  # fmt: skip


def test_a_room_without_road_and_compound_is_found_from_the_root():
    assert keys(["柳村", "7号", "东屋"], ["community", "building", "room"]) == {"柳村7号东屋", "lc7hdw"}


def test_parts_of_a_text():
    assert words("锦绣家园 3号楼501") == ["锦绣家园", "3号楼", "501"]
    assert words(" ， ") == []
