import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from onegrid.kit.crypto import (
    BLIND_INDEX_LENGTH,
    blind_index,
    mask_address,
    mask_citizen_id,
    mask_name,
    mask_phone,
    mask_plate,
)


@pytest.mark.parametrize(
    "written",
    ["138 0013-8000", "+86 13800138000", "0086-13800138000", "１３８００１３８０００", " 13800138000\n"],
)
def test_a_phone_is_found_however_it_was_written(written):
    assert blind_index(written, "phone") == blind_index("13800138000", "phone")


def test_a_land_line_that_begins_with_86_keeps_it():
    assert blind_index("86123456", "phone") != blind_index("123456", "phone")


def test_an_id_number_in_any_case():
    assert blind_index("11010519491231002x", "citizen_id") == blind_index(
        " 11010519491231002X ", "citizen_id"
    )


def test_purposes_are_apart_and_the_key_counts(settings):
    one = blind_index("13800138000", "phone")
    assert one != blind_index("13800138000", "citizen_id")
    assert len(one) == BLIND_INDEX_LENGTH
    settings.INDEX_KEY = "44" * 32
    assert blind_index("13800138000", "phone") != one


@pytest.mark.parametrize(
    ("text", "purpose"), [("", "phone"), ("none", "phone"), ("  ", "citizen_id"), (" ", "plate")]
)
def test_nothing_to_index_is_refused(text, purpose):
    with pytest.raises(ValueError, match="nothing to index"):
        blind_index(text, purpose)


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (mask_phone, "13800000000", "138****0000"),
        (mask_phone, "+86 138 0000 0000", "138****0000"),
        (mask_phone, "0543-1234567", "054****4567"),
        (mask_phone, "1234567", "12***67"),
        (mask_phone, "12345", "*****"),
        (mask_phone, "", ""),
        (mask_phone, None, ""),
        (mask_name, "张三", "张**"),
        (mask_name, "欧阳小明", "欧**"),
        (mask_name, "张", "张**"),
        (mask_name, None, ""),
        (mask_citizen_id, "11010519491231002X", "110*************2X"),
        (mask_citizen_id, "1234567", "*******"),
        (mask_citizen_id, None, ""),
        (mask_plate, "京A·12345", "京A****5"),
        (mask_plate, "truck", "tr****k"),
        (mask_plate, "A123", "****"),
        (mask_plate, None, ""),
        (mask_address, "云桥街道北苑社区3号楼2单元501", "云桥街道****"),
        (mask_address, "渤海十路88号3号楼", "渤海十路****"),
        (mask_address, "3号楼501", "3号****"),
        (mask_address, "北苑社区", "北****"),
        (mask_address, None, ""),
    ],
)
def test_masks(mask, text, shown):
    assert mask(text) == shown


@given(st.text(max_size=40))
def test_a_mask_never_shows_the_whole(text):
    text = text.strip()
    for mask in (mask_phone, mask_name, mask_citizen_id, mask_address):
        assert not text or mask(text) != text or set(text) <= {"*"}


def test_the_filters():
    template = engines["django"].from_string("{% load masks %}{{ p|mask_phone }} {{ n|mask_name }}")
    assert template.render({"p": "13800000000", "n": "张三"}) == "138****0000 张**"
