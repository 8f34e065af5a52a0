"""A case, its timeline, clocks and evidence; what holds it, who helps, what belongs to it."""

from onegrid.cases.flow.models.calling import Call, CallOutcome
from onegrid.cases.flow.models.case import (
    SEARCHED,
    Case,
    CaseQuerySet,
    Channel,
    LevelChoices,
    StateChoices,
    VerbChoices,
)
from onegrid.cases.flow.models.offers import MOVED_ON, OPEN_OFFERS, Offer, OfferState
from onegrid.cases.flow.models.others import Assist, AssistState, CaseLink, Follower, LinkKind
from onegrid.cases.flow.models.pace import ClassPace
from onegrid.cases.flow.models.saved import SavedFilter
from onegrid.cases.flow.models.timeline import Evidence, EvidenceKind, LimitFrom, StageClock, Step
from onegrid.cases.flow.models.waiting import (
    Application,
    ApplicationKind,
    ApplicationState,
    Decision,
    Hold,
)

__all__ = [
    "MOVED_ON",
    "OPEN_OFFERS",
    "SEARCHED",
    "Application",
    "ApplicationKind",
    "ApplicationState",
    "Assist",
    "AssistState",
    "Call",
    "CallOutcome",
    "Case",
    "CaseLink",
    "CaseQuerySet",
    "Channel",
    "ClassPace",
    "Decision",
    "Evidence",
    "EvidenceKind",
    "Follower",
    "Hold",
    "LevelChoices",
    "LimitFrom",
    "LinkKind",
    "Offer",
    "OfferState",
    "SavedFilter",
    "StageClock",
    "StateChoices",
    "Step",
    "VerbChoices",
]
