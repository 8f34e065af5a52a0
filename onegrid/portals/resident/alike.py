"""Duplicates at intake: "follow this one instead, or is yours another matter?" A page in between, without script.

Which cases were offered is signed: nobody follows a case that was not offered to him. The photos wait with the form
(KeepsPhotos) while he decides.
"""

from datetime import datetime

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from onegrid.cases.flow.models import Channel
from onegrid.cases.flow.queries.public import sent_before
from onegrid.cases.flow.similar.queries import offers
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
    form.keep_photos(now)
    kept = {name: value for name, value in form.data.items() if name in form.fields and name != "photos"}
    return render(
        request,
        "resident/alike.html",
        {
            "offers": [(one, signing.dumps([one.case_id, key], salt=OFFER)) for one in found],
            "kept": kept,
            "photo_count": form.kept["photos"],
        },
    )


def chosen_case(request: HttpRequest) -> int | None:
    """The offered case that was chosen; a forged or old choice counts as none: the report is sent."""
    given = _opened(request.POST.get("follow", ""), OFFER)
    return given[0] if given and given[1] == request.POST.get("key") else None


def keep_chosen(request: HttpRequest, form: ReportForm, now: datetime) -> None:
    """The photos stay chosen on the page that comes back; what is stored for nobody yet is counted."""
    if request.FILES:
        count_look(request)
    form.keep_photos(now)


def _opened(token: str, salt: str) -> list:
    try:
        return signing.loads(token, salt=salt, max_age=GOOD_FOR) if token else []
    except signing.BadSignature:
        return []
