"""What two versions of a rule say differently, in words; and the grades of a version."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as words_of

from onegrid.cases.catalog.models import Mark
from onegrid.oversight.measures.definitions import chinese
from onegrid.oversight.scores.models import ScoreRule
from onegrid.oversight.scores.rules import Change, changes, grade

TONES = {0: "good", 1: "accent", -1: "warn"}  # of the best, the second and the last; others have none
KEYS = {
    "sample": gettext_lazy("What counts as a matter"),
    "least": gettext_lazy("The least number of matters"),
    "most": gettext_lazy("The most points"),
    "appeal_days": gettext_lazy("Days for an appeal"),
    "formula": gettext_lazy("Formula"),
    "counter": gettext_lazy("Counter"),
    "weight": gettext_lazy("Weight"),
    "points": gettext_lazy("Points each"),
    "cap": gettext_lazy("At most, either way"),
    "per": gettext_lazy("In relation to"),
    "mark": gettext_lazy("Where it comes from"),
}
PER = {"households": words_of("per 1,000 households"), "workload": words_of("per 100 matters")}


@dataclass(frozen=True)
class Grade:
    """One grade of a version. `least`: points from which it begins."""

    name: str
    least: str
    tone: str


def grades_of(definition: Mapping[str, Any]) -> list[Grade]:
    """The best first; none in a version that has no grades."""
    bands = definition.get("grades", {}).get("bands", [])
    last = len(bands) - 1
    return [
        Grade(
            band["zh"] if chinese() else band["en"],
            str(band["least"]),
            TONES[-1] if number == last else TONES.get(number, ""),
        )
        for number, band in enumerate(bands)
    ]


def grade_of(definition: Mapping[str, Any], points: Fraction | Decimal | None) -> Grade | None:
    """The grade of these points by this version."""
    number = grade(definition, points)
    return None if number is None else grades_of(definition)[number]


@dataclass(frozen=True)
class Changed:
    """One line of a comparison."""

    name: str
    what: str
    before: str
    after: str


def changed(before: ScoreRule, after: ScoreRule) -> list[Changed]:
    """What `after` says otherwise than `before`."""
    names: dict[str, str] = {}
    bands: dict[str, str] = {}
    for rule in (before, after):
        for one in rule.definition["components"]:
            names[one["code"]] = one["zh"] if chinese() else one["en"]
        for band in rule.definition.get("grades", {}).get("bands", []):
            bands[band["zh"]] = band["zh"] if chinese() else band["en"]
    lines = [_line(one, names, bands) for one in changes(before.definition, after.definition)]
    if before.every != after.every:
        told = (str(rule.get_every_display()) for rule in (before, after))
        lines.insert(0, Changed(_("The whole score"), _("How often"), *told))
    return lines


def _line(one: Change, names: Mapping[str, str], bands: Mapping[str, str]) -> Changed:
    if one.where == "grades":
        told = (
            _("not there") if value is None else _("from %(n)s") % {"n": value}
            for value in (one.before, one.after)
        )
        return Changed(_("Grades"), bands[one.what], *told)
    if one.where and not one.what:
        told = (_("not there") if value is None else _("there") for value in (one.before, one.after))
        return Changed(names[one.where], _("Part of the score"), *told)
    name = names[one.where] if one.where else _("The whole score")
    return Changed(
        name, str(KEYS.get(one.what, one.what)), *(_value(one.what, v) for v in (one.before, one.after))
    )


def _value(what: str, value: Any) -> str:
    if value in (None, ""):
        return "–"
    if what == "per":
        return _(PER[value])
    return str(Mark(value).label) if what == "mark" else str(value)
