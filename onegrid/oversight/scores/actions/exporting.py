"""Ranks, and one score with everything behind it, as workbooks; who took one stays on record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.models import StateChoices
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound
from onegrid.kit.sheets import Sheet, book_pieces, workbook_pieces
from onegrid.oversight.scores.models import ScoreRun, SubjectChoices
from onegrid.oversight.scores.queries import Component, Explained, Ranks, causes_of, one_score, ranks
from onegrid.oversight.scores.versions import PER

CAUSES_MOST = 5_000  # cases of one side of one component


@dataclass(frozen=True)
class Export:
    name: str
    pieces: Iterator[bytes]


def export_ranks(*, subject: str, run_id: int | None = None, by: Actor, at: datetime) -> Export:
    """The ranks that the page shows, each component a column. NotFound: no_run."""
    found = ranks(viewer=by, subject=subject, run_id=run_id)
    if found is None:
        raise NotFound("no_run", _("No scores are made yet."))
    record("scores.export", by=by, about=found.run, at=at, details={"scores": len(found.rows)})
    graded = any(row.grade for row in found.rows)
    header = [
        _("Rank"),
        _("Name"),
        _("Points"),
        *([_("Grade")] if graded else []),
        _("Number of matters"),
        _("Corrected"),
        *(one.name for one in found.components),
    ]
    title = str(SubjectChoices(subject).label)
    rows = [_ranked(found, place, graded) for place in range(len(found.rows))]
    return Export(_name(title, found.run), workbook_pieces(title, header, rows, widths=(8, 24, 10, 10, 10)))


def _ranked(found: Ranks, place: int, graded: bool) -> list[Any]:
    row = found.rows[place]
    return [
        row.rank,
        row.score.label,
        _float(row.standing),
        *([row.grade.name if row.grade else None] if graded else []),
        row.score.sample,
        _("yes") if row.corrected else None,
        *(_float(row.by_code.get(one.code)) for one in found.components),
    ]


def export_score(*, score_id: int, by: User, at: datetime) -> Export:
    """One score: its parts with how each came about, and the cases behind them as far as the viewer may see these.
    For whoever may read the score. NotFound: no_such_score."""
    found = one_score(viewer=by, score_id=score_id, at=at)
    record("scores.export_one", by=by, about=found.score, at=at)
    sheets = [
        Sheet(
            _("Points"),
            [
                _("Part of the score"),
                _("Points"),
                _("How it came about"),
                _("How it is counted"),
                _("Source"),
            ],
            list(_parts(found)),
            (24, 10, 34, 50, 30),
        ),
        Sheet(
            _("Cases behind it"),
            [_("Part of the score"), _("What it did"), _("Number of the case"), _("Class"), _("State")],
            list(_cases(found, by)),
            (24, 18, 24, 40, 14),
        ),
    ]
    return Export(_name(found.score.label, found.score.run), book_pieces(sheets))


def _parts(found: Explained) -> Iterator[list[Any]]:
    for component, line in found.lines:
        source = f"{component.mark_words} {component.source}".strip()
        yield [component.name, _float(line.points), _how(component, line), component.what, source]
    for one in found.corrections:
        yield [_("Correction"), _float(one.points), one.reason, one.by.display_name, None]
    grade = f"{_('Grade')}: {found.grade.name}" if found.grade else None
    total = _("The whole score")
    if found.standing is None:
        yield [total, None, _("too few matters"), None, None]
    else:
        yield [total, _float(found.standing), grade, _version(found), None]


def _version(found: Explained) -> str:
    return _("By version %(n)s of the rules") % {"n": found.score.run.rule.number}


def _how(component: Component, line: Any) -> str:
    """The reckoning as the page shows it."""
    if line.why == "no_cases":
        return _("Nothing was due: its share went to the others.")
    if line.why == "no_base":
        return _("Households are not known here: not counted.")
    if component.kind == "rate":
        return f"{line.above} / {line.below} × {line.weight.normalize():f}"
    told = f"{line.above} × {component.weight}"
    if component.per:
        told += (
            f" × {1000 if component.per == 'households' else 100} / {line.below} ({_(PER[component.per])})"
        )
    return f"{told}; {_('held by the cap')} {component.cap}" if line.capped else told


def _cases(found: Explained, viewer: User) -> Iterator[list[Any]]:
    for component, line in found.lines:
        for words, ids in ((_("What earned it"), line.earned), (_("What cost points"), line.cost)):
            causes = causes_of(viewer=viewer, ids=ids, most=CAUSES_MOST)
            for case in causes.cases:
                state = str(StateChoices(case.state).label)
                yield [component.name, words, case.number, str(case.case_class or ""), state]
            if causes.hidden:
                hidden = _("%(n)s more: older, or outside your sight") % {"n": causes.hidden}
                yield [component.name, words, hidden, None, None]


def _name(title: str, run: ScoreRun) -> str:
    return f"{title}-{run.starts_on:%Y%m%d}-{run.ends_on:%Y%m%d}.xlsx"


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
