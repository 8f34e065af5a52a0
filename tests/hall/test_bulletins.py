"""Bulletins: written, put up, read where they concern somebody, and no longer than they should."""

from datetime import UTC, date, datetime

import pytest

from onegrid.hall.bulletins import actions
from onegrid.hall.bulletins.models import Bulletin
from onegrid.hall.bulletins.queries import (
    bulletin_page,
    bulletin_to_edit,
    bulletins_to_edit,
    pinned_bulletins,
    published_bulletin,
)
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from tests.streets import Streets, streets  # noqa: F401

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
DAY = date(2026, 11, 20)


def put_up(streets: Streets, title: str, area=None, **more) -> Bulletin:  # noqa: F811
    by = more.pop("by", streets.a.staff["shift_leader"])
    row = actions.write_bulletin(title=title, body="正文", area=area or streets.a.area, by=by, at=AT, **more)
    return actions.publish_bulletin(bulletin_id=row.pk, by=by, at=AT)


def titles(rows: list[Bulletin]) -> list[str]:
    return [row.title for row in rows]


def test_the_board_of_a_place(streets):  # noqa: F811
    put_up(streets, "全街道")
    put_up(streets, "东社区", area=streets.a.communities[0])
    put_up(streets, "别的街道", area=streets.b.area, by=streets.b.staff["shift_leader"])
    put_up(streets, "置顶", pinned=True)
    put_up(streets, "过期", until=date(2026, 11, 19))
    last = put_up(streets, "今天还在", until=DAY)
    path = streets.a.grids[0].path
    assert titles(bulletin_page(day=DAY, path=path)) == ["今天还在", "东社区", "全街道"]
    assert titles(bulletin_page(day=DAY, path=path, before=last.pk)) == ["东社区", "全街道"]
    assert titles(pinned_bulletins(day=DAY, path=path)) == ["置顶"]
    assert titles(bulletin_page(day=DAY, path=streets.b.grids[0].path)) == ["别的街道"]
    assert len(bulletin_page(day=DAY)) == 4
    with pytest.raises(NotFound):
        published_bulletin(last.pk, day=date(2026, 11, 21))


def test_a_draft_and_what_was_taken_down_are_not_public(streets):  # noqa: F811
    by = streets.a.staff["community_clerk"]
    home = streets.a.communities[0]
    row = actions.write_bulletin(title="草稿", body="x", area=home, by=by, at=AT)
    assert bulletin_page(day=DAY) == []
    with pytest.raises(NotFound):
        published_bulletin(row.pk, day=DAY)
    actions.publish_bulletin(bulletin_id=row.pk, by=by, at=AT)
    assert published_bulletin(row.pk, day=DAY).written_for == streets.a.stations[0].name
    actions.withdraw_bulletin(bulletin_id=row.pk, by=by, at=AT)
    assert bulletin_page(day=DAY) == []
    verbs = list(
        AuditEntry.objects.filter(object_kind="hall.bulletin").order_by("id").values_list("verb", flat=True)
    )
    assert verbs == ["hall.write_bulletin", "hall.publish_bulletin", "hall.withdraw_bulletin"]


def test_another_streets_bulletin_is_not_there_for_staff(streets):  # noqa: F811
    row = put_up(streets, "甲")
    other = streets.b.staff["shift_leader"]
    assert bulletins_to_edit(viewer=other) == []
    for act in (
        lambda: bulletin_to_edit(row.pk, viewer=other),
        lambda: actions.withdraw_bulletin(bulletin_id=row.pk, by=other, at=AT),
        lambda: actions.write_bulletin(
            bulletin_id=row.pk, title="乙", body="x", area=streets.b.area, by=other, at=AT
        ),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotAllowed):
        put_up(streets, "x", by=streets.a.staff["grid_worker"])
    for wrong in ({"title": " "}, {"title": "长" * 101}, {"title": "x", "body": ""}):
        with pytest.raises(Refused):
            actions.write_bulletin(
                **{"body": "x"} | wrong, area=streets.a.area, by=streets.a.staff["shift_leader"], at=AT
            )
    assert titles(list(Bulletin.objects.all())) == ["甲"]
