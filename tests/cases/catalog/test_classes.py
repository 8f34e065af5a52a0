"""A class comes into a draft by hand, another leaves it; what is refused, and what goes along."""

from datetime import date

import pytest

from onegrid.cases.catalog import actions, queries
from onegrid.cases.catalog.models import CaseClass, DutyLine, MajorClass, Standard
from onegrid.cases.catalog.rules.differences import Change
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from tests.cases.catalog.test_catalog import AT, BY, SCHEME, catalog  # noqa: F401  a fixture
from tests.cases.catalog.test_drafts import counts, draft, in_draft  # noqa: F401
from tests.cases.catalog.test_editing import DUTY, rewritten, row
from tests.streets import streets  # noqa: F401

WHO = {"by": BY, "at": AT}
RULE = {"scheme": SCHEME, "kind": "event", "major_code": "06", "class_code": "06012"}


def added(draft, **more) -> CaseClass:  # noqa: F811
    given = {"kind": "event", "code": "06999", "name": "共享滑板车乱停"} | more
    return actions.add_class(version_id=draft.pk, **given, **WHO)


def removed(one: CaseClass, **more) -> None:
    actions.remove_class(class_id=one.pk, **{"seen": one.edited} | more, **WHO)


def test_an_added_class_is_filed_by_once_its_draft_is_published(draft):  # noqa: F811
    one = added(draft)
    assert (one.major.name, one.mark, one.edited) == (in_draft(draft).major.name, "local_sample", 1)
    rewritten(one, conditions=[row()], limits={"file": (3, "work_hour", "local_sample")})
    (told, *_rest) = queries.draft_differences(draft)
    assert (told.change, told.where) == (Change.ADDED, ("event", "06999"))
    assert one.pk not in {known.pk for known in queries.matters(at=AT)}
    actions.publish_draft(version_id=draft.pk, valid_from=date(2026, 11, 20), **WHO)
    assert one.pk in {known.pk for known in queries.matters(at=AT)}
    (standard,) = queries.standards_of(queries.class_by_id(one.pk))
    assert queries.stage_limit(queries.class_by_id(one.pk), standard, "file").limit == 3


def test_a_new_major_class_comes_with_its_first_class_and_goes_with_its_last(draft):  # noqa: F811
    before = MajorClass.objects.count()
    first, second = added(draft, code="77001", major_name="低空"), added(draft, code="77002", name="无人机")
    assert first.major == second.major and MajorClass.objects.count() == before + 1
    removed(first)
    assert MajorClass.objects.count() == before + 1
    removed(second)
    assert MajorClass.objects.count() == before and queries.draft_differences(draft) == []


def test_a_fault_asks_its_component(draft):  # noqa: F811
    component = added(draft, kind="component", code="01888", name="智慧灯杆")
    fault = added(draft, code="01888", name="智慧灯杆异常", is_fault=True)
    rewritten(component, conditions=[row(limit=7)])
    assert [standard.limit for standard in queries.standards_of(fault)] == [7]
    before = counts()
    with pytest.raises(Refused, match="fault_needs_class") as refusal:
        removed(CaseClass.objects.get(pk=component.pk))
    assert "智慧灯杆异常" in str(refusal.value.message) and counts() == before
    removed(fault)
    removed(CaseClass.objects.get(pk=component.pk))
    assert queries.draft_differences(draft) == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"code": "06012"}, "code_there"), ({"code": "0601"}, "code_length"), ({"code": "999"}, "bad_code"),
        ({"code": "06 12"}, "bad_code"), ({"code": "٠٦٩٩٩"}, "bad_code"), ({"code": "069999"}, "bad_code"),
        ({"code": "06999\n"}, "bad_code"),
        ({"kind": "x"}, "bad_value"), ({"name": " "}, "bad_value"), ({"name": "长" * 61}, "bad_value"),
        ({"name": "\0"}, "bad_value"), ({"code": "77001"}, "major_missing"),
        ({"code": "77001", "major_name": "长" * 61}, "bad_value"),
        ({"major_name": "另一个名字"}, "major_named_otherwise"),
        ({"is_fault": True}, "no_such_component"),
        ({"kind": "component", "code": "01888", "is_fault": True}, "no_such_component"),
    ],
)  # fmt: skip
def test_adding_is_refused_and_nothing_is_written(draft, more, code):  # noqa: F811
    before = counts()
    with pytest.raises(Refused, match=code):
        added(draft, **more)
    assert counts() == before and queries.draft_differences(draft) == []


def test_a_name_stands_once_in_its_major_class(draft):  # noqa: F811
    with pytest.raises(Refused, match="name_there"):
        added(draft, name=in_draft(draft).name)
    assert added(draft, name=in_draft(draft).name, code="77001", major_name="低空").major.code == "77"


def test_a_removed_class_takes_its_own_along_and_the_old_version_keeps_it(catalog, draft):  # noqa: F811
    one = rewritten(
        in_draft(draft), duties=[DUTY], conditions=[row()], limits={"file": (3, "work_hour", "unverified")}
    )
    actions.set_stage_limit(
        version_id=draft.pk, stage="check", limit=1, unit="work_hour", standard_id=one.own_standards.get().pk, **WHO
    )  # fmt: skip
    edits = one.edited
    with pytest.raises(Refused, match="changed_meanwhile"):
        removed(one, seen=edits - 1)
    removed(one)
    assert not Standard.objects.filter(case_class=one.pk).exists()
    assert not DutyLine.objects.filter(case_class=one.pk).exists()
    told = {(d.change, d.what) for d in queries.draft_differences(draft) if d.where[:2] == ("event", "06012")}
    assert (Change.REMOVED, "class") in told and {change for change, _what in told} == {Change.REMOVED}
    assert catalog.classes.filter(kind="event", code="06012").exists()
    draft.refresh_from_db()
    assert draft.edits > edits  # who looks at what changes looks again
    for late in (lambda: removed(one), lambda: rewritten(one)):
        with pytest.raises(NotFound):
            late()


def test_what_a_rule_names_stays_until_the_rule_has_an_end(draft, streets):  # noqa: F811
    one, other = in_draft(draft), in_draft(draft, "06013")
    rule = actions.set_dispatch_rule(**RULE, org_kind="street_office", **WHO)
    actions.keep_rule_draft(**RULE | {"class_code": "06011"}, like_code="06013", **WHO)
    before = counts()
    for needed in (one, other):
        with pytest.raises(Refused, match="rule_needs_class"):
            removed(needed)
    assert counts() == before
    ending = actions.keep_rule_draft(
        **RULE, ends=True, **WHO
    )  # a draft of an end needs nothing, and ends nothing yet
    with pytest.raises(Refused, match="rule_needs_class"):
        removed(one)
    later = AT.replace(year=2027)
    actions.publish_rule_drafts(seen={ending.pk: ending.edits}, when=later, **WHO)
    rule.refresh_from_db()
    assert rule.valid_to == later
    removed(one)


def test_the_last_class_of_a_major_class_that_a_rule_names_stays(draft, streets):  # noqa: F811
    first, second = added(draft, code="77001", major_name="低空"), added(draft, code="77002", name="无人机")
    with pytest.raises(Refused, match="no_such_code"):  # rules are written by what is in force
        actions.keep_rule_draft(scheme=SCHEME, kind="event", major_code="77", org_kind="street_office", **WHO)
    actions.publish_draft(version_id=draft.pk, valid_from=date(2026, 11, 20), **WHO)
    actions.set_dispatch_rule(scheme=SCHEME, kind="event", major_code="77", org_kind="street_office", **WHO)
    again = actions.start_draft(version_id=draft.pk, **WHO)
    removed(again.classes.get(code="77001"))
    with pytest.raises(Refused, match="rule_needs_class"):
        removed(again.classes.get(code="77002"))
    assert first.pk != second.pk and again.classes.filter(code="77002").exists()


def test_only_who_may_and_only_a_draft(draft, catalog, streets):  # noqa: F811
    before, one = counts(), in_draft(draft)
    officer = {"by": streets.a.staff["leader"], "at": AT}
    with pytest.raises(NotAllowed):
        actions.add_class(version_id=draft.pk, kind="event", code="06999", name="新", **officer)
    with pytest.raises(NotAllowed):
        actions.remove_class(class_id=one.pk, seen=0, **officer)
    with pytest.raises(Refused, match="version_published"):
        added(catalog)
    with pytest.raises(Refused, match="version_published"):
        removed(catalog.classes.get(kind="event", code="06012"))
    for call in (
        lambda: actions.add_class(version_id=0, kind="event", code="06999", name="新", **WHO),
        lambda: actions.remove_class(class_id=0, seen=0, **WHO),
    ):
        with pytest.raises(NotFound):
            call()
    assert counts() == before
