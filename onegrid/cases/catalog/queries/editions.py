"""Versions and what they hold. Published versions never change: each is read once a process and kept by its id."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.cases.catalog.models import (
    CaseClass,
    CatalogVersion,
    ClassKind,
    ClassMapping,
    Stage,
    StageLimit,
    Standard,
)
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.statements import Question, ask


@dataclass(frozen=True)
class Edition:
    """A version in memory. The rows are shared by everybody who asks: read them, never write to them.

    `limits`: stage → limit of the version; `own_limits`: the same of a class (key "class") or a row ("standard").
    The version's `valid_to` is the only thing that may have changed since: ask the table for it.
    """

    classes: dict[int, CaseClass]
    standards: dict[int, list[Standard]]
    limits: dict[str, StageLimit]
    own_limits: dict[tuple[str, int], dict[str, StageLimit]]

    def by_key(self, kind: str, code: str) -> CaseClass | None:
        return next((c for c in self.classes.values() if c.kind == kind and c.code == code), None)


class _Draft(Exception):
    """Drafts are not kept: they change."""


def edition(version_id: int) -> Edition:
    """What a version holds; a published one from memory, a draft as it stands now."""
    try:
        return _published(version_id)
    except _Draft:
        return _read(version_id)


@lru_cache(maxsize=32)
def _published(version_id: int) -> Edition:
    if not CatalogVersion.objects.filter(pk=version_id, status=CatalogVersion.Status.PUBLISHED).exists():
        raise _Draft
    return _read(version_id)


@lru_cache(maxsize=16_384)
def _home(class_id: int) -> int:
    """The published version a class stands in; `_Draft` otherwise, which is not remembered."""
    found = (
        CaseClass.objects.filter(pk=class_id, version__status=CatalogVersion.Status.PUBLISHED)
        .values_list("version_id", flat=True)
        .first()
    )
    if found is None:
        raise _Draft
    return found


def forget_editions() -> None:
    """For tests that change what never changes."""
    _published.cache_clear()
    _home.cache_clear()


def _read(version_id: int) -> Edition:
    rows = CaseClass.objects.filter(version=version_id).select_related("version__scheme", "major")
    classes = {row.pk: row for row in rows.order_by("kind", "code")}
    for row in classes.values():
        if row.fault_of_id in classes:
            row.fault_of = classes[row.fault_of_id]
    standards: dict[int, list[Standard]] = defaultdict(list)
    for standard in Standard.objects.filter(case_class__version=version_id).order_by("position"):
        standard.case_class = classes[standard.case_class_id]
        standards[standard.case_class_id].append(standard)
    limits: dict[str, StageLimit] = {}
    own: dict[tuple[str, int], dict[str, StageLimit]] = defaultdict(dict)
    for limit in StageLimit.objects.filter(version=version_id):
        if limit.standard_id is not None:
            own["standard", limit.standard_id][limit.stage] = limit
        elif limit.case_class_id is not None:
            own["class", limit.case_class_id][limit.stage] = limit
        else:
            limits[limit.stage] = limit
    return Edition(classes, dict(standards), limits, dict(own))


def version_in_force(day: date) -> CatalogVersion:
    """The newest published version valid on the day; for days before the first, the next (old cases, imported).

    Only schemes that cases are filed under count. Refused `catalog_missing` when none is loaded, or the last one
    has ended.
    """
    published = CatalogVersion.objects.filter(
        status=CatalogVersion.Status.PUBLISHED, scheme__for_filing=True
    ).select_related("scheme")
    version = (
        published.valid_on(day).order_by("-valid_from", "-number").first()
        or published.filter(valid_from__gt=day).order_by("valid_from", "number").first()
    )
    if version is None:
        raise Refused("catalog_missing", _("No catalogue is in force. An operator loads it first."))
    return version


_IN_FORCE = """
SELECT v.id FROM cases_catalogversion v JOIN cases_scheme s ON s.id = v.scheme_id
WHERE v.status = 'published' AND s.for_filing AND (
    v.valid_from <= $1::date AND (v.valid_to IS NULL OR v.valid_to > $1::date) OR v.valid_from > $1::date)
ORDER BY v.valid_from <= $1::date DESC,
    CASE WHEN v.valid_from <= $1::date THEN v.valid_from END DESC,
    CASE WHEN v.valid_from <= $1::date THEN v.number END DESC,
    v.valid_from, v.number
LIMIT 1
"""


def version_id_in_force(day: date) -> int:
    """The id of `version_in_force`, asked with every stage of a case without a class: prepared, and nothing else."""
    found = ask(*in_force_asked(day))
    return int(found[0][0]) if found else version_in_force(day).pk


def in_force_asked(day: date) -> Question:
    """What `version_id_in_force` asks, for whoever asks more at once."""
    return _IN_FORCE, [day.isoformat()]


_VALID_ON = """
SELECT 1 FROM cases_catalogversion v WHERE v.id = $1::bigint AND v.status = 'published'
    AND v.valid_from <= $2::date AND (v.valid_to IS NULL OR v.valid_to > $2::date)
"""


def valid_on(version_id: int, day: date) -> bool:
    """As `VersionQuerySet.valid_on`: published, begun, and not ended."""
    return bool(ask(_VALID_ON, [str(version_id), day.isoformat()]))


def matters(*, at: datetime) -> list[CaseClass]:
    """Every class a case may be filed under, by code."""
    return matters_of(version_id_in_force(timezone.localdate(at)))


def matters_of(version_id: int) -> list[CaseClass]:
    """The same of one version."""
    return [row for row in edition(version_id).classes.values() if row.kind == ClassKind.EVENT]


def classes_for_residents(*, at: datetime) -> list[CaseClass]:
    """Classes with a plain name, which a resident may pick without knowing the trade."""
    return [row for row in matters(at=at) if row.plain_name]


def class_by_id(class_id: int) -> CaseClass:
    """A class with its version, scheme, major class and component; of a published version without a query."""
    try:
        return edition(_home(class_id)).classes[class_id]
    except _Draft:
        pass
    found = (
        CaseClass.objects.select_related("version__scheme", "major", "fault_of").filter(pk=class_id).first()
    )
    if found is None:
        raise NotFound("no_such_class", _("There is no such class."))
    return found


def standards_of(case_class: CaseClass) -> list[Standard]:
    """Rows to choose from at filing: the class's own, or those of the component whose fault it is."""
    rows = edition(case_class.version_id).standards
    found = [*rows.get(case_class.pk, []), *rows.get(case_class.fault_of_id or 0, [])]
    return sorted(found, key=lambda row: row.position)


def stage_limits(version_id: int) -> dict[str, StageLimit]:
    """stage → how long it may take when neither row nor class says otherwise."""
    return edition(version_id).limits


def limit_of(limits: dict[str, StageLimit], stage: Stage) -> StageLimit:
    """The stage's limit; a catalogue without it cannot time a case."""
    if stage not in limits:
        raise Refused("limit_missing", _("The catalogue has no limit for this stage."), stage=stage.value)
    return limits[stage]


def stage_limit(case_class: CaseClass, standard: Standard | None, stage: Stage) -> StageLimit | Standard:
    """How long a stage of a case of this class may take: the chosen row's word, the class's, the version's.

    Handling is the row's own limit. A fault asks its component after itself. Refused: limit_missing.
    """
    known = edition(case_class.version_id)
    own = known.own_limits
    if standard is not None:
        told = own.get(("standard", standard.pk), {}).get(stage)
        if told is not None:
            return told
        if stage == Stage.HANDLE:
            return standard
    for class_id in (case_class.pk, case_class.fault_of_id):
        told = own.get(("class", class_id or 0), {}).get(stage)
        if told is not None:
            return told
    return limit_of(known.limits, stage)


def counterparts(scheme_code: str, kind: str, code: str) -> list[ClassMapping]:
    """Mappings from or to this class, in every scheme it is mapped with. Two index ranges."""
    ways = ClassMapping.objects.select_related("from_scheme", "to_scheme")
    return [
        *ways.filter(from_scheme__code=scheme_code, from_kind=kind, from_code=code).order_by(
            "to_scheme__code", "to_kind", "to_code"
        ),
        *ways.filter(to_scheme__code=scheme_code, to_kind=kind, to_code=code).order_by(
            "from_scheme__code", "from_kind", "from_code"
        ),
    ]
