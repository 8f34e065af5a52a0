"""On site: the street shows its code, a department scans it, a photo is looked at."""

import segno
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onegrid.accounts.identity.me import me
from onegrid.cases.whistle.access import ANSWER, BLOW, acts_for_street, answers_for
from onegrid.cases.whistle.codes import street_code
from onegrid.cases.whistle.queries import photo_of_call, whistle_story
from onegrid.cases.whistle.refusals import no_such_whistle
from onegrid.cases.whistle.rules import CODE_LASTS, WhistleState
from onegrid.kit.actors import require
from onegrid.kit.files import file_answer


@login_required
@never_cache
@require_GET
def code(request: HttpRequest, number: str) -> HttpResponse:
    """街道现场码, for the phone of whoever stands there for the street. Good for some minutes."""
    viewer, now = me(request), timezone.now()
    if not viewer.scope(BLOW).reaches:
        require(viewer, BLOW)
    whistle = whistle_story(number=number, viewer=viewer).whistle
    if not acts_for_street(viewer, BLOW, whistle):
        raise no_such_whistle()
    if whistle.state != WhistleState.RUNNING:
        return redirect("desk:whistle", whistle.number)
    way = reverse("desk:whistle_in", args=[whistle.number])
    link = request.build_absolute_uri(f"{way}?{urlencode({'code': street_code(whistle, now)})}")
    context = {
        "whistle": whistle,
        "qr": mark_safe(
            segno.make(link, error="m").svg_inline(scale=6, border=2, omitsize=True)
        ),  # only paths
        "until": now + CODE_LASTS,
        "minutes": round(CODE_LASTS.total_seconds() / 60),
    }
    return render(request, "desk/whistles/code.html", context)


@login_required
@never_cache
@require_GET
def scanned(request: HttpRequest, number: str) -> HttpResponse:
    """Where the street's code leads: to reporting in for one's own department, with the code filled in."""
    viewer = me(request)
    story = whistle_story(number=number, viewer=viewer)
    own = next((call for call in story.calls if answers_for(viewer, ANSWER, call)), None)
    if own is None:
        return redirect("desk:whistle", story.whistle.number)
    way = reverse("desk:whistle_call", args=[story.whistle.number, own.pk, "report-in"])
    return redirect(f"{way}?{urlencode({'code': request.GET.get('code', '')[:200]})}")


@login_required
@require_GET
def photo(request: HttpRequest, number: str, call_id: int) -> HttpResponseBase:
    """Taken when a department reported in."""
    return file_answer(photo_of_call(number=number, call_id=call_id, viewer=me(request)), request)
