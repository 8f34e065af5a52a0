"""The catalogue as versioned data: a published version never changes, a case keeps the row it was filed under."""

from onegrid.cases.catalog.models.classes import (
    CaseClass,
    CatalogVersion,
    ClassMapping,
    DutyLine,
    MajorClass,
    Scheme,
    StageLimit,
    Standard,
)
from onegrid.cases.catalog.models.dispatch import DispatchRule, Precedent, RuleHelper, RuleLimit
from onegrid.cases.catalog.models.drafts import RuleDraft
from onegrid.cases.catalog.models.imports import ImportState, StandardImport
from onegrid.cases.catalog.models.words import (
    RULED_STAGES,
    ClassKind,
    CloseLevel,
    DutyPart,
    EvidenceNeed,
    Hours,
    Mark,
    Priority,
    Stage,
    Timed,
    amount,
    spoken,
    units,
)

__all__ = [
    "RULED_STAGES",
    "CaseClass",
    "CatalogVersion",
    "ClassKind",
    "ClassMapping",
    "CloseLevel",
    "DispatchRule",
    "DutyLine",
    "DutyPart",
    "EvidenceNeed",
    "Hours",
    "ImportState",
    "MajorClass",
    "Mark",
    "Precedent",
    "Priority",
    "RuleDraft",
    "RuleHelper",
    "RuleLimit",
    "Scheme",
    "Stage",
    "StageLimit",
    "Standard",
    "StandardImport",
    "Timed",
    "amount",
    "spoken",
    "units",
]
