"""How a path looks as JSON. The vehicle is masked, as on the page."""

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from onegrid.cases.flow.api.shapes import Named, VerbOut, local, named
from onegrid.cases.paths.models import PathCase, PathSection, SectionEvidence
from onegrid.cases.paths.queries import Near, PathStory

Line = list[list[list[float]]]


class PathRow(Schema):
    """`case`: number of the lead case; null while it is a draft. `way`: the streets in order. Lengths in metres."""

    id: int
    case: str | None
    case_state: str | None
    text: str
    case_class: str
    lead: Named | None
    source: str
    from_at: datetime
    to_at: datetime
    metres: float
    way: list[str]
    made_at: datetime


class PathPageOut(Schema):
    """`next`: what to ask with in `after`; null: this was the last page."""

    items: list[PathRow]
    next: int | None


class SectionEvidenceOut(Schema):
    words: str
    by: str
    at: datetime
    photos: int = Field(description="how many; they are looked at on the page")


class SectionOut(Schema):
    """One visit of the way to one area. `dwell`: seconds, without gaps; `line`: pieces of [lon, lat], CGCS2000;
    `unit`, `state`, `evidence`, `work`, `cost` (yuan): of sections by street only."""

    id: int
    position: int
    area: Named | None
    entered_at: datetime
    left_at: datetime
    dwell: int
    metres: float
    line: Line
    unit: Named | None
    state: str
    answer: str
    work: str
    cost: str | None
    evidence: list[SectionEvidenceOut]
    verbs: list[VerbOut]


class NearReportOut(Schema):
    """An open report near the way; `linked`: attached to the lead case already."""

    number: str
    metres: float
    linked: bool


class PathOut(PathRow):
    """`lead_mark`: whose rule named the lead; `points`: what became of the points of a track; `waits_for`: positions
    without evidence; `due_at`: the one clock, that of the lead case."""

    vehicle: str
    owner: Named | None
    lead_rule: str
    lead_mark: str
    lead_reason: str
    metres_outside: float
    points: dict[str, int]
    due_at: datetime | None
    sections: list[SectionOut]
    grids: list[SectionOut]
    waits_for: list[int]
    cost: str
    near: list[NearReportOut]
    verbs: list[VerbOut]


def row(path: PathCase, way: list[str]) -> dict[str, Any]:
    """As PathRow."""
    return {
        "id": path.pk,
        "case": path.case.number if path.case else None,
        "case_state": path.case.state if path.case else None,
        "text": path.text,
        "case_class": str(path.case_class),
        "lead": named(path.lead),
        "source": path.source,
        "from_at": local(path.from_at),
        "to_at": local(path.to_at),
        "metres": round(path.metres, 1),
        "way": way,
        "made_at": local(path.made_at),
    }


def whole(story: PathStory) -> dict[str, Any]:
    """As PathOut, without verbs."""
    path = story.path
    told = {name: getattr(path, name) for name in ("lead_rule", "lead_mark", "lead_reason")}
    return row(path, [one.area.name for one in story.streets]) | told | {
        "vehicle": story.vehicle,
        "owner": named(path.owner),
        "metres_outside": round(path.metres_outside, 1),
        "points": path.counts,
        "due_at": local(path.case.due_at) if path.case else None,
        "sections": [_section(one, street=True) for one in story.streets],
        "grids": [_section(one, street=False) for one in story.grids],
        "waits_for": [one.position for one in story.waits_for],
        "cost": str(story.cost),
        "near": [_near(one) for one in story.near],
        "verbs": [],
    }  # fmt: skip


def _section(section: PathSection, *, street: bool) -> dict[str, Any]:
    told = {name: getattr(section, name) for name in ("position", "dwell", "state", "answer", "work")}
    return told | {
        "id": section.pk,
        "area": named(section.area),
        "entered_at": local(section.entered_at),
        "left_at": local(section.left_at),
        "metres": round(section.metres, 1),
        "line": _line(section),
        "unit": named(section.unit),
        "cost": str(section.cost) if section.cost is not None else None,
        "evidence": [_evidence(one) for one in section.evidence.all()] if street else [],
        "verbs": [],
    }


def _line(section: PathSection) -> Line:
    """To about a decimetre, as on the map."""
    runs = section.line.coords if section.line is not None else ()
    return [[[round(x, 6), round(y, 6)] for x, y in run] for run in runs]


def _evidence(shown: SectionEvidence) -> dict[str, Any]:
    photos = len(shown.photos.all())
    return {"words": shown.words, "by": str(shown.by), "at": local(shown.at), "photos": photos}


def _near(one: Near) -> dict[str, Any]:
    return {"number": one.case.number, "metres": round(one.metres, 1), "linked": one.linked}
