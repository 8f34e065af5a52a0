"""Ranks, and one score with the reason of every point."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onegrid.accounts.identity.models import User
from onegrid.kit.actors import viewer_of
from onegrid.kit.errors import NotFound
from onegrid.kit.sheets.writing import workbook_pieces
from onegrid.kit.ui.asking import number
from onegrid.oversight.scores.access import DECIDE, EDIT
from onegrid.oversight.scores.models import SubjectChoices
from onegrid.oversight.scores.queries import Explained, causes_of, one_score, ranks, runs
from onegrid.portals.desk.scores.measuring import excel

KIND = "worker"


def asked_subject(request: HttpRequest) -> str:
    told = request.GET.get("subject", KIND)
    return told if told in SubjectChoices.values else KIND


def subject_tabs(subject: str) -> list[tuple[str, Any, bool]]:
    return [(code, words, code == subject) for code, words in SubjectChoices.choices]


@login_required
@never_cache
@require_GET
def ranking(request: HttpRequest) -> HttpResponse:
    """The newest run of a kind of subject, or another one."""
    viewer, subject = viewer_of(request), asked_subject(request)
    run_id = number(request.GET.get("run", "")) or None
    found = ranks(viewer=viewer, subject=subject, run_id=run_id)
    context = {
        "ranks": found,
        "rows": [(row, [row.by_code.get(one.code) for one in found.components]) for row in found.rows]
        if found
        else [],
        "subject": subject,
        "tabs": subject_tabs(subject),
        "runs": runs(viewer=viewer, subject=subject),
        "may_decide": bool(viewer.scope(DECIDE).reaches),
        "may_edit": bool(viewer.scope(EDIT).reaches),
    }
    return render(request, "desk/scores/ranks.html", context)


@login_required
@never_cache
@require_GET
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The ranks as a workbook, each component a column."""
    viewer, subject = viewer_of(request), asked_subject(request)
    found = ranks(viewer=viewer, subject=subject, run_id=number(request.GET.get("run", "")) or None)
    if found is None:
        raise NotFound("no_run", _("No scores are made yet."))
    header = [
        _("Rank"),
        _("Name"),
        _("Points"),
        _("Number of matters"),
        *(one.name for one in found.components),
    ]
    rows = [
        [
            row.rank,
            row.score.label,
            None if row.standing is None else float(row.standing),
            row.score.sample,
            *(
                None if (told := row.by_code.get(one.code)) is None else float(told)
                for one in found.components
            ),
        ]
        for row in found.rows
    ]
    title = str(SubjectChoices(subject).label)
    return excel(workbook_pieces(title, header, rows, widths=(8, 24, 10, 10)), f"scores-{subject}")


@login_required
@never_cache
@require_GET
def score(request: HttpRequest, score_id: int) -> HttpResponse:
    """Every point with its reason: for whoever may see it, and for whom it is about."""
    viewer = request.user
    assert isinstance(viewer, User)
    found = one_score(viewer=viewer, score_id=score_id, at=timezone.now())
    return render(request, "desk/scores/score.html", {"found": found, "lines": lines_of(found, viewer)})


def lines_of(found: Explained, viewer: User) -> list[dict[str, Any]]:
    return [
        {
            "component": component,
            "line": line,
            "earned": causes_of(viewer=viewer, ids=line.earned),
            "cost": causes_of(viewer=viewer, ids=line.cost),
        }
        for component, line in found.lines
    ]
