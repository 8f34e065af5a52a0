"""A class of a draft written whole from its page, and what is refused."""

import pytest

from onegrid.accounts.orgs.models import OrgKind
from onegrid.cases.catalog import actions, queries
from onegrid.cases.catalog.models import CaseClass, CatalogVersion, StageLimit, Standard
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from tests.cases.catalog.test_catalog import AT, BY, catalog  # noqa: F401  a fixture
from tests.cases.catalog.test_drafts import counts, draft, in_draft  # noqa: F401
from tests.streets import streets  # noqa: F401

WHO = {"by": BY, "at": AT}
DUTY = {"part": "lead", "unit_name": "城管局", "duty": "清理", "basis": "条例第5条", "mark": "local_sample"}


def row(**more) -> dict:
    given = {"filing_condition": "有垃圾", "closing_condition": "清理", "limit": 2, "unit": "work_hour",
             "mark": "local_sample", "source": "本市"}  # fmt: skip
    return given | more


def rewritten(one: CaseClass, **more) -> CaseClass:
    given = {"seen": one.edited, "values": {"name": one.name}, "conditions": [], "limits": {}, "duties": []}
    return actions.rewrite_class(class_id=one.pk, **given | more, **WHO)


def test_a_class_is_what_its_page_said(draft, streets):  # noqa: F811
    one = in_draft(draft)
    first, *rest = Standard.objects.filter(case_class=one)
    actions.set_stage_limit(
        version_id=draft.pk, stage="check", limit=7, unit="work_hour", standard_id=first.pk, **WHO
    )
    kept = row(id=first.pk, filing_condition=first.filing_condition, closing_condition="另一种", limit=9)
    now = rewritten(
        one, values={"name": "新名", "priority": "urgent"}, conditions=[row(), kept], duties=[DUTY],
        limits={"file": (3, "work_hour", "local_sample")}, org_kind=OrgKind.STREET_OFFICE,
    )  # fmt: skip
    rows = queries.standards_of(now)
    assert [(r.pk == first.pk, r.position, r.limit) for r in rows] == [(True, 1, 9), (False, 2, 2)]
    assert rows[0].filing_condition_en == first.filing_condition_en and rows[0].closing_condition_en == ""
    assert queries.stage_limit(now, rows[0], "check").limit == 7
    assert queries.stage_limit(now, rows[1], "file").limit == 3
    assert [(line.unit_name, line.basis) for line in now.duty_lines.all()] == [("城管局", "条例第5条")]
    assert (now.name, now.default_org_kind, now.edited) == ("新名", "street_office", 2)
    assert not Standard.objects.filter(pk__in=[r.pk for r in rest]).exists()
    emptied = rewritten(now)
    assert queries.standards_of(emptied) == [] and not emptied.duty_lines.exists()
    assert not StageLimit.objects.filter(case_class=emptied).exists() and emptied.default_org_kind == ""


def test_who_was_faster_wins_and_nothing_of_the_other_is_written(draft):  # noqa: F811
    one, other = in_draft(draft), in_draft(draft, "06013")
    rewritten(one, values={"name": "先来"})
    rewritten(other, values={"name": "另一类"})  # another class is nobody's conflict
    before = counts()
    with pytest.raises(Refused, match="changed_meanwhile"):
        rewritten(one, values={"name": "后到"})
    assert in_draft(draft).name == "先来" and counts() == before
    seen = CatalogVersion.objects.get(pk=draft.pk).edits
    rewritten(in_draft(draft))
    for call in (actions.discard_draft, actions.publish_draft):
        more = {"valid_from": AT.date()} if call is actions.publish_draft else {}
        with pytest.raises(Refused, match="changed_meanwhile"):
            call(version_id=draft.pk, seen=seen, **more, **WHO)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"values": {"name": ""}}, "bad_value"), ({"values": {"x": 1}}, "unknown_field"),
        ({"conditions": [row(limit=0)]}, "bad_value"), ({"conditions": [row(unit="week")]}, "bad_value"),
        ({"conditions": [row(filing_condition=" ")]}, "bad_value"),
        ({"conditions": [row(mark="national", source="")]}, "national_needs_source"),
        ({"conditions": [row()] * 51}, "too_many_rows"), ({"duties": [DUTY] * 51}, "too_many_rows"),
        ({"duties": [DUTY | {"unit_name": " "}]}, "bad_value"), ({"duties": [DUTY | {"part": "x"}]}, "bad_value"),
        ({"duties": [DUTY | {"mark": "national", "basis": ""}]}, "national_needs_source"),
        ({"limits": {"x": (1, "work_day", "unverified")}}, "bad_value"),
        ({"limits": {"file": (0, "work_day", "unverified")}}, "bad_value"),
        ({"limits": {"file": (1, "work_day", "national")}}, "national_needs_source"),
        ({"organisation_id": 0}, "unit_closed"), ({"org_kind": "x"}, "bad_value"),
        ({"organisation_id": 1, "org_kind": "department"}, "one_target"),
    ],
)  # fmt: skip
def test_refused_and_nothing_is_written(draft, more, code):  # noqa: F811
    before, one = counts(), in_draft(draft)
    with pytest.raises(Refused, match=code):
        rewritten(one, **more)
    assert counts() == before and queries.draft_differences(draft) == []


def test_a_row_of_another_class_is_not_there(draft):  # noqa: F811
    one, before = in_draft(draft), counts()
    other = Standard.objects.filter(case_class__version=draft).exclude(case_class=one).first()
    for rows in ([row(id=other.pk)], [row(id=10**9)]):
        with pytest.raises(NotFound):
            rewritten(one, conditions=rows)
    assert counts() == before


def test_limits_of_all_stages_are_set_at_once(draft):  # noqa: F811
    told = {"file": (1, "work_hour", "local_sample"), "handle": (3, "work_day", "unverified")}
    actions.set_version_limits(version_id=draft.pk, seen=0, limits=told, **WHO)
    assert {stage: (r.limit, r.unit, r.mark) for stage, r in queries.stage_limits(draft.pk).items()} == told
    with pytest.raises(Refused, match="changed_meanwhile"):
        actions.set_version_limits(version_id=draft.pk, seen=0, limits={}, **WHO)


def test_only_who_may_and_only_a_draft(draft, catalog, streets):  # noqa: F811
    one = in_draft(draft)
    with pytest.raises(NotAllowed):
        nothing = {"seen": 0, "values": {}, "conditions": [], "limits": {}, "duties": []}
        actions.rewrite_class(class_id=one.pk, **nothing, by=streets.a.staff["leader"], at=AT)
    with pytest.raises(Refused, match="version_published"):
        rewritten(catalog.classes.get(kind="event", code="06012"))
    with pytest.raises(NotFound):
        actions.rewrite_class(class_id=0, seen=0, values={}, conditions=[], limits={}, duties=[], **WHO)
