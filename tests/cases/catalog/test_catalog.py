"""The shipped catalogue, its marks, and who is responsible for what."""

from datetime import UTC, datetime

import pytest

from onegrid.accounts.orgs.models import OrgKind
from onegrid.cases.catalog import queries
from onegrid.cases.catalog.actions import load_catalog, set_dispatch_rule
from onegrid.cases.catalog.models import CaseClass, CatalogVersion, Mark, Standard, amount
from onegrid.cases.catalog.rules import best_rule, nearest
from onegrid.cases.catalog.shipped import content
from onegrid.kit.actors import SystemActor
from onegrid.kit.errors import NotAllowed, Refused
from tests.streets import streets  # noqa: F401

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
BY = SystemActor("test")
SCHEME = "gbt47678.5-2026"


@pytest.fixture
def catalog(db) -> CatalogVersion:
    return load_catalog(content=content(), by=BY, at=AT)


def a_class(code: str) -> CaseClass:
    return CaseClass.objects.select_related("version", "major").get(kind="event", code=code)


def test_the_shipped_catalogue_is_complete_and_marked(catalog):
    assert catalog.classes.filter(kind="component").count() == 153
    assert catalog.classes.filter(kind="event").count() == 250
    assert catalog.classes.exclude(fault_of=None).count() == 153
    # no row may pass for a national value: all of them are one city's
    assert set(Standard.objects.values_list("mark", flat=True)) == {Mark.LOCAL_SAMPLE}
    assert all("运城" in source for source in Standard.objects.values_list("source", flat=True).distinct())
    assert set(catalog.stage_limits.values_list("mark", flat=True)) == {Mark.UNVERIFIED}


def test_loading_again_changes_nothing(catalog):
    before = CaseClass.objects.count(), Standard.objects.count()
    assert load_catalog(content=content(), by=BY, at=AT) == catalog
    assert (CaseClass.objects.count(), Standard.objects.count()) == before


def test_a_newer_version_ends_the_one_before(catalog):
    newer = {**content(), "version": {"number": 2, "valid_from": "2027-01-01"}}
    second = load_catalog(content=newer, by=BY, at=AT)
    assert queries.version_in_force(datetime(2026, 12, 31).date()) == catalog  # noqa: DTZ001  a day
    assert queries.version_in_force(datetime(2027, 1, 1).date()) == second  # noqa: DTZ001


def test_a_version_that_is_not_newer_is_refused_and_nothing_is_written(catalog):
    with pytest.raises(Refused, match="version_not_newer"):
        load_catalog(
            content={**content(), "version": {"number": 2, "valid_from": "2026-07-01"}}, by=BY, at=AT
        )
    assert CatalogVersion.objects.count() == 1


def test_days_before_the_first_version_count_by_the_first(catalog):
    assert queries.version_in_force(datetime(2011, 1, 1).date()) == catalog  # noqa: DTZ001


def test_without_a_catalogue_the_refusal_says_so(db):
    with pytest.raises(Refused, match="catalog_missing"):
        queries.classes_for_residents(at=AT)


def test_faults_use_the_rows_of_their_component(catalog):
    fault = a_class("01001")
    rows = queries.standards_of(fault)
    assert [row.case_class.kind for row in rows] == ["component"] * 4
    assert (rows[0].limit, rows[0].unit) == (2, "urgent_hour")


def test_residents_are_offered_plain_names(catalog):
    offered = queries.classes_for_residents(at=AT)
    assert 20 <= len(offered) <= 40
    assert all(c.plain_name and c.plain_name_en for c in offered)


def test_only_who_may_edit_loads(streets):  # noqa: F811
    with pytest.raises(NotAllowed):
        load_catalog(content=content(), by=streets.a.staff["grid_worker"], at=AT)
    assert not CatalogVersion.objects.exists()


class TestRoute:
    @pytest.fixture(autouse=True)
    def _ready(self, catalog, streets):  # noqa: F811
        self.streets, self.grid = streets, streets.a.grids[0]

    def rule(self, **more):
        return set_dispatch_rule(scheme=SCHEME, kind="event", major_code="06", by=BY, at=AT, **more)

    def went_to(self, code="06012"):
        return queries.route(a_class(code), self.grid.path, AT)

    def test_without_rules_the_street_centre_has_it(self):
        way = self.went_to()
        assert way.organisation == self.streets.a.centre and way.rule_id is None

    def test_a_kind_means_the_nearest_one(self):
        self.rule(org_kind=OrgKind.STREET_OFFICE)
        assert self.went_to().organisation == self.streets.a.office

    def test_a_deeper_area_wins_and_then_a_single_class(self):
        everywhere = self.rule(organisation=self.streets.department)
        here = self.rule(org_kind=OrgKind.STREET_OFFICE, area=self.streets.a.area)
        assert self.went_to().rule_id == here.pk
        single = self.rule(organisation=self.streets.a.centre, area=self.streets.a.area, class_code="06012")
        assert self.went_to().rule_id == single.pk
        assert self.went_to("06013").rule_id == here.pk
        assert queries.route(a_class("06012"), self.streets.b.grids[0].path, AT).rule_id == everywhere.pk

    def test_an_abolished_unit_is_passed_over(self):
        self.rule(organisation=self.streets.a.office)
        self.streets.a.office.closed_on = AT.date()
        self.streets.a.office.save()
        assert self.went_to().organisation == self.streets.a.centre

    def test_a_new_rule_ends_the_old_one_at_the_same_moment(self):
        old = self.rule(org_kind=OrgKind.STREET_OFFICE)
        new = self.rule(organisation=self.streets.department)
        old.refresh_from_db()
        assert old.valid_to == new.valid_from
        assert self.went_to().rule_id == new.pk

    def test_a_rule_names_one_target(self):
        with pytest.raises(Refused, match="one_target"):
            self.rule()
        with pytest.raises(Refused, match="one_target"):
            self.rule(org_kind=OrgKind.DEPARTMENT, organisation=self.streets.department)

    def test_no_centre_anywhere_is_refused(self):
        self.streets.a.centre.closed_on = AT.date()
        self.streets.a.centre.save()
        with pytest.raises(Refused, match="no_responsible_unit"):
            self.went_to()


class At:
    def __init__(self, area_path, class_code=""):
        self.area_path, self.class_code = area_path, class_code


def test_best_rule_and_nearest_are_decided_by_depth():
    wide, deep, single = At(""), At("1.2."), At("1.", "06012")
    assert best_rule([wide, deep, single], class_code="06012", path="1.2.3.") is deep
    assert best_rule([wide, single], class_code="06012", path="1.2.3.") is single
    assert best_rule([single], class_code="06013", path="1.2.3.") is None
    assert best_rule([At("1.22.")], class_code="x", path="1.2.3.") is None
    assert nearest([At("1."), At("1.2."), At("2.")], "1.2.3.").area_path == "1.2."
    assert nearest([], "1.") is None


@pytest.mark.parametrize(
    ("limit", "unit", "words"),
    [
        (1, "work_day", "1 working day"),
        (2, "work_day", "2 working days"),
        (1, "urgent_hour", "1 urgent working hour"),
        (3, "urgent_day", "3 urgent working days"),
        (1, "natural_day", "1 calendar day"),
        (4, "work_hour", "4 working hours"),
    ],
)
def test_a_limit_is_said_as_people_say_it(limit, unit, words):
    assert amount(limit, unit) == words == Standard(limit=limit, unit=unit).limit_words
