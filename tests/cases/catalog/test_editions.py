"""Schemes side by side, their counterparts, published versions that stand, and what is kept in memory."""

from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from onegrid.cases.catalog import queries
from onegrid.cases.catalog.actions import load_catalog, load_mappings
from onegrid.cases.catalog.models import (
    CaseClass,
    CatalogVersion,
    ClassMapping,
    DutyLine,
    Mark,
    Scheme,
    Stage,
    StageLimit,
    Standard,
)
from onegrid.cases.catalog.shipped import content, mappings, names
from onegrid.kit.errors import Refused
from tests.cases.catalog.test_catalog import AT, BY, SCHEME, a_class, catalog  # noqa: F401  a fixture


@pytest.fixture
def all_schemes(db):
    for name in names():
        load_catalog(content=content(name), by=BY, at=AT)
    load_mappings(content=mappings(), by=BY, at=AT)


def test_every_scheme_is_there_and_only_one_is_filed_under(all_schemes):
    assert set(Scheme.objects.values_list("code", flat=True)) == {
        SCHEME, "gbt30428.2-2013", "cjt214-2007", "local-yuncheng",
    }  # fmt: skip
    assert queries.version_in_force(date(2026, 11, 20)).scheme.code == SCHEME
    assert queries.version_in_force(date(2020, 1, 1)).scheme.code == SCHEME
    # one code, several meanings: scheme and kind belong to the key
    assert CaseClass.objects.filter(code="0101").count() > 2


def test_nothing_that_comes_along_passes_for_national(all_schemes):
    marks = set(CaseClass.objects.values_list("version__scheme__code", "mark").distinct())
    assert marks == {
        (SCHEME, Mark.UNVERIFIED), ("gbt30428.2-2013", Mark.UNVERIFIED), ("cjt214-2007", Mark.UNVERIFIED),
        ("local-yuncheng", Mark.LOCAL_SAMPLE),
    }  # fmt: skip
    assert not Standard.objects.exclude(mark=Mark.LOCAL_SAMPLE).exists()
    assert set(ClassMapping.objects.values_list("mark", flat=True)) == {Mark.UNVERIFIED}


def test_every_counterpart_names_classes_that_exist(all_schemes):
    known = set(CaseClass.objects.values_list("version__scheme__code", "kind", "code"))
    for row in ClassMapping.objects.select_related("from_scheme", "to_scheme"):
        assert (row.from_scheme.code, row.from_kind, row.from_code) in known
        assert (row.to_scheme.code, row.to_kind, row.to_code) in known


def test_counterparts_are_found_from_both_sides_and_may_be_several(all_schemes, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = queries.counterparts(SCHEME, "component", "01001")
    assert {row.from_scheme.code for row in found} >= {"gbt30428.2-2013"}
    assert queries.counterparts("gbt30428.2-2013", "component", "0101")[0].to_code == "01001"
    assert len(queries.counterparts("local-yuncheng", "component", "0181")) == 2
    assert queries.counterparts(SCHEME, "component", "no") == []


def test_mappings_load_once_and_bad_ones_not_at_all(all_schemes):
    before = ClassMapping.objects.count()
    assert load_mappings(content=mappings(), by=BY, at=AT) == 0
    good = {"from": "cjt214-2007/event/0102", "to": f"{SCHEME}/event/06012", "mark": "unverified"}
    with pytest.raises(Refused, match="bad_mapping"):
        load_mappings(content={"mappings": [good, {**good, "to": "nowhere"}]}, by=BY, at=AT)
    assert ClassMapping.objects.count() == before
    elsewhere = {**good, "to": "not-loaded/event/06012"}
    assert load_mappings(content={"mappings": [elsewhere]}, by=BY, at=AT) == 0


def refused(change) -> bool:
    try:
        with transaction.atomic():
            change()
    except (ProgrammingError, IntegrityError) as failure:
        return "stands" in str(failure)
    return False


def test_a_published_version_never_changes(catalog):  # noqa: F811
    one, row = a_class("06012"), Standard.objects.first()
    version = catalog
    changes = [
        lambda: CaseClass.objects.filter(pk=one.pk).update(name="别的"),
        lambda: Standard.objects.filter(pk=row.pk).update(limit=99),
        lambda: StageLimit.objects.filter(version=version).update(limit=99),
        lambda: StageLimit.objects.filter(version=version).delete(),
        lambda: DutyLine.objects.create(case_class=one, position=1, part="lead", unit_name="某局"),
        lambda: StageLimit.objects.create(
            version=version, case_class=one, stage="file", limit=1, unit="work_day", mark="unverified"
        ),
        lambda: CatalogVersion.objects.filter(pk=version.pk).update(status="draft"),
        lambda: CatalogVersion.objects.filter(pk=version.pk).update(note="x"),
        lambda: CatalogVersion.objects.filter(pk=version.pk).update(valid_from=date(2020, 1, 1)),
    ]
    assert [refused(change) for change in changes] == [True] * len(changes)
    # the last day may be set, once
    CatalogVersion.objects.filter(pk=version.pk).update(valid_to=date(2030, 1, 1))
    assert refused(lambda: CatalogVersion.objects.filter(pk=version.pk).update(valid_to=date(2031, 1, 1)))


def test_a_published_version_is_read_once(catalog, django_assert_num_queries):  # noqa: F811
    fault = a_class("01001")
    queries.class_by_id(fault.pk)
    with django_assert_num_queries(0):
        known = queries.class_by_id(fault.pk)
        rows = queries.standards_of(known)
        assert known.version.scheme.code == SCHEME and known.major.code == "01"
        assert [row.position for row in rows] == [1, 2, 3, 4]
        assert queries.stage_limits(known.version_id)["verify"].limit == 4
        assert queries.stage_limit(known, rows[0], Stage.HANDLE) is rows[0]
        assert queries.stage_limit(known, rows[0], Stage.CHECK).limit == 4
        assert queries.stage_limit(known, None, Stage.HANDLE).unit == "work_day"


def test_limits_of_a_row_and_of_a_class_come_before_the_versions(db):
    draft = CatalogVersion.objects.create(
        scheme=Scheme.objects.create(code="s", name="s", name_en="s"), number=1, valid_from=date(2026, 1, 1)
    )
    major = draft.majors.create(kind="event", code="01", name="a", name_en="a")
    one = draft.classes.create(kind="event", code="01001", major=major, name="a", name_en="a")
    row = one.own_standards.create(
        position=1, filing_condition="a", limit=3, unit="work_day", closing_condition="b", mark="local_sample"
    )
    told = {"unit": "work_hour", "mark": "local_sample", "version": draft}
    StageLimit.objects.create(stage="check", limit=1, **told)
    StageLimit.objects.create(stage="check", limit=2, case_class=one, **told)
    StageLimit.objects.create(stage="handle", limit=5, case_class=one, **told)
    assert queries.stage_limit(one, None, Stage.CHECK).limit == 2
    assert queries.stage_limit(one, None, Stage.HANDLE).limit == 5
    assert queries.stage_limit(one, row, Stage.HANDLE).limit == 3
    StageLimit.objects.create(stage="check", limit=9, standard=row, **told)  # a draft is never kept in memory
    assert queries.stage_limit(one, row, Stage.CHECK).limit == 9
    with pytest.raises(Refused, match="limit_missing"):
        queries.stage_limit(one, row, Stage.FILE)
