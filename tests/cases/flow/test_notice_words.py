"""What leaves the platform with a notice: no word that the reporter wrote."""

from onegrid.accounts.notices.models import Notice
from tests.cases.conftest import reported, road, town  # noqa: F401
from tests.streets import streets  # noqa: F401

SECRET = "三号楼张三家暴 000-0000-1234"


def test_a_notice_names_class_and_grid_only(town):  # noqa: F811
    case = reported(town.a, text=SECRET, address="三号楼 502 室", case_class=road())
    notice = Notice.objects.filter(link__contains=case.number).latest("pk")
    assert notice.body == f"{road().name} · {case.grid.name}"
    assert case.number in notice.title
    assert "张三" not in notice.title + notice.body


def test_without_a_class_it_says_so(town):  # noqa: F811
    case = reported(town.a, text=SECRET)
    notice = Notice.objects.filter(link__contains=case.number).latest("pk")
    assert case.grid.name in notice.body
    assert "张三" not in notice.title + notice.body
