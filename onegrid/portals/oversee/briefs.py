"""Morning briefs: the newest, those before it, one on paper, and the cases behind a number."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onegrid.accounts.identity.me import me
from onegrid.cases.flow.queries.filters import number
from onegrid.kit.audit import record
from onegrid.kit.files import file_answer
from onegrid.oversight.briefs.figures import FIGURES, NOW, ON_TIME
from onegrid.oversight.briefs.models import Brief
from onegrid.oversight.briefs.printing import printed, told
from onegrid.oversight.briefs.queries import (
    PAGE,
    behind,
    brief_list,
    latest_brief,
    may_look_behind,
    one_brief,
)
from onegrid.oversight.measures.access import SEE as MEASURES
from onegrid.oversight.supervision.queries.matters import Kind
from onegrid.portals.oversee.pages import lines_of, matters_address

LISTS = {"overdue": Kind.OVERDUE, "soon": Kind.SOON, "pressed": Kind.PRESSED}


@login_required
@never_cache
@require_GET
def brief_list_page(request: HttpRequest) -> HttpResponse:
    before = number(request.GET.get("before", ""))
    found = brief_list(viewer=me(request), before=before)
    older = f"?before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return render(request, "oversee/briefs.html", {"briefs": found[:PAGE], "older": older})


@login_required
@never_cache
@require_GET
def newest(request: HttpRequest) -> HttpResponse:
    """To the brief of this morning, or the list while there is none."""
    found = latest_brief(viewer=me(request))
    return redirect("oversee:brief", found.pk) if found else redirect("oversee:briefs")


@login_required
@never_cache
@require_GET
def brief(request: HttpRequest, brief_id: int) -> HttpResponse:
    """Each number with what it means, what was usual, and the list behind it, where the viewer's role reads that."""
    viewer = me(request)
    found = one_brief(brief_id=brief_id, viewer=viewer)
    shown = told(found)
    for one in shown["numbers"] + shown["now"]:
        one["url"] = _address(one["key"], found) if may_look_behind(one["key"], viewer) else ""
    counted = _counted(found) if viewer.scope(MEASURES).reaches else ""
    for kind, name in (("classes", "class_id"), ("places", "area_id")):
        for one in shown[kind]:
            one["url"] = counted and f"{counted}&{name}={one['id']}"
    shown["reads_whistles"] = may_look_behind("blown", viewer)
    return render(request, "oversee/brief.html", shown)


def _address(key: str, found: Brief) -> str:
    """The list as supervision shows it, where it has one; else the brief's own."""
    if key in LISTS:
        return matters_address(LISTS[key], found.area_id)
    return reverse("oversee:brief_cases", args=[found.pk, key])


def _counted(found: Brief) -> str:
    """The list of what measures count as reported in the area on the day; of a place its own area stands last and
    counts."""
    return (
        f"{reverse('desk:measures_list')}?counter=reported&since={found.day}&until={found.day}"
        f"&area_id={found.area_id}"
    )


@login_required
@never_cache
@require_GET
def brief_cases(request: HttpRequest, brief_id: int, key: str) -> HttpResponse:
    """What is behind a number of a brief, as it is known now."""
    viewer, at = me(request), timezone.now()
    found = one_brief(brief_id=brief_id, viewer=viewer)
    part = behind(brief=found, key=key, viewer=viewer, at=at, after=number(request.GET.get("after", "")))
    label, meaning = (FIGURES | NOW | {"on_time": ON_TIME})[key]
    context = {
        "brief": found,
        "label": label,
        "meaning": meaning,
        "part": part,
        "told": _told(found, key),
        "lines": lines_of(part.cases, at),
    }
    return render(request, "oversee/brief_cases.html", context)


def _told(found: Brief, key: str) -> int | None:
    """What the brief said; None: it said a share, or nothing of the kind yet."""
    if key in found.content["numbers"]:
        return int(found.content["numbers"][key]["value"])
    return found.content["now"].get(key)


@login_required
@never_cache
@require_GET
def brief_pdf(request: HttpRequest, brief_id: int) -> HttpResponseBase:
    """On paper: as it was kept that morning in Chinese; in English it is set anew from the same numbers."""
    found = one_brief(brief_id=brief_id, viewer=me(request))
    record("briefs.printed", by=me(request), about=found, at=timezone.now())
    language = translation.get_language() or "zh-hans"
    if found.pdf is not None and language.startswith("zh"):
        answer = file_answer(found.pdf, request)
    else:
        answer = HttpResponse(printed(found, language), content_type="application/pdf")
        answer["X-Content-Type-Options"] = "nosniff"
    name = f"{_('Morning brief')}-{found.area.name}-{found.day:%Y%m%d}.pdf"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer
