"""帮我选: which class a report in plain words is about, with the words that say so."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils import timezone

from onegrid.cases.catalog.guessing import Guesser, Source
from onegrid.cases.catalog.models import CaseClass, ClassKind, Standard
from onegrid.cases.catalog.queries import version_in_force

SUGGESTED = 3


@dataclass(frozen=True)
class ClassGuess:
    """`confidence`: 0 to 1, this class's share among those that fit at all; `words`: of the report, that say so."""

    case_class: CaseClass
    confidence: float
    words: tuple[str, ...]

    @property
    def percent(self) -> int:
        return round(self.confidence * 100)


def suggest_classes(
    *, text: str, at: datetime, for_residents: bool = False, most: int = SUGGESTED
) -> list[ClassGuess]:
    """The likeliest classes of the catalogue in force, none when no word of the text says anything.

    `for_residents`: only classes that have a plain name.
    """
    version = version_in_force(timezone.localdate(at)).pk
    guesser, classes = _guesser(version, for_residents)
    return [
        ClassGuess(classes[guess.key], guess.confidence, guess.words) for guess in guesser.guesses(text, most)
    ]


@lru_cache(maxsize=8)
def _guesser(version_id: int, for_residents: bool) -> tuple[Guesser, dict[int, CaseClass]]:
    """Kept in memory: a published version never changes."""
    rows = CaseClass.objects.filter(version=version_id, kind=ClassKind.EVENT).select_related(
        "major", "version__scheme"
    )
    if for_residents:
        rows = rows.exclude(plain_name="")
    classes = {row.pk: row for row in rows}
    conditions: dict[int, list[str]] = {}
    for standard in Standard.objects.filter(case_class__version=version_id):
        conditions.setdefault(standard.case_class_id, []).extend(
            [standard.filing_condition, standard.filing_condition_en]
        )
    sources = {
        row.pk: Source(
            names=(row.name, row.name_en, row.plain_name, row.plain_name_en),
            conditions=tuple(conditions.get(row.pk, []) + conditions.get(row.fault_of_id or 0, [])),
            is_plain=bool(row.plain_name),
        )
        for row in classes.values()
    }
    return Guesser(sources), classes
