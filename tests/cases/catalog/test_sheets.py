"""A city's sheets: what offices write is understood or refused with its place; what we write is read back."""

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from onegrid.cases.catalog.findings import SENTENCES, UNFIT, whole_sentence
from onegrid.cases.catalog.rules.sheet_writing import write_standard
from onegrid.cases.catalog.rules.sheets import (
    COLUMNS,
    CityStandard,
    Condition,
    Grid,
    SheetClass,
    Unfit,
    chosen_sheets,
    class_code,
    header_of,
    read_standard,
)
from onegrid.cases.catalog.rules.spelling import LIMIT_MAX, Limit, Meaning
from onegrid.cases.catalog.workbooks import read_workbook, write_workbook
from onegrid.kit.worktime import Unit

CITY = Meaning(day=Unit.WORK_DAY, hour=Unit.WORK_HOUR)
TITLE = ("某市立案、处置和结案标准",)
EMPTY = Grid("事件", (TITLE, COLUMNS))
FIRST = ("01", "公用设施", "01", "上水井盖", "供水公司", "住建局", "破损", "修复", "2紧急工作时")


def sheet(*rows: tuple[str, ...], **more) -> dict[str, Grid]:
    return {"component": Grid("部件", (TITLE, COLUMNS, *rows), **more), "event": EMPTY}


def read(*rows: tuple[str, ...], meaning: Meaning = CITY, **more):
    return read_standard(sheet(*rows, **more), meaning)


def codes(reading) -> list[tuple[int, str, str]]:
    return [(one.row, COLUMNS[one.column], one.code) for one in reading.problems]


def below(*cells: str) -> tuple[str, ...]:
    """A row that goes on with the class above: condition, closing, limit."""
    return ("",) * 6 + cells


def test_a_class_has_several_conditions_and_blank_means_as_above():
    reading = read(
        FIRST,
        below("缺失", "补齐", "1天"),
        ("", "", "02", "污水井盖", "排水公司", "", "有异味", "治理", "４ 小时"),
        ("02", "道路交通", "01", "路灯", "", "", "不亮", "修复", "2个工作日内"),
    )
    assert reading.problems == []
    cover, drain, lamp = reading.standard.classes
    assert (cover.code, cover.unit, cover.supervisors) == ("0101", "供水公司", ("住建局",))
    assert [row.limit for row in cover.conditions] == [Limit(2, Unit.URGENT_HOUR), Limit(1, Unit.WORK_DAY)]
    assert (drain.code, drain.conditions[0].limit) == ("0102", Limit(4, Unit.WORK_HOUR))
    assert (lamp.code, lamp.conditions[0].limit) == ("0201", Limit(2, Unit.WORK_DAY))
    assert reading.standard.majors == (("component", "01", "公用设施"), ("component", "02", "道路交通"))
    assert (reading.bare_days, reading.bare_hours) == ((1, "1天"), (1, "４ 小时"))
    assert [one.code for one in reading.notes] == ["no_unit"]


def test_merged_cells_are_filled_also_for_units_and_limits():
    rows = [(*FIRST[:8], "3工作日"), below("缺失", "补齐", "")]
    rows.append(("", "", "02", "路名牌", "", "", "歪", "扶正", "1工作日"))
    merged = read(*rows, merges=((3, 9, 4, 9), (3, 5, 5, 5), (1, 1, 1, 9)))
    assert merged.problems == []
    first, second = merged.standard.classes
    assert [row.limit.value for row in first.conditions] == [3, 3] and second.unit == "供水公司"
    assert codes(read(*rows)) == [(4, "处置时限", "limit_empty")]  # not merged: a blank limit is a gap


def test_a_bare_day_is_a_problem_until_somebody_says_what_it_means():
    bare = read(
        (*FIRST[:8], "1天"), below("缺失", "补齐", "2小时"), below("歪", "扶正", "立即"), meaning=Meaning()
    )
    assert [one[2] for one in codes(bare)] == ["limit_bare_day", "limit_bare_hour", "limit_at_once"]
    assert (bare.bare_days, bare.bare_hours, bare.at_once) == ((1, "1天"), (1, "2小时"), (1, "立即"))
    told = Meaning(Unit.NATURAL_DAY, Unit.URGENT_HOUR, (1, Unit.URGENT_HOUR))
    said = read(
        (*FIRST[:8], "1天"), below("缺失", "补齐", "2小时"), below("歪", "扶正", "立即"), meaning=told
    )
    assert [row.limit.unit for row in said.standard.classes[0].conditions] == [
        Unit.NATURAL_DAY, Unit.URGENT_HOUR, Unit.URGENT_HOUR,
    ]  # fmt: skip


def changed(column: str, text: str) -> tuple[str, ...]:
    cells = list(FIRST)
    cells[COLUMNS.index(column)] = text
    return tuple(cells)


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([changed("大类代码", "A1")], (3, "大类代码", "bad_major_code")),
        ([changed("大类代码", "")], (3, "大类代码", "major_code_missing")),
        ([changed("大类名称", "")], (3, "大类名称", "name_missing")),
        ([changed("小类代码", "")], (3, "小类代码", "code_missing")),
        ([changed("小类代码", "1-2")], (3, "小类代码", "bad_code")),
        ([changed("小类代码", "0201")], (3, "小类代码", "code_of_other_major")),
        ([changed("小类名称", "")], (3, "小类名称", "name_missing")),
        ([changed("小类名称", "长" * 61)], (3, "小类名称", "too_long")),
        ([changed("主管部门", "局" * 121)], (3, "主管部门", "too_long")),
        ([changed("立案条件", "")], (3, "立案条件", "condition_missing")),
        ([changed("立案条件", "坏\x07了")], (3, "立案条件", "control_sign")),
        ([changed("结案条件", "")], (3, "结案条件", "closing_missing")),
        ([changed("处置时限", "")], (3, "处置时限", "limit_empty")),
        ([changed("处置时限", "1-3天")], (3, "处置时限", "limit_range")),
        ([changed("处置时限", "3周")], (3, "处置时限", "limit_unclear")),
        ([changed("处置时限", "及时")], (3, "处置时限", "limit_no_number")),
        ([FIRST, changed("小类名称", "别的")], (4, "小类代码", "code_twice")),
        ([FIRST, changed("大类名称", "别的")], (4, "大类名称", "name_differs")),
        ([FIRST, changed("处置单位", "别的")], (4, "处置单位", "unit_differs")),
        ([FIRST, ("", "", "", "没有代码", "", "", "x", "y", "1工作日")], (4, "小类代码", "code_missing")),
        ([FIRST, ("", "", "", "", "供水公司", "", "", "", "")], (4, "立案条件", "nothing_said")),
        ([below("无类", "y", "1工作日")], (3, "大类代码", "major_code_missing")),
    ],
)  # fmt: skip
def test_each_fault_is_named_with_row_and_column(rows, wanted):
    found = codes(read(*rows))
    assert wanted in found, found


def test_a_formula_is_not_taken_for_its_text():
    found = read(changed("立案条件", "=A1"), formulas=frozenset({(3, 7)}))
    assert codes(found) == [(3, "立案条件", "formula")]


def test_remarks_below_the_table_and_empty_rows_are_left_out():
    reading = read(FIRST, ("",) * 9, ("注：工作日不含节假日",), ("说明:本表自发布之日起施行",))
    assert len(reading.lines) == 1 and reading.problems == []


def test_a_class_that_goes_on_further_down_is_one_class():
    reading = read(FIRST, ("", "", "02", "路牌", "甲", "", "歪", "扶正", "1工作日"),
                   ("", "", "01", "上水井盖", "", "", "缺失", "补齐", "1工作日"))  # fmt: skip
    assert reading.problems == [] and [one.code for one in reading.notes] == ["goes_on"]
    assert [len(one.conditions) for one in reading.standard.classes] == [2, 1]


@pytest.mark.parametrize(
    ("major", "code", "number", "wanted"),
    [
        ("01", "01", False, "0101"), ("01", "001", False, "01001"), ("01", "0101", False, "0101"),
        ("06", "06012", False, "06012"), ("01", "1", True, "0101"), ("01", "12", True, "0112"),
        ("01", "1001", True, "01001"), ("10", "1001", True, "1001"), ("01", "０１", False, "0101"),
    ],
)  # fmt: skip
def test_codes_are_read_in_the_ways_they_are_written(major, code, number, wanted):
    assert class_code(major, code, is_number=number) == wanted


@pytest.mark.parametrize(
    ("major", "code", "number", "refused"),
    [
        ("01", "1", False, "bad_code"), ("01", "101", True, "code_without_zero"), ("01", "x1", False, "bad_code"),
        ("01", "0201", False, "code_of_other_major"), ("01", "123456", False, "bad_code"),
        ("", "01", False, "bad_code"),
    ],
)  # fmt: skip
def test_codes_that_could_mean_two_things_are_refused(major, code, number, refused):
    with pytest.raises(ValueError, match=refused):
        class_code(major, code, is_number=number)


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["部件"], "missing_sheet"),
        (["部件", "事件一", "事件二"], "sheet_twice"),
        (["Sheet1"], "missing_sheet"),
    ],
)
def test_both_sheets_must_be_there_once(names, code):
    with pytest.raises(Unfit, match=code):
        chosen_sheets(names)


def test_sheets_are_found_by_their_words():
    assert chosen_sheets(["说明", "城市部件", " 管理事项"]) == {"component": "城市部件", "event": " 管理事项"}
    assert chosen_sheets(["部件", "部件（旧）", "事件"])["component"] == "部件"


def test_columns_are_found_by_name_in_any_order():
    names = (
        "序号",
        "大类\n编码",
        "大类",
        "小类编号",
        "小类",
        "责任单位（主）",
        "监管部门",
        "立案标准",
        "结案标准",
        "时限",
    )
    assert header_of(Grid("x", ((), names)))[1] == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    with pytest.raises(Unfit, match="missing_column") as told:
        header_of(Grid("x", (COLUMNS[:7],)))
    assert told.value.about == "结案条件、处置时限"
    with pytest.raises(Unfit, match="missing_header"):
        header_of(Grid("x", (TITLE, FIRST)))


def test_every_problem_has_its_sentence():
    found = read(changed("处置时限", "1-3天"))
    assert "row 3" in whole_sentence(found.problems[0]) and "1-3天" in whole_sentence(found.problems[0])
    source = Path(read_standard.__code__.co_filename).read_text()
    told = set(re.findall(r'problem\(\s*\w+, "(\w+)"', source)) | set(
        re.findall(r'ValueError\("(\w+)"', source)
    )
    assert told <= set(SENTENCES), told - set(SENTENCES)
    assert set(re.findall(r'Unfit\("(\w+)"', source)) == set(UNFIT)


# ---- written and read back

text = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cn", "Co")), min_size=1, max_size=12
)
plain = text.filter(
    lambda words: words == words.strip() and not words.startswith(("注", "备注", "说明", "附注"))
)
unit_names = st.text(st.sampled_from("甲乙丙丁局处公司="), min_size=1, max_size=6)
conditions = st.builds(
    Condition, plain, plain, st.builds(Limit, st.integers(1, LIMIT_MAX), st.sampled_from(list(Unit)))
)


@st.composite
def standards(draw) -> CityStandard:
    majors, classes = [], []
    for kind in ("component", "event"):
        for major in sorted(draw(st.sets(st.sampled_from(["01", "02", "06", "10", "21"]), max_size=3))):
            minors = draw(st.sets(st.integers(1, 99), min_size=1, max_size=3))
            digits = draw(st.sampled_from([2, 3]))
            majors.append((kind, major, draw(plain)))
            for minor in sorted(minors):
                units = draw(st.lists(unit_names, max_size=2, unique=True))
                rows = draw(st.lists(conditions, max_size=3))
                code, name, unit = f"{major}{minor:0{digits}}", draw(plain), draw(st.just("") | plain)
                classes.append(SheetClass(kind, code, name, unit, tuple(units), tuple(rows)))
    return CityStandard(tuple(majors), tuple(classes))


def by_kind(grids) -> dict[str, Grid]:
    return {kind: next(grid for grid in grids if grid.name == name) for kind, name in chosen_sheets(
        [grid.name for grid in grids]).items()}  # fmt: skip


@given(standards())
def test_what_is_written_is_read_back_the_same(standard):
    reading = read_standard(by_kind(write_standard(standard)))
    assert reading.problems == [] and reading.standard == standard


@settings(max_examples=25)
@given(standards())
def test_and_through_excel(standard):
    reading = read_standard(by_kind(read_workbook(write_workbook(write_standard(standard)))))
    assert reading.problems == [] and reading.standard == standard


def test_only_the_heads_of_both_sheets_are_bold():
    grid = Grid("事件", (("标题", "x"), ("列", "y"), ("一", "二"), ("三", "四")), ())
    book = load_workbook(BytesIO(write_workbook([grid, replace(grid, name="部件")])))
    for sheet in book:
        assert [[cell.font.bold for cell in row] for row in sheet] == [[True] * 2] * 2 + [[False] * 2] * 2
        assert {cell.number_format for row in sheet for cell in row} == {"@"}


@given(standards(), st.randoms())
def test_merged_or_repeated_cells_mean_the_same(standard, chance):
    """Each merge is kept, dropped (blank below) or written out in every row: the standard is the same."""
    grids = []
    for grid in write_standard(standard):
        rows, kept = [list(row) for row in grid.rows], []
        for merge in grid.merges:
            top, left, bottom, _right = merge
            way = chance.choice(["merged", "blank", "repeated"]) if top > 2 else "merged"
            if way == "repeated":
                for row in range(top, bottom):
                    rows[row][left - 1] = rows[top - 1][left - 1]
            elif way == "merged":
                kept.append(merge)
        grids.append(replace(grid, rows=tuple(tuple(row) for row in rows), merges=tuple(kept)))
    reading = read_standard(by_kind(grids))
    assert reading.problems == [] and reading.standard == standard
