"""What stands in the edition in force: kinds that may be blown, and the city's other numbers."""

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from importlib.resources import files
from typing import Any

import yaml
from django.db.models import Q
from django.utils import timezone

from onegrid.cases.catalog.models import Mark
from onegrid.cases.whistle.models import KindEdition, WhistleKind
from onegrid.cases.whistle.rules import DECIDE, STEPS, Field
from onegrid.kit.worktime import Unit

BLOWERS = ("desk", "principal")
CODE = re.compile("[a-z][a-z0-9_]{1,23}")


@dataclass(frozen=True)
class StepLimit:
    """So many units for one step of a kind. `mark` says whose number it is."""

    step: str
    limit: Fraction
    unit: Unit
    mark: Mark
    source: str


def shipped() -> dict[str, Any]:
    return yaml.safe_load(files(__package__).joinpath("kinds.yaml").read_text("utf-8"))


def edition_in_force(day: date | None = None) -> KindEdition | None:
    """On that day, or today."""
    begun = Q(valid_from=None) | Q(valid_from__lte=day or timezone.localdate())
    return KindEdition.objects.filter(begun, status="published").order_by("-number").first()


def active_kinds(day: date | None = None) -> list[WhistleKind]:
    """Those that may be blown on that day, or today; none before an edition is published."""
    edition = edition_in_force(day)
    return list(edition.kinds.filter(active=True)) if edition else []


def limits_of(kind: WhistleKind) -> dict[str, StepLimit]:
    """By step, in the order in which they are owed; the district's own last."""
    return {
        step: StepLimit(step, Fraction(row["limit"]), Unit(row["unit"]), Mark(row["mark"]), row["source"])
        for step in (*STEPS, DECIDE)
        for row in [kind.limits[step]]
    }


NAMES = ("code", "field", "name", "name_en", "mark", "source", "active", "blown_by")
FLAGS = ("approval", "urgent", "remote")


def content_of(edition: KindEdition) -> dict[str, Any]:
    """The edition as a list that can be loaded again."""
    rows = [
        {name: getattr(kind, name) for name in (*NAMES, *FLAGS, "limits")} for kind in edition.kinds.all()
    ]
    return {**edition.settings, "kinds": rows}


def wrong_with(content: dict[str, Any]) -> list[str]:
    """What a city's own list gets wrong, one line each; empty when it can be taken."""
    found: list[str] = []
    kinds = content.get("kinds") or []
    codes = [row.get("code") for row in kinds]
    if not kinds or len(set(codes)) != len(codes):
        found.append("kinds: a list of kinds, each code once")
    for row in kinds:
        code = row.get("code")
        try:
            Field(row["field"]), Mark(row["mark"])
            if not CODE.fullmatch(row["code"]) or not (row["name"].strip() and row["name_en"].strip()):
                raise ValueError("code, name, name_en")
            if len(row["name"]) > 40 or len(row["name_en"]) > 60 or len(row["source"]) > 120:
                raise ValueError("name, name_en, source: too long")
            if row["blown_by"] not in BLOWERS:
                raise ValueError(row["blown_by"])
            for name in ("active", "approval", "urgent", "remote"):
                if not isinstance(row[name], bool):
                    raise ValueError(name)
            for step in (*STEPS, DECIDE):
                limit = row["limits"][step]
                Unit(limit["unit"]), Mark(limit["mark"]), str(limit["source"])
                if not 0 < Fraction(str(limit["limit"])) <= 400:
                    raise ValueError(step)
        except (KeyError, TypeError, ValueError) as trouble:
            found.append(f"{code}: {type(trouble).__name__} {trouble}")
    rate = content.get("rate") or {}
    numbers = [rate.get(name) for name in ("days", "least", "low", "high")]
    if not all(isinstance(one, int | float) and one >= 0 for one in numbers) or rate["low"] >= rate["high"]:
        found.append("rate: days, least, low, high")
    return found
