"""Dispatch rules in draft: kept, changed, checked together with the rules in force, published all at once or not."""

from datetime import timedelta

import pytest

from onegrid.accounts.orgs.models import OrgKind
from onegrid.cases.catalog import queries
from onegrid.cases.catalog.actions import (
    discard_rule_draft,
    keep_rule_draft,
    publish_rule_drafts,
    set_dispatch_rule,
)
from onegrid.cases.catalog.models import DispatchRule, RuleDraft, RuleHelper, RuleLimit
from onegrid.cases.catalog.queries.ruling import (
    areas_to_rule,
    checked_rules,
    dispatch_rules,
    replaced_by,
    rule_draft,
    rule_drafts,
)
from onegrid.cases.catalog.rules.choosing import Fault
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from tests.cases.catalog.test_catalog import AT, BY, SCHEME, a_class, catalog  # noqa: F401  a fixture
from tests.streets import streets  # noqa: F401


@pytest.fixture
def town(catalog, streets):  # noqa: F811
    return streets


def kept(town, **more) -> RuleDraft:
    given = {"scheme": SCHEME, "kind": "event", "major_code": "06", "by": BY, "at": AT}
    if not {"org_kind", "like_code", "ends"} & set(more):
        given["organisation_id"] = town.department.pk
    return keep_rule_draft(**given | more)


def published(*drafts: RuleDraft, **more) -> list[DispatchRule]:
    return publish_rule_drafts(
        seen={draft.pk: draft.edits for draft in drafts}, **{"by": BY, "at": AT} | more
    )


def written() -> list:
    rules = sorted(DispatchRule.objects.values_list("pk", "valid_to"))
    return [rules, *(table.objects.count() for table in (RuleDraft, RuleHelper, RuleLimit, AuditEntry))]


def went_to(town, code="06012", at=AT):
    return queries.route(a_class(code), town.a.grids[0].path, at).organisation


def test_nothing_is_dispatched_by_a_draft(town):
    draft = kept(town, class_code="06012", helpers=[town.a.office.pk, OrgKind.COMMUNITY_STATION],
                 limits={"handle": (4, "urgent_hour")}, reason="专项")  # fmt: skip
    assert went_to(town) == town.a.centre
    (rule,) = published(draft)
    way = queries.route(a_class("06012"), town.a.grids[0].path, AT)
    assert (way.rule_id, way.organisation, way.why) == (rule.pk, town.department, "专项")
    assert way.helpers == (town.a.office, town.a.stations[0]) and way.limits["handle"].limit == 4
    assert not RuleDraft.objects.exists()


def test_published_for_later_the_old_rule_holds_till_then(town):
    old = set_dispatch_rule(
        scheme=SCHEME, kind="event", major_code="06", org_kind=OrgKind.STREET_OFFICE, by=BY, at=AT
    )
    draft = kept(town)
    assert replaced_by([draft], AT) == {draft.pk: old}
    when = AT + timedelta(days=3)
    published(draft, when=when)
    assert went_to(town) == town.a.office and went_to(town, at=when) == town.department
    assert [rule.organisation for rule in dispatch_rules(old.scheme_id, AT, show="coming")] == [
        town.department
    ]
    assert dispatch_rules(old.scheme_id, AT) == [old]
    assert dispatch_rules(old.scheme_id, when, show="ended") == [old]


def test_a_rule_only_ends(town):
    set_dispatch_rule(
        scheme=SCHEME, kind="event", major_code="06", org_kind=OrgKind.STREET_OFFICE, by=BY, at=AT
    )
    assert published(kept(town, ends=True)) == []
    assert went_to(town) == town.a.centre
    again = kept(town, ends=True)
    with pytest.raises(Refused, match="no_rule_to_end"):
        published(again)


def test_rules_that_only_fit_together_are_published_together(town):
    """One by one the first would lead round in a circle with the rule that the second replaces."""
    set_dispatch_rule(
        scheme=SCHEME, kind="event", major_code="06", class_code="06012", like_code="06011", by=BY, at=AT
    )
    back = kept(town, class_code="06011", like_code="06012")
    (version,) = {queries.version_in_force(AT.date())}
    assert [f.fault for f in checked_rules(version, AT, drafts=[back]).hindering] == [Fault.CIRCLE]
    before = written()
    with pytest.raises(Refused, match="rule_circle"):
        published(back)
    assert written() == before
    own = kept(town, class_code="06012")
    assert checked_rules(version, AT, drafts=[back, own]).hindering == []
    published(back, own)
    assert went_to(town, "06011") == went_to(town, "06012") == town.department


def test_an_overlap_with_a_later_rule_is_told_and_stops_everything(town):
    set_dispatch_rule(
        scheme=SCHEME, kind="event", major_code="06", org_kind=OrgKind.STREET_OFFICE, by=BY, at=AT + timedelta(days=9)
    )  # fmt: skip
    good, bad = kept(town, major_code="07"), kept(town)
    version = queries.version_in_force(AT.date())
    (fault,) = checked_rules(version, AT, drafts=[good, bad]).hindering
    assert fault.fault == Fault.OVERLAP and f"d{bad.pk}" in fault.keys
    before = written()
    with pytest.raises(Refused, match="rule_overlap"):
        published(good, bad)
    assert written() == before


def test_gaps_are_counted_with_the_drafts_and_at_the_place(town):
    version = queries.version_in_force(AT.date())

    def gaps(path="", drafts=()):
        return {f.about[:2] for f in checked_rules(version, AT, drafts=drafts, path=path).gaps}

    draft = kept(town)
    assert ("event", "06") in gaps() and ("event", "06") not in gaps(drafts=[draft])
    published(draft)
    assert ("event", "06") not in gaps()
    assert ("event", "06") in gaps(drafts=[kept(town, ends=True)])
    published(kept(town, major_code="07", area_id=town.a.area.pk))
    assert ("event", "07") in gaps() and ("event", "07") not in gaps(town.a.grids[0].path)
    assert ("event", "07") in gaps(town.b.grids[0].path)


def test_a_draft_is_changed_and_who_was_faster_wins(town):
    draft = kept(town)
    changed = kept(town, draft_id=draft.pk, seen=1, org_kind=OrgKind.STREET_OFFICE)
    assert (changed.pk, changed.edits, changed.organisation) == (draft.pk, 2, None)
    for call in (
        lambda: kept(town, draft_id=draft.pk, seen=1),
        lambda: discard_rule_draft(draft_id=draft.pk, seen=1, by=BY, at=AT),
        lambda: published(draft),
    ):
        with pytest.raises(Refused, match="changed_meanwhile"):
            call()
    discard_rule_draft(draft_id=draft.pk, seen=2, by=BY, at=AT)
    with pytest.raises(Refused, match="changed_meanwhile"):
        published(changed)
    with pytest.raises(NotFound):
        discard_rule_draft(draft_id=draft.pk, by=BY, at=AT)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"scheme": "x"}, "no_such_scheme"), ({"major_code": "99"}, "no_such_code"), ({"kind": "x"}, "no_such_code"),
        ({"class_code": "06999"}, "no_such_code"), ({"class_code": "07001"}, "no_such_code"),
        ({"like_code": "99999"}, "no_such_code"), ({"like_code": "06"}, "no_such_code"),
        ({"hours": "noon"}, "bad_hours"),
        ({"org_kind": "department", "like_code": "07"}, "one_target"), ({"ends": False}, "one_target"),
        ({"ends": True, "like_code": "07"}, "one_target"), ({"org_kind": "x"}, "unit_closed"),
        ({"helpers": [0]}, "unit_closed"), ({"helpers": ["x"]}, "unit_closed"), ({"closed": 1}, "unit_closed"),
        ({"limits": {"handle": (0, "work_day")}}, "bad_limit"), ({"limits": {"x": (1, "work_day")}}, "bad_limit"),
        ({"limits": {"verify": (1, "work_day")}}, "limit_before_dispatch"),
        ({"limits": {"dispatch": (1, "work_day")}}, "limit_before_dispatch"),
        ({"helpers": ["department"] * 21}, "too_many_rows"), ({"reason": "长" * 121}, "reason_too_long"),
        ({"twice": 1}, "rule_draft_there"),
    ],
)  # fmt: skip
def test_a_draft_is_refused_and_nothing_is_written(town, more, code):
    more = dict(more)
    if more.pop("closed", None):
        town.department.closed_on = AT.date()
        town.department.save()
    if more.pop("twice", None):
        kept(town)
    before = written()
    with pytest.raises(Refused, match=code):
        kept(town, **more)
    assert written() == before


def test_publishing_is_refused_for_the_past_for_nothing_and_for_a_closed_unit(town):
    draft = kept(town)
    with pytest.raises(Refused, match="starts_in_past"):
        published(draft, when=AT - timedelta(minutes=1))
    with pytest.raises(Refused, match="nothing_to_publish"):
        published()
    town.department.closed_on = AT.date()
    town.department.save()
    with pytest.raises(Refused, match="unit_closed"):
        published(draft)
    assert RuleDraft.objects.get() == draft and not DispatchRule.objects.exists()


def test_a_draft_from_before_that_times_what_comes_before_dispatch_is_not_published(town):
    draft = kept(town)
    RuleDraft.objects.update(limits={"file": [1, "work_hour"]})
    before = written()
    with pytest.raises(Refused, match="limit_before_dispatch"):
        published(draft)
    assert written() == before


def test_a_right_for_one_street_writes_rules_of_that_street_only(town):
    officer = town.staff["data_officer"]
    everywhere, other = kept(town), kept(town, area_id=town.b.area.pk)
    assert {draft.pk for draft in rule_drafts(viewer=officer)} == {everywhere.pk, other.pk}
    grant = officer.grants.get()
    grant.area = town.a.area
    grant.save()
    officer = type(officer).objects.get(pk=officer.pk)
    mine = kept(town, area_id=town.a.communities[0].pk, by=officer)
    assert rule_drafts(viewer=officer) == [mine]
    assert areas_to_rule(viewer=officer) == [town.a.area, *town.a.communities]
    for area, refused in ((town.b.area.pk, NotFound), (None, NotAllowed)):
        with pytest.raises(refused):
            kept(town, major_code="07", area_id=area, by=officer)
    with pytest.raises(NotFound):
        rule_draft(other.pk, viewer=officer)
    with pytest.raises(NotFound):
        published(mine, other, by=officer)
    assert not DispatchRule.objects.exists()
    with pytest.raises(NotAllowed):
        kept(town, by=town.a.staff["dispatcher"])
    assert rule_drafts(viewer=town.a.staff["dispatcher"]) == []


def test_rules_are_found_by_class_unit_area_and_place(town):
    wide = set_dispatch_rule(
        scheme=SCHEME, kind="event", major_code="06", organisation=town.department, reason="专项", by=BY, at=AT
    )  # fmt: skip
    near = set_dispatch_rule(
        scheme=SCHEME, kind="event", major_code="06", class_code="06012", area=town.b.area,
        organisation=town.b.office, by=BY, at=AT,
    )  # fmt: skip

    def found(**more):
        return dispatch_rules(wide.scheme_id, AT, **more)

    assert found() == [wide, near] and found(kind="component") == []
    assert found(text="06012") == [near] and found(text="06") == [wide, near] and found(text="专项") == [wide]
    assert found(text=town.b.office.name) == [near] and found(text="乙街道") == [near]
    assert found(area=town.a.grids[0]) == [wide] and found(area=town.b.grids[0]) == [wide, near]
