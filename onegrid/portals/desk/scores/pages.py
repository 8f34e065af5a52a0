"""Ranks, and one score with the reason of every point."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onegrid.accounts.identity.models import User
from onegrid.kit.actors import viewer_of
from onegrid.kit.ui.asking import number, part_of
from onegrid.oversight.scores import actions
from onegrid.oversight.scores.access import DECIDE, EDIT
from onegrid.oversight.scores.actions.exporting import Export
from onegrid.oversight.scores.models import SubjectChoices
from onegrid.oversight.scores.queries import Explained, causes_of, one_score, ranks, runs
from onegrid.oversight.scores.versions import grades_of
from onegrid.portals.desk.scores.measuring import EXCEL

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
    part = part_of(found.rows if found else [], request)
    components = found.components if found else []
    context = {
        "ranks": found,
        "part": part,
        "rows": [(row, [(one.name, row.by_code.get(one.code)) for one in components]) for row in part.rows],
        "grades": grades_of(found.run.rule.definition) if found else [],
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
    """The ranks as a workbook."""
    run_id = number(request.GET.get("run", "")) or None
    subject, viewer, now = asked_subject(request), viewer_of(request), timezone.now()
    return _file(actions.export_ranks(subject=subject, run_id=run_id, by=viewer, at=now))


@login_required
@never_cache
@require_GET
def export_one(request: HttpRequest, score_id: int) -> StreamingHttpResponse:
    """One score as a workbook: for whoever may see it, and for whom it is about."""
    viewer = request.user
    assert isinstance(viewer, User)
    return _file(actions.export_score(score_id=score_id, by=viewer, at=timezone.now()))


def _file(made: Export) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(made.pieces, content_type=EXCEL)
    answer["Content-Disposition"] = content_disposition_header(True, made.name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


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
