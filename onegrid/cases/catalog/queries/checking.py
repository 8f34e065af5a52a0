"""What dispatch rules get wrong among themselves, and what no rule covers."""

from datetime import datetime

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from onegrid.cases.catalog.models import CatalogVersion, ClassKind, DispatchRule
from onegrid.cases.catalog.queries.editions import edition
from onegrid.cases.catalog.rules.choosing import Finding, Line, circles, closed_units, gaps, overlaps


def faults_of(scheme_id: int, kind: str, at: datetime) -> list[Finding[int]]:
    """What the rules of a scheme and kind, in force or to come, get wrong among themselves: overlaps, circles, closed
    units. Findings name rules by id."""
    lines = rule_lines(scheme_id, kind, at)
    return [*overlaps(lines), *circles(lines), *closed_units(lines)]


def gaps_at(version: CatalogVersion, path: str, at: datetime) -> list[Finding[int]]:
    """Classes of a version that no rule covers at a place now: the class's own unit or the street has them."""
    rows = edition(version.pk).classes.values()
    lines = [
        line
        for kind in ClassKind.values
        for line in rule_lines(version.scheme_id, kind, at)
        if line.since <= at
    ]
    return gaps(lines, [(row.kind, row.code) for row in rows], path)


def rule_lines(scheme_id: int, kind: str, at: datetime) -> list[Line]:
    rules = DispatchRule.objects.filter(Q(valid_to=None) | Q(valid_to__gt=at), scheme=scheme_id, kind=kind)
    day = timezone.localdate(at)
    return [
        Line(
            rule.pk,
            rule.kind,
            rule.major_code,
            rule.class_code,
            rule.area_path,
            rule.hours,
            rule.valid_from,
            rule.valid_to,
            rule.like_code,
            None if rule.organisation_id is None else rule.closed_on is None or rule.closed_on > day,
        )
        for rule in rules.annotate(
            area_path=Coalesce(F("area__path"), Value("")), closed_on=F("organisation__closed_on")
        ).order_by("pk")
    ]
