"""What a file of areas would change: choices in, checked features and a report out. Writes nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon
from django.db.models import Q
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from onegrid.kit.geo import Datum
from onegrid.places.areas import rules
from onegrid.places.areas.coordinates import degrees_of_file
from onegrid.places.areas.levels import coded_above, levels_for
from onegrid.places.areas.models import Area
from onegrid.places.areas.reading import Shapes
from onegrid.places.areas.topology import Misfit, misfits

SAME = 1e-9  # degrees, a tenth of a millimetre
MOST_KEPT = 200  # errors in a report
DRAWN_POINTS = 20_000  # about so many for the map of a report
NEW, SAME_AREA, RENAMED, REDRAWN = "new", "same", "renamed", "redrawn"


@dataclass(frozen=True)
class Choices:
    """What the person importing decided. Code and name come from columns, or are given for a single feature."""

    kind: str
    datum: str
    parent_id: int | None = None
    code_column: str = ""
    name_column: str = ""
    code: str = ""
    name: str = ""
    layer: str = ""
    repair: bool = False
    carry_below: bool = False
    tolerance: float = 1.0  # metres
    valid_from: str = ""  # ISO day

    @property
    def day(self) -> date:
        return date.fromisoformat(self.valid_from)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Feature:
    """One row of the file on its way to an area. `number` counts from 1; `existing`: the open area with its code."""

    number: int
    code: str
    name: str
    polygon: BaseGeometry
    parent: Area | None = None
    existing: Area | None = None
    change: str = NEW


@dataclass
class Checked:
    """`errors` stop an import, `notes` do not; both are {"number", "area", "code", figures}."""

    features: list[Feature]
    errors: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    misfits: list[Misfit] = field(default_factory=list)


def check(shapes: Shapes, content: dict[str, Any], choices: Choices, tell: Callable[[int], None]) -> Checked:
    """Compares what was read with the areas there are. `tell` hears the progress in per cent."""
    tell(40)
    checked = Checked(_features(shapes, choices))
    for problem in shapes.problems:
        problem = dict(problem)
        (checked.notes if problem.pop("harmless", False) else checked.errors).append(
            {**problem, "area": checked.features[problem["number"] - 1].code}
        )
    polygons, complaints = degrees_of_file(shapes.polygons, content, Datum(choices.datum))
    for i, complaint in complaints.items():
        checked.errors.append(_about(checked.features[i], complaint))
    for feature, polygon in zip(checked.features, polygons, strict=True):
        feature.polygon = polygon
    _check_texts(checked)
    if not checked.errors:
        _place(checked, choices)
        tell(60)
    if not checked.errors:
        _compare(checked, choices)
    if not checked.errors:
        checked.misfits = _misfits(checked, choices)
        tell(95)
    return checked


def _features(shapes: Shapes, choices: Choices) -> list[Feature]:
    count = len(shapes.polygons)
    codes = shapes.texts[choices.code_column] if choices.code_column else [choices.code] * count
    names = shapes.texts[choices.name_column] if choices.name_column else [choices.name] * count
    return [
        Feature(number, code.strip(), name.strip(), polygon)
        for number, (code, name, polygon) in enumerate(
            zip(codes, names, shapes.polygons, strict=True), start=1
        )
    ]


def _about(feature: Feature, complaint: rules.Complaint) -> dict[str, Any]:
    return {"number": feature.number, "area": feature.code, **complaint.details, "code": complaint.code}


def _check_texts(checked: Checked) -> None:
    first: dict[str, int] = {}
    for feature in checked.features:
        if not feature.code:
            checked.errors.append(_about(feature, rules.complaint("code_is_empty")))
        elif feature.code in first:
            found = rules.complaint("code_twice_in_file", first=first[feature.code], twice=feature.code)
            checked.errors.append(_about(feature, found))
        first.setdefault(feature.code, feature.number)
        if not feature.name:
            checked.errors.append(_about(feature, rules.complaint("name_is_empty")))
        elif len(feature.name) > 80:
            checked.errors.append(_about(feature, rules.complaint("name_is_too_long", most=80)))


def _place(checked: Checked, choices: Choices) -> None:
    """The area above each feature: the chosen one, or the one below it that contains the feature's inner point."""
    chosen = Area.objects.filter(pk=choices.parent_id).first() if choices.parent_id else None
    levels = levels_for(chosen)
    found = rules.level_complaint(choices.kind, chosen.kind if chosen else None, levels)
    parents: Sequence[Area | None] = [chosen] * len(checked.features)
    if found is not None and chosen is not None and found.code == "level_not_below":
        between = [
            *Area.objects.below(chosen.path).still_open().filter(kind__in=levels.get(choices.kind, ()))
        ]
        parents = _around(checked.features, between) if between else parents
        found = None if between else found
    for feature, parent in zip(checked.features, parents, strict=True):
        feature.parent = parent
        complaint = found or _parent_complaint(feature, choices)
        if complaint:
            checked.errors.append(_about(feature, complaint))


def _parent_complaint(feature: Feature, choices: Choices) -> rules.Complaint | None:
    if feature.parent is None and choices.parent_id:
        return rules.complaint("no_area_above")
    if feature.parent and (feature.parent.valid_to or feature.parent.valid_from > choices.day):
        return rules.complaint("parent_is_not_open", parent=feature.parent.name)
    above = coded_above(feature.parent)
    return rules.code_complaint(
        choices.kind, feature.code, above.kind if above else None, above.code if above else ""
    )


def _around(features: list[Feature], areas: list[Area]) -> list[Area | None]:
    drawn = [area for area in areas if area.boundary is not None]
    tree = STRtree(_shapes(drawn))
    points = shapely.point_on_surface(np.array([feature.polygon for feature in features], dtype=object))
    answer: list[Area | None] = [None] * len(features)
    for i, j in sorted(zip(*tree.query(points, predicate="intersects").tolist(), strict=True), reverse=True):
        answer[i] = drawn[j]
    return answer


def _compare(checked: Checked, choices: Choices) -> None:
    """What becomes of each feature: a new area, a known one, a known one with a new name or border."""
    codes = [feature.code for feature in checked.features]
    known = {
        area.code: area
        for area in Area.objects.still_open()
        .filter(kind=choices.kind, code__in=codes)
        .select_related("parent")
    }
    for feature in checked.features:
        feature.existing = known.get(feature.code)
        feature.change = _change(feature)
        if feature.change == REDRAWN and feature.existing is not None:
            complaint = _redraw_complaint(feature.existing, choices)
            if complaint:
                checked.errors.append(_about(feature, complaint))


def _change(feature: Feature) -> str:
    old = feature.existing
    if old is None:
        return NEW
    moved = old.parent_id != (feature.parent.pk if feature.parent else None)
    if moved or old.boundary is None or not _same(feature.polygon, shapely.from_wkb(bytes(old.boundary.wkb))):
        return REDRAWN
    return SAME_AREA if old.name == feature.name else RENAMED


def _same(one: BaseGeometry, other: BaseGeometry) -> bool:
    return bool(shapely.equals_exact(one, other, tolerance=SAME, normalize=True))


def _redraw_complaint(area: Area, choices: Choices) -> rules.Complaint | None:
    if area.valid_from > choices.day:
        return rules.complaint("redrawn_too_early", valid_from=str(area.valid_from))
    below = None if choices.carry_below else area.children.still_open().first()
    return rules.complaint("areas_below_are_open", name=below.name) if below else None


def _misfits(checked: Checked, choices: Choices) -> list[Misfit]:
    drawn = np.array([feature.polygon for feature in checked.features], dtype=object)
    parents = {feature.parent.pk: feature.parent for feature in checked.features if feature.parent}
    mapped = {
        pk: shapely.from_wkb(bytes(p.boundary.wkb)) for pk, p in parents.items() if p.boundary is not None
    }
    index = {pk: i for i, pk in enumerate(mapped)}
    owners = np.array([index.get(f.parent.pk if f.parent else -1, -1) for f in checked.features])
    return misfits(
        drawn,
        _beside(checked, choices, [*parents]),
        np.array([*mapped.values()], dtype=object),
        owners,
        choices.tolerance,
    )


def _beside(checked: Checked, choices: Choices, parents: list[int]) -> np.ndarray:
    """Borders of open areas of the same level that stay as they are, near the file's or below the same areas."""
    box = Polygon.from_bbox(shapely.total_bounds([feature.polygon for feature in checked.features]).tolist())
    box.srid = 4490
    codes = [feature.code for feature in checked.features]
    staying = (
        Area.objects.still_open()
        .filter(
            Q(parent__in=parents) | Q(boundary__bboverlaps=box), kind=choices.kind, boundary__isnull=False
        )
        .exclude(code__in=codes)
    )
    return np.array(_shapes(staying), dtype=object)


def _shapes(areas: Iterable[Area]) -> list[BaseGeometry]:
    return [shapely.from_wkb(bytes(area.boundary.wkb)) for area in areas if area.boundary is not None]


def report(checked: Checked, tolerance: float) -> dict[str, Any]:
    """The findings as JSON: counts, errors, notes, a table of misfits, and a map (GeoJSON)."""
    return {
        "count": len(checked.features),
        "changes": dict(Counter(feature.change for feature in checked.features))
        if not checked.errors
        else {},
        "changed": [
            {
                "number": f.number,
                "area": f.code,
                "name": f.name,
                "change": f.change,
                "was": f.existing.name if f.existing else "",
            }
            for f in checked.features
            if not checked.errors and f.change != SAME_AREA
        ][:MOST_KEPT],
        "errors": checked.errors[:MOST_KEPT],
        "error_count": len(checked.errors),
        "notes": checked.notes[:MOST_KEPT],
        "tolerance": tolerance,
        "misfit_counts": dict(Counter(misfit.kind for misfit in checked.misfits)),
        "misfits": [
            _row(checked, number, misfit)
            for number, misfit in enumerate(checked.misfits[:MOST_KEPT], start=1)
        ],
        "map": _map(checked),
    }


def _row(checked: Checked, number: int, misfit: Misfit) -> dict[str, Any]:
    return {
        "number": number,
        "kind": misfit.kind,
        "areas": [checked.features[i].code for i in misfit.numbers],
        "area_m2": round(misfit.area_m2, 2),
    }


def _map(checked: Checked) -> dict[str, Any]:
    """Borders made coarse enough to be sent to a page, and what does not fit."""
    borders = np.array([feature.polygon for feature in checked.features], dtype=object)
    points = int(shapely.get_num_coordinates(borders).sum())
    west, south, east, north = shapely.total_bounds(borders).tolist()
    step = max(east - west, north - south, 0.0) / 1000
    if points > DRAWN_POINTS:
        borders = shapely.simplify(borders, step)
    drawn = [
        _feature(shape, {"kind": "area", "code": f.code, "name": f.name, "change": f.change})
        for f, shape in zip(checked.features, borders, strict=True)
        if not shapely.is_empty(shape)
    ]
    wrong = [
        _feature(m.shape, {"kind": m.kind, "number": n, "area_m2": round(m.area_m2, 2)})
        for n, m in enumerate(checked.misfits[:MOST_KEPT], start=1)
    ]
    return {"type": "FeatureCollection", "features": [*drawn, *wrong]}


def _feature(shape: BaseGeometry, properties: dict[str, Any]) -> dict[str, Any]:
    rounded = shapely.set_precision(shape, 1e-7, mode="pointwise")
    return {"type": "Feature", "geometry": rounded.__geo_interface__, "properties": properties}
