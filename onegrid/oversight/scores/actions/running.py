"""Making the scores of a period, once, sealed."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.audit.sealing import canonical, keyed
from onegrid.kit.errors import NotFound, Refused
from onegrid.oversight.scores.access import EDIT, require_somewhere
from onegrid.oversight.scores.making import Made, made, period_before
from onegrid.oversight.scores.models import RuleState, Score, ScoreLine, ScoreRule, ScoreRun
from onegrid.oversight.scores.queries import rule_in_force
from onegrid.oversight.scores.rules import Subject


@transaction.atomic
def run_scores(*, rule_id: int, starts_on: date, ends_on: date, by: Actor, at: datetime) -> ScoreRun:
    """Scores of everybody of the rule's kind for these days, both included; written once and never changed.

    Refused: not_published, period_not_over, run_already.
    """
    require_somewhere(by, EDIT)
    rule = ScoreRule.objects.select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise NotFound("no_such_rule", _("There is no such rule."))
    if rule.state != RuleState.PUBLISHED:
        raise Refused("not_published", _("Only a published version makes scores."))
    if not starts_on <= ends_on < timezone.localdate(at):
        raise Refused("period_not_over", _("This period is not over yet."))
    if ScoreRun.objects.filter(rule=rule, starts_on=starts_on).exists():
        raise Refused(
            "run_already", _("The scores of this period are made already; they are corrected, not made anew.")
        )
    found = made(rule.subject, rule.definition, starts_on, ends_on)
    run = ScoreRun.objects.create(
        rule=rule, starts_on=starts_on, ends_on=ends_on, made_at=at, made_by=by.actor_label[:80], seal=""
    )
    scores = Score.objects.bulk_create([_score(run, one) for one in found])
    ScoreLine.objects.bulk_create(
        [line for score, one in zip(scores, found, strict=True) for line in _lines(score, one)],
        batch_size=2000,
    )
    run.seal = seal_of(run)
    run.save(update_fields=["seal"])
    record("scores.run", by=by, about=run, at=at, details={"scores": len(scores)})
    return run


@transaction.atomic
def make_due_runs(*, by: Actor, at: datetime) -> list[ScoreRun]:
    """Of every kind of subject the last whole period, by the rule in force on its first day, where it is not made."""
    today, runs = timezone.localdate(at), []
    for subject in Subject:
        rule = rule_in_force(subject, today)
        if rule is None:
            continue
        first, last = period_before(rule.every, today)
        rule = rule_in_force(subject, first)
        if rule is None or ScoreRun.objects.filter(rule__subject=subject, ends_on=last).exists():
            continue
        runs.append(run_scores(rule_id=rule.pk, starts_on=first, ends_on=last, by=by, at=at))
    return runs


def seal_of(run: ScoreRun) -> str:
    """Keyed hash over every score, line and cause, and what they were reckoned from."""
    scores = Score.objects.filter(run=run).order_by("pk").values_list("pk", "label", "points", "counters")
    lines = ScoreLine.objects.filter(score__run=run).order_by("score_id", "position")
    told = lines.values_list("score_id", "code", "points", "earned", "cost")
    rows = [[str(cell) if isinstance(cell, Decimal) else cell for cell in row] for row in (*scores, *told)]
    return keyed(canonical([run.rule_id, str(run.starts_on), str(run.ends_on), rows]))


def _score(run: ScoreRun, one: Made) -> Score:
    whom = one.whom
    return Score(
        run=run, user_id=whom.user_id, area_id=whom.area_id, org_id=whom.org_id, label=whom.label[:80],
        area_path=whom.area_path, points=decimal_or_none(one.result.points), sample=one.result.sample,
        households=whom.households, counters=whom.counters,
    )  # fmt: skip


def _lines(score: Score, one: Made) -> list[ScoreLine]:
    return [
        ScoreLine(
            score=score, position=place, code=line.code, points=decimal_or_none(line.points), above=line.above,
            below=line.below, weight=decimal(line.weight, 4), capped=line.capped, why=line.why,
            earned=one.causes[line.code][0], cost=one.causes[line.code][1],
        )
        for place, line in enumerate(one.result.lines, 1)
    ]  # fmt: skip


def decimal_or_none(value: Fraction | None) -> Decimal | None:
    return None if value is None else decimal(value)


def decimal(value: Fraction, places: int = 2) -> Decimal:
    """A fraction of hundredths is exact; a share of a weight is rounded for showing."""
    return round(Decimal(value.numerator) / Decimal(value.denominator), places)
