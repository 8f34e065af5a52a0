"""Duplicates at intake: "follow this one instead, or is yours another matter?" A page in between, without script.

What the page carries of its own is signed: which cases were offered (nobody follows a case that was not offered to
him) and which photos were set aside while he decides.
"""

from datetime import datetime

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from onegrid.cases.flow.actions import photos_set_aside, set_photos_aside
from onegrid.cases.flow.models import Channel
from onegrid.cases.flow.queries import sent_before
from onegrid.cases.flow.similar.queries import offers
from onegrid.kit.files import Stored
from onegrid.portals.resident.forms import ReportForm
from onegrid.portals.resident.limits import count_look

OFFER = "resident.offer"  # salt
GOOD_FOR = 20 * 3600  # seconds; photos that nothing refers to are removed after a day


def offered(request: HttpRequest, form: ReportForm, now: datetime) -> HttpResponse | None:
    """The page with like cases; None when there are none, or it was decided already."""
    decided = "different" in request.POST or "follow" in request.POST
    key = form.cleaned_data["key"]
    if decided or sent_before(channel=Channel.RESIDENT, key=key):
        return None
    count_look(request)
    found = offers(told=form.told(now))
    if not found:
        return None
    chosen = form.cleaned_data["photos"]
    token = set_photos_aside(chosen, at=now)
    kept = {name: value for name, value in request.POST.items() if name in form.fields and name != "photos"}
    return render(
        request,
        "resident/alike.html",
        {
            "offers": [(one, signing.dumps([one.case_id, key], salt=OFFER)) for one in found],
            "kept": kept,
            "photos": token,
            "photo_count": len(chosen),
        },
    )


def chosen_case(request: HttpRequest) -> int | None:
    """The offered case that was chosen; a forged or old choice counts as none: the report is sent."""
    given = _opened(request.POST.get("follow", ""), OFFER)
    return given[0] if given and given[1] == request.POST.get("key") else None


def kept_photos(request: HttpRequest) -> list[Stored]:
    return photos_set_aside(request.POST.get("aside", ""))


def _opened(token: str, salt: str) -> list:
    try:
        return signing.loads(token, salt=salt, max_age=GOOD_FOR) if token else []
    except signing.BadSignature:
        return []
