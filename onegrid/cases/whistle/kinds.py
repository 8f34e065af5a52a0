"""What stands in the edition in force: kinds that may be blown, and the city's other numbers."""

from dataclasses import dataclass
from fractions import Fraction
from importlib.resources import files
from typing import Any

import yaml

from onegrid.cases.catalog.models import Mark
from onegrid.cases.whistle.models import KindEdition, WhistleKind
from onegrid.cases.whistle.rules import DECIDE, STEPS, Field
from onegrid.kit.worktime import Unit

BLOWERS = ("desk", "principal")


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


def edition_in_force() -> KindEdition | None:
    return KindEdition.objects.filter(status="published").order_by("-number").first()


def active_kinds() -> list[WhistleKind]:
    """Those that may be blown now; none before an edition is published."""
    edition = edition_in_force()
    return list(edition.kinds.filter(active=True)) if edition else []


def limits_of(kind: WhistleKind) -> dict[str, StepLimit]:
    """By step, in the order in which they are owed; the district's own last."""
    return {
        step: StepLimit(step, Fraction(row["limit"]), Unit(row["unit"]), Mark(row["mark"]), row["source"])
        for step in (*STEPS, DECIDE)
        for row in [kind.limits[step]]
    }


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
    if not all(isinstance(rate.get(name), int | float) for name in ("days", "least", "low", "high")):
        found.append("rate: days, least, low, high")
    return found
