"""Scores of the lifelike month against the plain second count; versions, seals, appeals, scopes."""

from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from io import BytesIO

import pytest
from django.utils import timezone, translation
from openpyxl import load_workbook

from onegrid.accounts.notices.models import Notice
from onegrid.cases.flow import actions as flow
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.oversight.measures.actions import recount_cases
from onegrid.oversight.scores import actions
from onegrid.oversight.scores.actions.running import seal_of
from onegrid.oversight.scores.making import period_before
from onegrid.oversight.scores.models import Appeal, Correction, Score, ScoreLine, ScoreRule, ScoreRun
from onegrid.oversight.scores.queries import (
    appeals_waiting,
    causes_of,
    compared_with,
    one_rule,
    one_score,
    preview,
    ranks,
    recomputed,
    rule_in_force,
    so_far,
)
from onegrid.oversight.scores.rules import Every, Subject
from onegrid.oversight.scores.versions import changed, grade_of
from onegrid.portals.desk.scores.ruling import DraftForm
from tests.cases.conftest import AT, BY, brought_to, photo, town  # noqa: F401
from tests.oversight import reference
from tests.oversight.lifelike import NOW
from tests.streets import streets  # noqa: F401

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate(NOW)
SINCE, UNTIL = date(2026, 10, 1), TODAY - timedelta(days=1)
WHOLE = {"starts_on": SINCE, "ends_on": UNTIL}


@pytest.fixture
def rules(month):
    actions.load_rules(by=BY, at=NOW)
    assert actions.load_rules(by=BY, at=NOW) == 0
    return {rule.subject: rule for rule in ScoreRule.objects.all()}


def small(rule: ScoreRule, least: int = 1) -> ScoreRule:
    """The month of the tests is small: few matters are enough."""
    definition = deepcopy(rule.definition)
    definition["sample"]["least"] = least
    ScoreRule.objects.filter(pk=rule.pk).update(definition=definition)
    return ScoreRule.objects.get(pk=rule.pk)


def run(rule: ScoreRule) -> ScoreRun:
    return actions.run_scores(rule_id=rule.pk, **WHOLE, by=BY, at=NOW)


def texts(run: ScoreRun) -> dict:
    return {
        score.label: None if score.points is None else f"{score.points:.2f}"
        for score in Score.objects.filter(run=run)
    }


@pytest.mark.parametrize("subject", list(Subject))
def test_points_are_those_of_a_plain_count(month, rules, kept_streets, subject):
    rule = small(rules[subject])
    made = run(rule)
    for score in Score.objects.filter(run=made):
        if subject == Subject.WORKER:
            counts = reference.totals(month, SINCE, UNTIL, TODAY, score.user.actor_key)
        elif subject == Subject.DEPARTMENT:
            counts = reference.totals([c for c in month if c.unit_id == score.org_id], SINCE, UNTIL, TODAY)
        else:
            own = [
                case for case in month if score.area_id in (case.grid_id, case.community_id, case.street_id)
            ]
            counts = reference.totals(own, SINCE, UNTIL, TODAY)
        expected = reference.points(rule.definition, counts, score.households)
        assert (None if score.points is None else f"{score.points:.2f}") == expected, score.label
    told = [score for score in Score.objects.filter(run=made) if score.points is not None]
    assert told, "nobody has a score: the month shows nothing"
    for line in ScoreLine.objects.filter(score__in=told):  # each point is its list
        component = next(one for one in rule.definition["components"] if one["code"] == line.code)
        if component["kind"] == "rate":
            assert (len(line.earned), len(line.cost)) == (line.above, (line.below or 0) - line.above)
        else:
            assert len(line.earned) + len(line.cost) == line.above


def test_the_old_version_gives_the_old_points(month, rules, kept_streets):
    """Also after another version was published, and after cases went on."""
    rule = small(rules["worker"])
    first = run(rule)
    before, seal = texts(first), first.seal
    draft = actions.start_draft(rule_id=rule.pk, by=BY, at=NOW)
    other = deepcopy(rule.definition)
    other["components"][0]["weight"] = 10
    actions.keep_draft(rule_id=draft.pk, definition=other, note="", by=BY, at=NOW)
    since, until, compared = preview(viewer=BY, rule=ScoreRule.objects.get(pk=draft.pk), at=NOW)
    assert (since, until) == (date(2026, 10, 1), date(2026, 10, 31))
    assert {row.before for row in compared} != {row.after for row in compared}
    actions.publish_rule(rule_id=draft.pk, valid_from=TODAY + timedelta(days=1), note="试行", by=BY, at=NOW)
    assert (
        rule_in_force("worker", TODAY) == rule
        and rule_in_force("worker", TODAY + timedelta(days=1)).pk == draft.pk
    )
    again = actions.run_scores(rule_id=draft.pk, **WHOLE, by=BY, at=NOW)
    assert texts(again) != before
    case = next(case for case in month if case.state == "verified")
    flow.cancel_case(case_id=case.pk, reason="重复", by=BY, at=NOW)
    recount_cases(case_ids=[case.pk])
    assert recomputed(first) == {
        s.pk: s.points and Fraction(s.points) for s in Score.objects.filter(run=first)
    }
    assert seal_of(first) == seal
    Score.objects.filter(run=first, points__isnull=False).update(points=99)
    assert seal_of(first) != seal


def test_the_same_data_and_version_give_the_same_points_in_another_run(month, rules):
    rule = small(rules["grid"])
    first = run(rule)
    before = texts(first)
    ScoreRun.objects.filter(pk=first.pk).update(
        starts_on=SINCE - timedelta(days=1)
    )  # the period is free again
    assert texts(run(rule)) == before


def test_runs_refuse(month, rules):
    rule = rules["grid"]
    run(rule)
    counts = [table.objects.count() for table in (ScoreRun, Score, ScoreLine)]
    draft = actions.start_draft(rule_id=rule.pk, by=BY, at=NOW)
    for code, given in (
        ("run_already", {"rule_id": rule.pk}),
        ("period_not_over", {"rule_id": rule.pk, "ends_on": TODAY, "starts_on": TODAY}),
        ("not_published", {"rule_id": draft.pk}),
    ):
        with pytest.raises(Refused) as refused:
            actions.run_scores(**(WHOLE | given), by=BY, at=NOW)
        assert refused.value.code == code
    assert [table.objects.count() for table in (ScoreRun, Score, ScoreLine)] == counts


def test_the_clock_makes_each_period_once(month, rules):
    made = actions.make_due_runs(by=BY, at=NOW)
    assert {run.rule.subject for run in made} == set(Subject)
    assert {(run.starts_on, run.ends_on) for run in made} == {(date(2026, 10, 1), date(2026, 10, 31))}
    assert actions.make_due_runs(by=BY, at=NOW + timedelta(days=1)) == []
    assert period_before(Every.WEEK, date(2026, 11, 20)) == (date(2026, 11, 9), date(2026, 11, 15))
    assert period_before(Every.WEEK, date(2026, 11, 16)) == (date(2026, 11, 9), date(2026, 11, 15))


@pytest.fixture
def mine(month, rules, kept_streets):
    """The score of street A's first grid worker."""
    made = run(small(rules["worker"]))
    return Score.objects.get(run=made, user=kept_streets.a.staff["grid_worker"])


def test_an_appeal_becomes_a_correction_beside_the_score(mine, kept_streets):
    staff = kept_streets.a.staff
    worker, leader, before = staff["grid_worker"], staff["leader"], mine.points
    asked = actions.appeal(score_id=mine.pk, code="verify", reason="当天停电", by=worker, at=NOW)
    assert [one.pk for one in appeals_waiting(viewer=leader)] == [asked.pk]
    assert appeals_waiting(viewer=kept_streets.b.staff["leader"]) == []
    actions.decide_appeal(
        appeal_id=asked.pk, granted=True, points=Decimal("2.5"), words="属实", by=leader, at=NOW
    )
    mine.refresh_from_db()
    assert mine.points == before
    shown = one_score(viewer=worker, score_id=mine.pk, at=NOW)
    assert shown.standing == before + Decimal("2.5") and shown.mine
    assert Notice.objects.filter(recipient=worker, kind="scores.appeal").count() == 1
    assert AuditEntry.objects.filter(verb="scores.decide_appeal").count() == 1


def test_appeals_refuse(mine, kept_streets):
    staff = kept_streets.a.staff
    worker, leader = staff["grid_worker"], staff["leader"]

    def refused(code, call, **given):
        counts = Appeal.objects.count(), Correction.objects.count()
        with pytest.raises((Refused, NotFound, NotAllowed)) as one:
            call(**given)
        assert one.value.code == code
        assert (Appeal.objects.count(), Correction.objects.count()) == counts

    refused("not_found", actions.appeal, score_id=mine.pk, reason="不服", by=staff["grid_worker_2"], at=NOW)
    refused("reason_needed", actions.appeal, score_id=mine.pk, reason="  ", by=worker, at=NOW)
    refused(
        "too_late", actions.appeal, score_id=mine.pk, reason="不服", by=worker, at=NOW + timedelta(days=8)
    )
    asked = actions.appeal(score_id=mine.pk, reason="不服", by=worker, at=NOW)
    refused("waits_already", actions.appeal, score_id=mine.pk, reason="不服", by=worker, at=NOW)
    decide = {
        "appeal_id": asked.pk,
        "granted": True,
        "points": Decimal(1),
        "words": "行",
        "by": leader,
        "at": NOW,
    }
    refused("not_allowed", actions.decide_appeal, **decide | {"by": worker})
    refused("not_found", actions.decide_appeal, **decide | {"by": kept_streets.b.staff["leader"]})
    refused("reason_needed", actions.decide_appeal, **decide | {"words": ""})
    for bad in (None, Decimal(0), Decimal(101), Decimal("NaN")):
        refused("bad_points", actions.decide_appeal, **decide | {"points": bad})
    actions.decide_appeal(**decide | {"granted": False, "points": None})
    refused("decided_already", actions.decide_appeal, **decide)
    refused(
        "not_found",
        actions.correct,
        score_id=mine.pk,
        points=Decimal(1),
        reason="x",
        by=kept_streets.b.staff["leader"],
        at=NOW,
    )


def test_who_sees_whose_score(mine, kept_streets):
    a, b = kept_streets.a.staff, kept_streets.b.staff
    seen = ranks(viewer=a["leader"], subject="worker")
    assert {row.score.user_id for row in seen.rows} == {
        a[name].pk for name in ("grid_worker", "grid_worker_2", "grid_worker_3", "grid_head")
    }
    assert {row.score.label for row in ranks(viewer=b["leader"], subject="worker").rows}.isdisjoint(
        {mine.label}
    )
    with pytest.raises(NotAllowed):
        ranks(viewer=a["grid_worker"], subject="worker")
    for other in (a["grid_worker_2"], b["leader"], a["acceptor"]):
        with pytest.raises(NotFound):
            one_score(viewer=other, score_id=mine.pk, at=NOW)
    own = one_score(viewer=a["grid_worker"], score_id=mine.pk, at=NOW)
    assert own.may_appeal and not own.may_decide
    assert one_score(viewer=a["leader"], score_id=mine.pk, at=NOW).may_decide


def test_my_points_so_far_are_those_a_run_would_give(month, rules, kept_streets):
    small(rules["worker"])
    worker = kept_streets.a.staff["grid_worker"]
    found = so_far(viewer=worker, at=NOW)
    counts = reference.totals(month, TODAY.replace(day=1), TODAY, TODAY, worker.actor_key)
    expected = reference.points(found.rule.definition, counts, None)
    assert (None if found.points is None else f"{found.points:.2f}") == expected
    assert so_far(viewer=kept_streets.a.staff["leader"], at=NOW) is None  # nobody scores a leader


def test_causes_out_of_sight_are_counted_and_not_shown(month, kept_streets):
    ids = [case.pk for case in month]
    seen = causes_of(viewer=kept_streets.b.staff["leader"], ids=ids)
    own = [case for case in month if case.street_id == kept_streets.b.area.pk]
    assert {case.pk for case in seen.cases} == {case.pk for case in own}
    assert seen.hidden == len(ids) - len(own)


def sheets(made) -> dict[str, list[tuple]]:
    book = load_workbook(BytesIO(b"".join(made.pieces)))
    return {sheet.title: list(sheet.iter_rows(values_only=True))[1:] for sheet in book}


def test_ranks_as_a_workbook_are_those_of_the_page(mine, kept_streets):
    a, b = kept_streets.a.staff, kept_streets.b.staff
    seen = ranks(viewer=a["leader"], subject="worker")
    (rows,) = sheets(actions.export_ranks(subject="worker", by=a["leader"], at=NOW)).values()
    assert [row[:5] for row in rows] == [
        (
            one.rank,
            one.score.label,
            None if one.standing is None else float(one.standing),
            one.grade and one.grade.name,
            one.score.sample,
        )
        for one in seen.rows
    ]
    assert any(row[3] for row in rows)
    (others,) = sheets(actions.export_ranks(subject="worker", by=b["leader"], at=NOW)).values()
    assert {row[1] for row in others}.isdisjoint({row[1] for row in rows})
    assert AuditEntry.objects.filter(verb="scores.export").count() == 2
    with pytest.raises(NotAllowed):
        actions.export_ranks(subject="worker", by=a["grid_worker"], at=NOW)
    with pytest.raises(NotFound):
        actions.export_ranks(subject="street", by=a["leader"], at=NOW)
    assert AuditEntry.objects.filter(verb="scores.export").count() == 2


def test_one_score_as_a_workbook_has_all_points_and_the_cases_in_scope(mine, month, kept_streets):
    a = kept_streets.a.staff
    elsewhere = [case.pk for case in month if case.street_id == kept_streets.b.area.pk]
    line = mine.lines.get(code="valid")
    ScoreLine.objects.filter(pk=line.pk).update(cost=[*line.cost, elsewhere[0]])
    actions.correct(score_id=mine.pk, points=Decimal("-2"), reason="重复计入", by=a["leader"], at=NOW)
    points, cases = sheets(actions.export_score(score_id=mine.pk, by=a["leader"], at=NOW)).values()
    assert sum(row[1] or 0 for row in points[:-1]) == pytest.approx(points[-1][1])
    assert points[-1][1] == float(mine.points - 2)
    assert (points[-2][1], points[-2][2]) == (-2, "重复计入")
    numbers = {case.pk: case.number for case in month}
    wanted = {numbers[pk] for line in mine.lines.all() for pk in line.earned + line.cost}
    told = {row[2] for row in cases}
    assert numbers[elsewhere[0]] not in told
    assert wanted - told == {numbers[elsewhere[0]]} and len(told - wanted) == 1  # "1 more"
    own = sheets(actions.export_score(score_id=mine.pk, by=a["grid_worker"], at=NOW))
    assert next(iter(own.values())) == points
    assert AuditEntry.objects.filter(verb="scores.export_one").count() == 2
    with pytest.raises(NotFound):
        actions.export_score(score_id=mine.pk, by=kept_streets.b.staff["leader"], at=NOW)


def test_grades_come_with_a_version_and_stay_with_it(mine, kept_streets):
    rule = mine.run.rule
    leader = kept_streets.a.staff["leader"]
    shown = one_score(viewer=leader, score_id=mine.pk, at=NOW)
    assert shown.grade == grade_of(rule.definition, shown.standing)
    bare = {key: value for key, value in rule.definition.items() if key != "grades"}
    ScoreRule.objects.filter(pk=rule.pk).update(definition=bare)
    assert one_score(viewer=leader, score_id=mine.pk, at=NOW).grade is None
    draft = actions.start_draft(rule_id=rule.pk, by=BY, at=NOW)
    form = DraftForm(draft)
    given = {name: field.initial for name, field in form.fields.items() if name not in ("least", "note")}
    form = DraftForm(draft, given | {"least": 1, "graded": "on", "grade_0": 95, "note": "试行"})
    assert form.is_valid(), form.errors
    kept = actions.keep_draft(rule_id=draft.pk, **form.given(), by=BY, at=NOW)
    assert [one["least"] for one in kept.definition["grades"]["bands"]] == [95, 80, 60, 0]
    assert kept.definition["components"] == bare["components"]
    before = compared_with(viewer=BY, rule=kept)
    assert before == rule
    with translation.override("en"):
        told = {one.what for one in changed(ScoreRule.objects.get(pk=rule.pk), kept)}
    assert told == {"Excellent", "Good", "Adequate", "To improve"}
    assert compared_with(viewer=BY, rule=rule) is None  # the first


def test_drafts_refuse(rules):
    rule = rules["street"]
    draft = actions.start_draft(rule_id=rule.pk, by=BY, at=NOW)
    worker_may_not = [
        ("draft_there", lambda: actions.start_draft(rule_id=rule.pk, by=BY, at=NOW)),
        (
            "not_a_draft",
            lambda: actions.keep_draft(rule_id=rule.pk, definition=rule.definition, note="", by=BY, at=NOW),
        ),
        ("bad_sample", lambda: actions.keep_draft(rule_id=draft.pk, definition={}, note="", by=BY, at=NOW)),
        (
            "note_needed",
            lambda: actions.publish_rule(
                rule_id=draft.pk, valid_from=TODAY + timedelta(days=1), note=" ", by=BY, at=NOW
            ),
        ),
        (
            "day_is_over",
            lambda: actions.publish_rule(rule_id=draft.pk, valid_from=TODAY, note="x", by=BY, at=NOW),
        ),
    ]
    before = list(ScoreRule.objects.order_by("pk").values_list())
    for code, call in worker_may_not:
        with pytest.raises(Refused) as refused:
            call()
        assert refused.value.code == code
    assert list(ScoreRule.objects.order_by("pk").values_list()) == before
    assert actions.discard_draft(rule_id=draft.pk, by=BY, at=NOW).state == "discarded"


def test_a_draft_is_for_who_edits(rules, kept_streets):
    draft = actions.start_draft(rule_id=rules["street"].pk, by=BY, at=NOW)
    leader = kept_streets.a.staff["leader"]
    assert one_rule(viewer=leader, rule_id=rules["street"].pk)
    for call in (
        lambda: one_rule(viewer=leader, rule_id=draft.pk),
        lambda: actions.start_draft(rule_id=draft.pk, by=leader, at=NOW),
        lambda: preview(viewer=leader, rule=draft, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            call()
