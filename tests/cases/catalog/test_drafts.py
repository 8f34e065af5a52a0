"""A draft: begun from a version, changed, compared, published from a day, or thrown away."""

from datetime import date

import pytest

from onegrid.cases.catalog import actions, queries
from onegrid.cases.catalog.models import CaseClass, CatalogVersion, MajorClass, StageLimit, Standard
from onegrid.cases.catalog.queries.reading import draft_differences
from onegrid.cases.catalog.rules.differences import Change, differences
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from tests.cases.catalog.test_catalog import AT, BY, catalog  # noqa: F401  a fixture
from tests.streets import streets  # noqa: F401

WHO = {"by": BY, "at": AT}


@pytest.fixture
def draft(catalog) -> CatalogVersion:  # noqa: F811
    return actions.start_draft(version_id=catalog.pk, **WHO)


def in_draft(draft, code="06012") -> CaseClass:
    return draft.classes.get(kind="event", code=code)


def counts() -> list[int]:
    return [
        model.objects.count()
        for model in (CatalogVersion, MajorClass, CaseClass, Standard, StageLimit, AuditEntry)
    ]


def test_a_draft_holds_everything_and_differs_in_nothing(catalog, draft):  # noqa: F811
    assert (draft.number, draft.status, draft.based_on) == (2, "draft", catalog)
    assert draft.classes.count() == catalog.classes.count()
    assert draft_differences(draft) == []
    fault = in_draft(draft, "01001")
    assert fault.fault_of.version == draft and len(queries.standards_of(fault)) == 4
    assert queries.version_in_force(AT.date()) == catalog


def test_what_changed_is_told_field_by_field(draft):
    one = in_draft(draft)
    row = queries.standards_of(one)[0]
    actions.change_class(class_id=one.pk, values={"priority": "urgent", "check_needed": False}, **WHO)
    actions.change_standard(standard_id=row.pk, values={"limit": row.limit + 1}, **WHO)
    actions.set_stage_limit(version_id=draft.pk, stage="check", limit=9, unit="work_day", **WHO)
    actions.set_stage_limit(
        version_id=draft.pk, stage="file", limit=1, unit="work_hour", class_id=one.pk, **WHO
    )
    told = [(d.change, d.what, d.where, d.fields) for d in draft_differences(draft)]
    assert told == [
        (
            Change.CHANGED,
            "class",
            ("event", "06012"),
            (("priority", "normal", "urgent"), ("check_needed", True, False)),
        ),
        (Change.CHANGED, "standard", ("event", "06012", "1"), (("limit", row.limit, row.limit + 1),)),
        (Change.CHANGED, "limit", ("check",), (("limit", 4, 9), ("unit", "work_hour", "work_day"))),
        (
            Change.ADDED,
            "limit",
            ("event", "06012", "file"),
            (("limit", None, 1), ("unit", None, "work_hour"), ("mark", None, "unverified")),
        ),
    ]  # fmt: skip


def test_published_from_a_day_it_ends_the_one_before_and_old_cases_keep_theirs(catalog, draft):  # noqa: F811
    old = catalog.classes.get(kind="event", code="06012")
    one = in_draft(draft)
    actions.change_class(class_id=one.pk, values={"name": "新名称"}, **WHO)
    actions.publish_draft(version_id=draft.pk, valid_from=date(2027, 1, 1), note="2027 年版", **WHO)
    assert queries.version_in_force(date(2026, 12, 31)) == catalog
    assert queries.version_in_force(date(2027, 1, 1)) == draft
    assert queries.class_by_id(old.pk).name != "新名称" == queries.class_by_id(one.pk).name
    with pytest.raises(Refused, match="version_published"):
        actions.change_class(class_id=one.pk, values={"name": "再改"}, **WHO)
    with pytest.raises(Refused, match="version_published"):
        actions.discard_draft(version_id=draft.pk, **WHO)


def test_a_discarded_draft_leaves_nothing_behind(catalog):  # noqa: F811
    before = counts()[:-1]
    draft = actions.start_draft(version_id=catalog.pk, **WHO)
    actions.discard_draft(version_id=draft.pk, **WHO)
    assert counts()[:-1] == before


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda d: actions.start_draft(version_id=d.based_on_id, **WHO), "draft_exists"),
        (lambda d: actions.publish_draft(version_id=d.pk, valid_from=date(2026, 11, 19), **WHO), "starts_in_past"),
        (
            lambda d: actions.publish_draft(version_id=d.based_on_id, valid_from=date(2027, 1, 1), **WHO),
            "version_published",
        ),
        (lambda d: actions.change_class(class_id=in_draft(d).pk, values={"code": "1"}, **WHO), "unknown_field"),
        (lambda d: actions.change_class(class_id=in_draft(d).pk, values={"name": " "}, **WHO), "bad_value"),
        (lambda d: actions.change_class(class_id=in_draft(d).pk, values={"name": "长" * 61}, **WHO), "bad_value"),
        (lambda d: actions.change_class(class_id=in_draft(d).pk, values={"priority": "x"}, **WHO), "bad_value"),
        (lambda d: actions.change_class(class_id=in_draft(d).pk, values={"check_needed": 1}, **WHO), "bad_value"),
        (lambda d: actions.set_stage_limit(version_id=d.pk, stage="x", limit=1, unit="work_day", **WHO), "bad_value"),
        (
            lambda d: actions.set_stage_limit(version_id=d.pk, stage="file", limit=0, unit="work_day", **WHO),
            "bad_value",
        ),
    ],
)  # fmt: skip
def test_refused_and_nothing_is_written(draft, call, code):
    before = counts()
    with pytest.raises(Refused, match=code):
        call(draft)
    assert counts() == before and draft_differences(draft) == []


def test_a_version_without_every_limit_is_not_published(draft):
    draft.stage_limits.filter(stage="file").delete()
    with pytest.raises(Refused, match="limit_missing"):
        actions.publish_draft(version_id=draft.pk, valid_from=date(2027, 1, 1), **WHO)


def test_only_who_may_edit_and_only_what_is_there(draft, streets):  # noqa: F811
    for who in ("dispatcher", "grid_worker", "leader"):
        with pytest.raises(NotAllowed):
            actions.change_class(class_id=in_draft(draft).pk, values={}, by=streets.a.staff[who], at=AT)
    for call in (
        lambda: actions.start_draft(version_id=0, **WHO),
        lambda: actions.publish_draft(version_id=0, valid_from=date(2027, 1, 1), **WHO),
        lambda: actions.change_class(class_id=0, values={}, **WHO),
        lambda: actions.change_standard(standard_id=0, values={}, **WHO),
        lambda: actions.set_stage_limit(
            version_id=draft.pk, stage="file", limit=1, unit="work_day", class_id=0, **WHO
        ),
    ):
        with pytest.raises(NotFound):
            call()


def test_differences_are_of_rows_by_key():
    before, now = {("a",): {"x": 1}, ("b",): {"x": 1}}, {("b",): {"x": 2}, ("c",): {"x": 3}}
    assert [(d.change, d.where, d.fields) for d in differences("w", before, now)] == [
        (Change.REMOVED, ("a",), (("x", 1, None),)),
        (Change.CHANGED, ("b",), (("x", 1, 2),)),
        (Change.ADDED, ("c",), (("x", None, 3),)),
    ]
    assert differences("w", before, before) == []
