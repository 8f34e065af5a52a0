"""Bulletins and activities, as everybody reads them; signing up and taking it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.hall.activities.actions import cancel_sign_up, sign_up
from onegrid.hall.activities.queries import coming_activities, own_sign_up, published_activity
from onegrid.hall.bulletins.queries import bulletin_page, pinned_bulletins, published_bulletin
from onegrid.kit.errors import Refused
from onegrid.portals.resident.forms import new_key
from onegrid.portals.resident.hall.forms import SignUpForm
from onegrid.portals.resident.hall.places import reading
from onegrid.portals.resident.limits import count_deed, count_report, guarded

PAGE = 20


@require_GET
def bulletins(request: HttpRequest) -> HttpResponse:
    """公告栏: what is pinned, then the newest; narrowed to what concerns a community."""
    place, before = reading(request), request.GET.get("before", "")
    last = int(before) if before.isdecimal() and len(before) < 19 else None
    today = timezone.localdate()
    rows = bulletin_page(day=today, path=place.path, before=last, limit=PAGE + 1)
    kept = f"for={place.chosen.pk}&" if place.chosen else ""
    context = {
        "place": place,
        "pinned": [] if last else pinned_bulletins(day=today, path=place.path),
        "rows": rows[:PAGE],
        "older": f"?{kept}before={rows[PAGE - 1].pk}" if len(rows) > PAGE else "",
    }
    return render(request, "resident/hall/bulletins.html", context)


@require_GET
def bulletin(request: HttpRequest, bulletin_id: int) -> HttpResponse:
    found = published_bulletin(bulletin_id, day=timezone.localdate())
    return render(request, "resident/hall/bulletin.html", {"bulletin": found})


@require_GET
def activities(request: HttpRequest) -> HttpResponse:
    """活动: what is to come, the next first."""
    place = reading(request)
    rows = coming_activities(at=timezone.now(), path=place.path)
    return render(request, "resident/hall/activities.html", {"place": place, "rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
def activity(request: HttpRequest, activity_id: int) -> HttpResponse:
    """One activity with its form; after signing up the browser stands on the page of the place."""
    found, now = published_activity(activity_id), timezone.now()
    form = SignUpForm(request.POST or None, initial={"key": new_key(), "people": 1})
    if request.method == "POST" and form.is_valid():
        count_report(request)
        try:
            made = sign_up(activity_id=activity_id, **form.cleaned_data, at=now)
        except Refused as refusal:
            form.add_error("phone" if refusal.code == "no_phone" else None, str(refusal.message))
        else:
            return redirect("resident:own_place", made.code)
    open_now = found.called_off_at is None and now < found.sign_up_until and found.places_left != 0
    context = {"activity": found, "form": form if open_now or form.errors else None, "now": now}
    return render(request, "resident/hall/activity.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def own_place(request: HttpRequest, code: str) -> HttpResponse:
    """My place: when and where, and a button to give it back."""
    made = guarded(request, lambda: own_sign_up(code))
    now = timezone.now()
    if request.method == "POST":
        count_deed(request, made.code)
        try:
            cancel_sign_up(code=code, at=now)
        except Refused as refusal:
            messages.warning(request, str(refusal.message))
        else:
            messages.success(request, _("Your place is free for somebody else. Thank you for telling us."))
        return redirect("resident:own_place", made.code)
    may_cancel = made.cancelled_at is None and now < made.activity.starts_at
    context = {"made": made, "activity": made.activity, "may_cancel": may_cancel}
    return render(request, "resident/hall/place.html", context)
