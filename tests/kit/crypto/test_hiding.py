"""What says who somebody is, and what only looks like it."""

import pytest

from onegrid.kit.crypto.hiding import without_names, without_numbers


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13800001234，请回电", "电话***，请回电"),
        ("打 0543-338 1234", "打 ***"),
        ("身份证37230119900101123X", "身份证***"),
        ("幸福路 12 号 3 号楼 1204", "幸福路 12 号 3 号楼 1204"),
        ("2026年11月26日", "2026年11月26日"),
        ("车牌鲁M12345", "车牌鲁M12345"),  # of vehicles: what a unit comes for
        ("打一三八零零零零一二三四找我", "打***找我"),
        ("幺三八九九九九", "***"),
        ("三五个人，七八天", "三五个人，七八天"),
    ],
)
def test_numbers_of_people_are_hidden(text, shown):
    assert without_numbers(text) == shown


@pytest.mark.parametrize(
    ("text", "name", "shown"),
    [
        ("张三反映路灯不亮，张 三家门口", "张三", "***反映路灯不亮，***家门口"),
        ("请找张女士或老张师傅", "张三", "请找***女士或***师傅"),
        ("欧阳先生说", "欧阳修文", "***先生说"),
        ("我叫李四海，住3号楼", "", "我叫***，住3号楼"),
        ("联系人：王五，户主:赵六", "", "联系人：***，户主:***"),
        ("Please call Li, the Lighting is off", "Li", "Please call ***, the Lighting is off"),
        ("john SMITH said", "John Smith", "*** said"),
        ("张家巷路口井盖", "张三", "张家巷路口井盖"),
        ("隔壁李四家漏水", "张三", "隔壁***家漏水"),
        ("李女士家的狗，王师傅修过，老赵大爷摔了", "", "***女士家的狗，***师傅修过，***大爷摔了"),
        ("邻居王小明在楼道堆物", "", "邻居***在楼道堆物"),
        ("业主李强家漏水，房东欧阳修不管", "", "业主***家漏水，房东***不管"),
        ("他叫陈大文，常来", "", "他叫***，常来"),
        ("保安叔叔说，公安同志来过，居民楼老师傅", "", "保安叔叔说，公安同志来过，居民楼老师傅"),
        ("邻居很吵，隔壁装修，业主群里说", "", "邻居很吵，隔壁装修，业主群里说"),
        ("马路对面，周边居民，林荫路的树", "", "马路对面，周边居民，林荫路的树"),
        ("王强把车停在消防通道", "", "王强把车停在消防通道"),  # nothing introduces it: what cannot be known
        ("a+b(c", "+(", "a+b(c"),
        ("张三", "张", "张三"),
    ],
)
def test_known_names_are_hidden(text, name, shown):
    assert without_names(text, [name]) == shown
