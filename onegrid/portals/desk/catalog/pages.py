"""The catalogue for everybody who works with it: classes, one class, and "why did this go there?"."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onegrid.accounts.identity.models import User
from onegrid.cases.catalog.access import may_edit_everywhere
from onegrid.cases.catalog.models import CaseClass, CatalogVersion, ClassKind, DispatchRule, Stage, amount
from onegrid.cases.catalog.queries import (
    class_by_id,
    class_list,
    class_story,
    explained,
    precedents_for,
    readable_version,
    schemes,
    shelves,
    shown_version,
    versions_of,
)
from onegrid.cases.catalog.queries.routing import Explained
from onegrid.cases.catalog.queries.ruling import COMING, ENDED, NOW
from onegrid.cases.catalog.rules.choosing import Outcome
from onegrid.cases.flow.access import SEE
from onegrid.cases.flow.queries import case_story
from onegrid.cases.flow.rules import Verb
from onegrid.kit.actors import viewer_of
from onegrid.kit.errors import Refused
from onegrid.kit.ui.asking import number
from onegrid.places.areas.models import Area
from onegrid.places.areas.queries import area as area_of
from onegrid.places.areas.queries import search

PAGE = 30
OUTCOMES = {
    Outcome.WON: gettext_lazy("this rule decided"),
    Outcome.OTHER_AREA: gettext_lazy("for another area"),
    Outcome.OTHER_CLASS: gettext_lazy("for another class"),
    Outcome.OTHER_HOURS: gettext_lazy("for other hours"),
    Outcome.NOT_IN_FORCE: gettext_lazy("not in force then"),
    Outcome.NO_UNIT: gettext_lazy("its unit is closed or not there"),
    Outcome.CIRCLE: gettext_lazy("leads round in a circle"),
    Outcome.WIDER_AREA: gettext_lazy("a rule for a smaller area comes first"),
    Outcome.WHOLE_MAJOR: gettext_lazy("a rule for the single class comes first"),
    Outcome.ANY_HOURS: gettext_lazy("a rule for these hours comes first"),
    Outcome.LATER_RULE: gettext_lazy("an equal rule was there earlier"),
}


@login_required
@never_cache
@require_GET
def classes(request: HttpRequest) -> HttpResponse:
    """The major classes of one scheme; the classes of one of them, or those that fit some words, page by page.
    Scheme, kind, major class, words and page stand in the address."""
    known, asked = schemes(), request.GET.get("scheme", "")
    scheme = next((one for one in known if one.code == asked), known[0] if known else None)
    kind = request.GET.get("kind", "")
    kind = kind if kind in ClassKind.values else ""
    text = request.GET.get("q", "")[:60]
    viewer, version_id = viewer_of(request), number(request.GET.get("version", ""))
    version = shown_version(scheme, timezone.localdate()) if scheme else None
    if version_id:
        version = readable_version(version_id, viewer=viewer)
        scheme = version.scheme
    may_edit = may_edit_everywhere(viewer)
    versions = [
        one
        for one in (versions_of(scheme) if scheme else [])
        if may_edit or one.status == CatalogVersion.Status.PUBLISHED
    ]
    major = request.GET.get("major", "") if kind else ""
    all_shelves = shelves(version, kind=kind)
    shelf = next((one for one in all_shelves if one.major.code == major), None)
    is_narrowed = bool(text.strip() or major)
    found = class_list(
        version if is_narrowed else None,
        kind=kind,
        major=major,
        text=text,
        after=request.GET.get("after", "")[:30],
        size=PAGE,
    )
    return render(
        request,
        "desk/catalog/classes.html",
        {
            "schemes": known,
            "scheme": scheme,
            "versions": versions,
            "version": version,
            "asked_version": version_id,
            "may_edit": may_edit,
            "kind": kind,
            "kinds": ClassKind.choices,
            "text": text,
            "shelves": [] if is_narrowed else all_shelves,
            "shelf": shelf,
            "found": found,
            "rows": [
                (row, found.standards[row.pk], sorted({one.mark for one in found.standards[row.pk]}))
                for row in found.classes
            ],
        },
    )


@login_required
@never_cache
@require_GET
def one_class(request: HttpRequest, class_id: int) -> HttpResponse:
    viewer = viewer_of(request)
    story = class_story(class_id, viewer=viewer)
    is_draft = story.case_class.version.status == CatalogVersion.Status.DRAFT
    return render(request, "desk/catalog/class.html", {"story": story, "is_draft": is_draft})


@dataclass
class Question:
    """What is asked: a class, a place and a time, or a case that says all three."""

    case_class: CaseClass | None = None
    area: Area | None = None
    at: datetime | None = None
    number: str = ""


@login_required
@never_cache
@require_GET
def why(request: HttpRequest) -> HttpResponse:
    """Every dispatch rule about a class at a place and time, and why it won or lost."""
    asked = _of_case(request) if request.GET.get("case") else _of_words(request)
    place = request.GET.get("place", "")[:60].strip()
    places = [] if asked.area or not place else search(place, limit=12)
    answer, refusal, precedents = None, None, []
    if asked.case_class and asked.area:
        try:
            answer = explained(asked.case_class, asked.area.path, asked.at or timezone.now(), all_rules=True)
        except Refused as caught:
            refusal = caught
        if asked.number or viewer_of(request).scope(SEE).covers(
            asked.area.path
        ):  # not another street's words
            precedents = precedents_for(asked.case_class, asked.area.path)
    return render(
        request,
        "desk/catalog/why.html",
        {
            "asked": asked,
            "place": place,
            "places": places,
            "answer": answer,
            "limits": _limits(answer),
            "looked": [(one, OUTCOMES[one.outcome], _show(one.rule)) for one in answer.looked]
            if answer
            else [],
            "refusal": refusal,
            "precedents": precedents,
            "now": timezone.now(),
        },
    )


def _show(rule: DispatchRule) -> str:
    """On which list of rules it stands today."""
    now = timezone.now()
    if rule.valid_from > now:
        return COMING
    return ENDED if rule.valid_to is not None and rule.valid_to <= now else NOW


def _limits(answer: Explained | None) -> list[tuple[str, str]]:
    """Limits that the winning rule sets, by stage."""
    if answer is None:
        return []
    return [
        (str(Stage(stage).label), amount(row.limit, row.unit)) for stage, row in answer.route.limits.items()
    ]


def _of_case(request: HttpRequest) -> Question:
    """Class, place and time of a case's last dispatch; a case outside the viewer's scope is NotFound."""
    assert isinstance(request.user, User)
    story = case_story(number=request.GET["case"][:24], viewer=request.user)
    case = story.case
    sent = case.steps.filter(verb=Verb.DISPATCH).last()
    chosen = class_by_id(case.case_class_id) if case.case_class_id else None
    return Question(
        chosen, case.grid or case.community or case.street, sent.at if sent else timezone.now(), case.number
    )


def _of_words(request: HttpRequest) -> Question:
    given = request.GET
    class_id, area_id = number(given.get("class", "")), number(given.get("area", ""))
    return Question(
        class_by_id(class_id) if class_id else None,
        area_of(area_id) if area_id else None,
        _moment(given.get("at", "")),
    )


def _moment(given: str) -> datetime | None:
    """A time as a date-time input sends it, in the site's time zone; anything else is none."""
    try:
        found = parse_datetime(given)
    except ValueError:
        return None
    if found is None or not 2000 <= found.year <= 2100:
        return None
    return found if found.tzinfo else timezone.make_aware(found)
