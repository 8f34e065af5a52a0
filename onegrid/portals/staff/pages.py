"""Home, inbox, account and the list of who answers."""

from collections.abc import Sequence

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from onegrid.accounts.duties.models import Duty
from onegrid.accounts.duties.queries import duties_of, on_duty, who_answers_in
from onegrid.accounts.identity.actions import end_own_session
from onegrid.accounts.identity.me import me
from onegrid.accounts.identity.models import Grant, Posting, User
from onegrid.accounts.identity.queries import posts_of, roles_of
from onegrid.accounts.notices import actions
from onegrid.accounts.notices.queries import MOST_COUNTED, PAGE, unread_count
from onegrid.accounts.notices.queries import inbox as notices_of
from onegrid.accounts.portraits.queries import may_have_portrait, portrait_of
from onegrid.kit.ui.home import home_figures
from onegrid.places.areas.models import Area
from onegrid.portals.staff.forms import ChannelsForm

SHOWN_ON_DUTY = 4
TOLD_AT_ONCE = 3


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What is mine today: figures that lead to lists, news, my duties, and who is on duty where I work."""
    user, now = me(request), timezone.now()
    posts, roles, duties = posts_of(user, now), roles_of(user), duties_of(user, now)
    where = _where_i_work(user, [*duties, *posts, *roles])
    return render(
        request,
        "staff/home.html",
        {
            "now": now,
            "posts": posts,
            "roles": roles,
            "duties": duties,
            "figures": home_figures(request, now),
            "unread": unread_count(viewer=user),
            "notices": notices_of(viewer=user, limit=5),
            "where": where,
            "on_duty": on_duty(where.pk, now)[:SHOWN_ON_DUTY] if where else [],
        },
    )


def _where_i_work(user: User, held: Sequence[Duty | Posting | Grant]) -> Area | None:
    """The area of my first duty, post or role whose duties I may see."""
    areas = [one.area for one in held if one.area is not None]
    scope = user.scope("duties.see")
    return next((area for area in areas if scope.covers(area.path)), None)


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    last = int(before) if before.isdecimal() and len(before) < 19 else None
    rows = notices_of(viewer=me(request), before=last, limit=PAGE + 1)
    more = rows[PAGE - 1].pk if len(rows) > PAGE else None
    return render(
        request,
        "staff/inbox.html",
        {"notices": rows[:PAGE], "older": more, "unread": unread_count(viewer=me(request))},
    )


@login_required
@never_cache
@require_GET
def inbox_news(request: HttpRequest) -> JsonResponse:
    """What an open page shows of the inbox as it fills: the count, and the newest after `after`, at most three."""
    after = request.GET.get("after", "")
    known = int(after) if after.isdecimal() and len(after) < 19 else None
    newest = notices_of(viewer=me(request), limit=TOLD_AT_ONCE)
    count = unread_count(viewer=me(request))
    shown = f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)
    label = _("Inbox")
    return JsonResponse(
        {
            "count": count,
            "shown": shown,
            "label": f"{label} ({shown})" if count else label,
            "last": newest[0].pk if newest else 0,
            "new": [
                {
                    "text": row.title,
                    "link": row.link or reverse("staff:inbox"),
                    "tone": "bad" if row.urgent else "",
                }
                for row in reversed(newest)
                if known is not None and row.pk > known and row.read_at is None
            ],
        }
    )


@login_required
@require_POST
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Marks it read and goes where it points."""
    notice = actions.mark_read(notice_id=notice_id, by=me(request), at=timezone.now())
    safe = notice.link.startswith("/") and url_has_allowed_host_and_scheme(notice.link, allowed_hosts=None)
    return redirect(notice.link if safe else "staff:inbox")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    actions.mark_all_read(by=me(request), at=timezone.now())
    return redirect("staff:inbox")


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Name, sign-in, two factors, sessions, channels."""
    user = me(request)
    form = ChannelsForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        actions.choose_channels(by=user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("staff:account")
    return render(
        request,
        "staff/account.html",
        {
            "form": form,
            "posts": posts_of(user, timezone.now()),
            "roles": roles_of(user),
            "has_two_factors": is_mfa_enabled(user),
            "portrait": portrait_of(user),
            "may_have_portrait": may_have_portrait(user, timezone.now()),
        },
    )


@login_required
@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Signs one other browser of mine out."""
    end_own_session(by=me(request), session_id=session_id, at=timezone.now())
    messages.success(request, _("That session has ended."))
    return redirect("usersessions_list")


@login_required
@require_GET
def who_answers(request: HttpRequest, area_id: int) -> HttpResponse:
    """Every grid of an area with the person who answers now."""
    area, rows = who_answers_in(area_id=area_id, at=timezone.now(), viewer=me(request))
    return render(request, "staff/who_answers.html", {"area": area, "rows": rows})
