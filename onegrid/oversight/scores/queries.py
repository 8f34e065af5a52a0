"""Reading scores, in the viewer's scope; one's own needs no permission.

ranks(viewer=…, subject="worker", run_id=None, area_id=None) -> Ranks(run, rows of Ranked) | None
one_score(viewer=…, score_id=…) -> Explained (score, rank, lines with their words and cases, corrections, appeals)
so_far(viewer=…, at=…) -> SoFar | None: the viewer's own points of the period that is not over
own_scores(viewer=…), runs(subject=…), rules_of(subject), rule_in_force(subject, day), preview(…)
compared_with(viewer=…, rule=…), appeals_waiting(viewer=…), signs(viewer=…, state=…)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, Prefetch, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.catalog.models import Mark
from onegrid.cases.catalog.queries import class_by_id
from onegrid.cases.flow.access import SEE as SEE_CASES
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries import visible
from onegrid.kit.actors import Actor
from onegrid.kit.errors import NotFound
from onegrid.oversight.measures.definitions import chinese, definitions
from onegrid.oversight.scores.access import DECIDE, EDIT, SEE, require_somewhere
from onegrid.oversight.scores.making import Made, made, period_before, period_so_far
from onegrid.oversight.scores.models import (
    Appeal,
    AppealState,
    Correction,
    RuleState,
    Score,
    ScoreLine,
    ScoreRule,
    ScoreRun,
    Sign,
    SignState,
)
from onegrid.oversight.scores.rules import Subject, rounded
from onegrid.oversight.scores.rules import ranks as ranked
from onegrid.oversight.scores.rules import score as reckon
from onegrid.oversight.scores.versions import Grade, grade_of
from onegrid.places.areas.models import Area

RANKED_MOST = 3_000
CAUSES_SHOWN = 50
RUNS_SHOWN = 24


def no_such_score() -> NotFound:
    """In the words of `require`: who may not see it does not learn that it is there."""
    return NotFound("not_found", _("There is nothing here, or it is outside your area."))


def rule_in_force(subject: str, day: date) -> ScoreRule | None:
    """The published version that began last by that day."""
    begun = ScoreRule.objects.filter(subject=subject, state=RuleState.PUBLISHED, valid_from__lte=day)
    return begun.order_by("-valid_from", "-number").first()


def rules_of(*, viewer: Actor, subject: str) -> list[ScoreRule]:
    """All versions, the newest first. Everybody who is scored may read by what rules."""
    return list(ScoreRule.objects.filter(subject=subject).order_by("-number")[:100])


def one_rule(*, viewer: Actor, rule_id: int) -> ScoreRule:
    """NotAllowed for a draft that is not the viewer's to edit."""
    rule = ScoreRule.objects.filter(pk=rule_id).first()
    if rule is None:
        raise NotFound("no_such_rule", _("There is no such rule."))
    if rule.state != RuleState.PUBLISHED:
        require_somewhere(viewer, EDIT)
    return rule


def compared_with(*, viewer: Actor, rule: ScoreRule, number: int | None = None) -> ScoreRule | None:
    """The published version to compare this one with: the one of that number, else the one before. None: it is the
    first."""
    others = ScoreRule.objects.filter(subject=rule.subject, state=RuleState.PUBLISHED).exclude(pk=rule.pk)
    if number is not None:
        return others.filter(number=number).first()
    return others.filter(number__lt=rule.number).order_by("-number").first()


def runs(*, viewer: Actor, subject: str) -> list[ScoreRun]:
    """The newest first."""
    found = ScoreRun.objects.filter(rule__subject=subject).select_related("rule").order_by("-ends_on", "-pk")
    return list(found[:RUNS_SHOWN])


@dataclass(frozen=True)
class Ranked:
    """`standing`: points with their corrections; None: below the sample. `rank`: among all that the viewer sees."""

    score: Score
    standing: Decimal | None
    rank: int | None
    corrected: bool
    grade: Grade | None = None
    by_code: Mapping[str, Decimal | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranks:
    run: ScoreRun
    rows: list[Ranked]
    components: list["Component"]


def ranks(
    *, viewer: Actor, subject: str, run_id: int | None = None, area_id: int | None = None
) -> Ranks | None:
    """The newest run of a kind of subject (or this one), best first, as far as the viewer's scope reaches. None:
    there is no run yet. Three queries."""
    require_somewhere(viewer, SEE)
    found = ScoreRun.objects.filter(rule__subject=subject).select_related("rule").order_by("-ends_on", "-pk")
    run = (found.filter(pk=run_id) if run_id is not None else found).first()
    if run is None:
        return None
    scores = Score.objects.filter(viewer.scope(SEE).q("area_path", "org_id"), run=run)
    if area_id is not None:
        path = Area.objects.filter(pk=area_id).values_list("path", flat=True).first()
        scores = scores.filter(area_path__startswith=path or "none")
    lines = ScoreLine.objects.only("score", "code", "points", "position")
    kept = list(scores.prefetch_related(Prefetch("lines", lines)).order_by("label", "pk")[:RANKED_MOST])
    return Ranks(run, _ranked(kept, run.rule.definition), components_of(run.rule))


def _ranked(scores: Sequence[Score], definition: Mapping[str, Any]) -> list[Ranked]:
    added = _corrections([score.pk for score in scores])
    standing = [_standing(score, added.get(score.pk)) for score in scores]
    places = ranked([None if one is None else Fraction(one) for one in standing])
    rows = [
        Ranked(
            score,
            points,
            place,
            score.pk in added,
            grade_of(definition, points),
            {line.code: line.points for line in score.lines.all()},
        )
        for score, points, place in zip(scores, standing, places, strict=True)
    ]
    return sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.score.label))


def _corrections(scores: Sequence[int]) -> dict[int, Decimal]:
    rows = Correction.objects.filter(score__in=scores).values("score").annotate(n=Sum("points"))
    return {row["score"]: row["n"] for row in rows}


def _standing(score: Score, added: Decimal | None) -> Decimal | None:
    return None if score.points is None else score.points + (added or Decimal())


@dataclass(frozen=True)
class Component:
    """One component of a rule in words."""

    code: str
    name: str
    kind: str
    what: str
    weight: str
    cap: str
    per: str
    mark: str
    source: str

    @property
    def mark_words(self) -> str:
        return str(Mark(self.mark).label)


def components_of(rule: ScoreRule) -> list[Component]:
    return [_component(one, rule.valid_from or timezone.localdate()) for one in rule.definition["components"]]


def _component(one: Mapping[str, Any], day: date) -> Component:
    words = definitions(day).counters
    asked = one["formula"] if one["kind"] == "rate" else one["counter"]
    named = " ".join(words[piece].name if piece in words else piece for piece in _pieces(asked))
    return Component(
        one["code"],
        one["zh"] if chinese() else one["en"],
        one["kind"],
        named,
        str(one.get("weight", one.get("points", ""))),
        str(one.get("cap", "")),
        one.get("per", ""),
        one["mark"],
        (one.get("source", "") if chinese() else one.get("source_en", "")),
    )


def _pieces(formula: str) -> list[str]:
    for sign in "+-*/()":
        formula = formula.replace(sign, f" {sign} ")
    return formula.replace("/", "÷").replace("*", "×").split()


@dataclass(frozen=True)
class Explained:
    """A score with everything behind it. `rank`, `among`: in the whole run."""

    score: Score
    standing: Decimal | None
    grade: Grade | None
    rank: int | None
    among: int
    lines: list[tuple[Component, ScoreLine]]
    corrections: list[Correction]
    appeals: list[Appeal]
    mine: bool
    may_appeal: bool
    may_decide: bool


def one_score(*, viewer: User, score_id: int, at: datetime) -> Explained:
    """NotFound for one that is neither in the viewer's scope nor about the viewer."""
    score = Score.objects.select_related("run__rule").filter(pk=score_id).first()
    if score is None:
        raise no_such_score()
    mine = is_about(score, viewer)
    if not mine and not viewer.scope(SEE).covers(score.area_path, score.org_id):
        raise no_such_score()
    names = {one.code: one for one in components_of(score.run.rule)}
    lines = [(names[line.code], line) for line in score.lines.all()]
    added = _corrections([score.pk])
    rank, among = _rank_in_run(score)
    appeals = list(score.appeals.select_related("asked_by", "decided_by").order_by("-pk"))
    waiting = any(one.state == AppealState.WAITING for one in appeals)
    days = int(score.run.rule.definition.get("appeal_days", 7))
    in_time = (at - score.run.made_at).total_seconds() <= days * 86_400
    standing = _standing(score, added.get(score.pk))
    return Explained(
        score,
        standing,
        grade_of(score.run.rule.definition, standing),
        rank,
        among,
        lines,
        list(score.corrections.select_related("by").order_by("pk")),
        appeals,
        mine,
        mine and in_time and not waiting and score.points is not None,
        not mine and viewer.scope(DECIDE).covers(score.area_path, score.org_id),
    )


def _rank_in_run(score: Score) -> tuple[int | None, int]:
    rows = list(Score.objects.filter(run=score.run_id, points__isnull=False).values_list("pk", "points"))
    added = _corrections([pk for pk, _points in rows])
    standing = [Fraction((points or Decimal()) + added.get(pk, Decimal())) for pk, points in rows]
    places = dict(zip([pk for pk, _points in rows], ranked(standing), strict=True))
    return places.get(score.pk), len(rows)


def is_about(score: Score, by: Actor) -> bool:
    """The person who is scored; of a unit, its people."""
    if not isinstance(by, User):
        return False
    if score.user_id is not None:
        return score.user_id == by.pk
    if score.org_id is None:
        return False
    today = timezone.localdate()
    return by.postings.serving_on(today).filter(organisation=score.org_id).exists()


@dataclass(frozen=True)
class Causes:
    """Cases behind a line that the viewer may see, and how many others there are."""

    cases: list[Case]
    count: int
    hidden: int


def causes_of(*, viewer: Actor, ids: Sequence[int], most: int = CAUSES_SHOWN) -> Causes:
    """The newest `most`, each once. `hidden`: how many are out of the viewer's sight, or beyond."""
    wanted = sorted(set(ids), reverse=True)
    if not viewer.scope(SEE_CASES).reaches:
        return Causes([], len(ids), len(wanted))
    rows = visible(viewer).filter(pk__in=wanted[:most]).only("number", "state", "case_class").order_by("-pk")
    cases = list(rows)
    for case in cases:
        if case.case_class_id:
            case.case_class = class_by_id(case.case_class_id)  # kept: not asked for each
    return Causes(cases, len(ids), len(wanted) - len(cases))


@dataclass(frozen=True)
class SoFar:
    """The running period of one person. `lines`: component, line, cases that earned, cases that cost."""

    rule: ScoreRule
    since: date
    until: date
    made: Made
    lines: list[tuple[Component, Any, Causes, Causes]]

    @property
    def points(self) -> float | None:
        return None if self.made.result.points is None else float(rounded(self.made.result.points))

    @property
    def least(self) -> int:
        return int(self.rule.definition["sample"]["least"])


def so_far(*, viewer: User, at: datetime, subject: str = Subject.WORKER) -> SoFar | None:
    """The viewer's own points by the rule in force, today included; None: no rule, or nobody scores this person."""
    today = timezone.localdate(at)
    rule = rule_in_force(subject, today)
    if rule is None:
        return None
    since, until = period_so_far(rule.every, today)
    found = made(subject, rule.definition, since, until, only=viewer.pk)
    if not found:
        return None
    one, names = found[0], {component.code: component for component in components_of(rule)}
    lines = [
        (
            names[line.code],
            line,
            causes_of(viewer=viewer, ids=one.causes[line.code][0]),
            causes_of(viewer=viewer, ids=one.causes[line.code][1]),
        )
        for line in one.result.lines
    ]
    return SoFar(rule, since, until, one, lines)


def own_scores(*, viewer: User, limit: int = 12) -> list[Score]:
    """Runs in which the viewer was scored, the newest first."""
    found = Score.objects.filter(user=viewer).select_related("run__rule")
    return list(found.order_by("-pk")[:limit])


@dataclass(frozen=True)
class Compared:
    """One subject under the version in force and under another, for the same days."""

    label: str
    before: float | None
    after: float | None
    rank_before: int | None
    rank_after: int | None


def preview(*, viewer: Actor, rule: ScoreRule, at: datetime) -> tuple[date, date, list[Compared]]:
    """What the last whole period would be by this version, beside the version in force then. Nothing is written."""
    require_somewhere(viewer, EDIT)
    since, until = period_before(rule.every, timezone.localdate(at))
    standing = rule_in_force(rule.subject, until) or rule
    before = made(rule.subject, standing.definition, since, until)
    after = made(rule.subject, rule.definition, since, until)
    old, new = (ranked([one.result.points for one in rows]) for rows in (before, after))
    rows = [
        Compared(one.whom.label, _float(one.result.points), _float(two.result.points), first, second)
        for one, two, first, second in zip(before, after, old, new, strict=True)
    ]
    return (
        since,
        until,
        sorted(rows, key=lambda row: (row.rank_after is None, row.rank_after or 0, row.label)),
    )


def _float(points: Fraction | None) -> float | None:
    return None if points is None else float(points)


def recomputed(run: ScoreRun) -> dict[int, Fraction | None]:
    """The points of a run again, by its own version from the counters it kept: what the seal's content must say."""
    return {
        one.pk: reckon(run.rule.definition, one.counters, one.households).points
        for one in Score.objects.filter(run=run)
    }


def appeals_waiting(*, viewer: Actor) -> list[Appeal]:
    """Those the viewer may decide, the oldest first."""
    scope = viewer.scope(DECIDE)
    if not scope.reaches:
        return []
    found = Appeal.objects.filter(scope.q("score__area_path", "score__org_id"), state=AppealState.WAITING)
    return list(found.select_related("score__run__rule", "asked_by").order_by("pk")[:200])


def signs(*, viewer: Actor, state: str = SignState.OPEN, limit: int = 100) -> list[Sign]:
    """Those the viewer may judge, the newest first."""
    require_somewhere(viewer, DECIDE)
    found = Sign.objects.filter(viewer.scope(DECIDE).q("area_path"), state=state)
    return list(found.select_related("user", "case", "decided_by").order_by("-pk")[:limit])


def own_signs(*, viewer: User) -> list[Sign]:
    """What stands about the viewer's own work: nobody is looked at behind his back."""
    return list(Sign.objects.filter(user=viewer).select_related("case", "decided_by").order_by("-pk")[:50])


def sign_counts(*, viewer: Actor) -> dict[str, int]:
    require_somewhere(viewer, DECIDE)
    rows = Sign.objects.filter(viewer.scope(DECIDE).q("area_path")).values("state").annotate(n=Count("pk"))
    return {row["state"]: row["n"] for row in rows.order_by()}
